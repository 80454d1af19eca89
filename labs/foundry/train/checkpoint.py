"""A stage's state on disk: whole or as it was before, whatever happens to the machine meanwhile."""

from __future__ import annotations

import io
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from durable import replace_durably
from journal import Problem

FORMAT = 1


@dataclass
class Best:
    """The evaluation with the least held-out loss so far."""

    step: int
    loss: float
    weights: dict[str, Tensor]


@dataclass
class State:
    """Everything a stage needs to go on exactly where it was. `seconds` and `tokens` leave pauses out."""

    weights: dict[str, Tensor]
    optimiser: dict[str, Any] = field(default_factory=dict)
    source: dict[str, Any] = field(default_factory=dict)
    step: int = 0
    tokens: int = 0
    seconds: float = 0.0
    resumed: list[int] = field(default_factory=list)  # steps at which it was taken up again
    evaluations: int = 0  # since the best
    best: Best | None = None
    outcome: dict[str, Any] | None = None  # what a finished stage reports


def write(path: Path, depends: str, state: State) -> None:
    """`depends`: digest of what the state is worth nothing without."""
    best, buffer = state.best and vars(state.best), io.BytesIO()
    torch.save({'format': FORMAT, 'depends': depends, **vars(state), 'best': best}, buffer)
    # torch's own writing hides that a disk is full
    replace_durably(path, lambda part: part.write_bytes(buffer.getvalue()))


def read(path: Path, depends: str) -> State | None:
    """None where there is no checkpoint, or one of other data. Raises Problem when it cannot be read."""
    if not path.exists():
        return None
    try:
        raw = torch.load(path, weights_only=True)
    except Exception as cause:  # a damaged file makes the reader fail in any way
        raise Problem('checkpoint-unreadable', f'The checkpoint {path.name} cannot be read.',
                      'Mend the disk and go on, or remove that file to start this stage again.',
                      file=path.name) from cause
    if raw.pop('format', None) != FORMAT or raw.pop('depends') != depends:
        return None
    return State(**{**raw, 'best': Best(**raw['best']) if raw['best'] else None})
