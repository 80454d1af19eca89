"""How the processor is used: threads and precision. Imported before torch, whose threads read their settings once."""

from __future__ import annotations

import os
from dataclasses import dataclass

os.environ.setdefault('UCX_LOG_LEVEL', 'fatal')
os.environ.setdefault('OMP_WAIT_POLICY', 'passive')  # on a busy machine, threads that spin starve each other

import torch

from environment import precision, threads
from recipe import Machine


@dataclass(frozen=True)
class Use:
    threads: int
    bf16: bool

    @property
    def precision(self) -> str:
        return 'bf16' if self.bf16 else 'fp32'


def prepare(machine: Machine, seed: int) -> Use:
    """Sets torch up as the recipe says; `auto` takes bf16 where the processor multiplies it by itself."""
    wanted = precision() if machine.precision == 'auto' else machine.precision
    use = Use(machine.threads or threads(), wanted == 'bf16')
    torch.set_num_threads(use.threads)
    torch.manual_seed(seed)
    return use


def autocast(use: Use) -> torch.autocast:
    """Products in bf16 or in fp32; weights, norms and losses are fp32 in both."""
    return torch.autocast('cpu', dtype=torch.bfloat16, enabled=use.bf16)
