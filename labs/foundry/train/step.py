"""One step of learning: loss, gradients, weights.

A batch is cut into parts that threads of their own compute at the same time, each with a processor core to itself: they
meet once a step, where threads that share every product would meet some thousand times. The parts' gradients are added
in a fixed order, so a number of threads gives the same bits again and again.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn.functional import cross_entropy

from train.batch import Batch
from train.llama import Llama
from train.machine import Use, autocast

MOST_PARTS = 4
CLIP = 1.0  # norm of all gradients together


@dataclass(frozen=True)
class Part:
    ids: Tensor
    weights: Tensor


def parts_of(batch: Batch, most: int) -> list[Part]:
    """Rows in turn, so that the parts cost alike; none without a target."""
    number = min(most, batch.ids.shape[0])
    parts = [Part(batch.ids[at::number], batch.weights[at::number]) for at in range(number)]
    return [part for part in parts if bool((part.weights[:, 1:] > 0).any())]


def weighted_loss(model: Llama, part: Part, use: Use) -> Tensor:
    """Sum of cross-entropy in nats times weight; the vocabulary is scored only where a target counts."""
    targets, weights = part.ids[:, 1:], part.weights[:, 1:]
    counted = weights > 0
    with autocast(use):
        logits = model.logits(model(part.ids[:, :-1])[counted])
    return (cross_entropy(logits.float(), targets[counted], reduction='none') * weights[counted]).sum()


class Stepper:
    """Owns the optimiser and the threads. Close it, or use `stepping`."""

    def __init__(self, model: Llama, weight_decay: float, use: Use) -> None:
        self.model, self._use = model, use
        self._parameters = list(model.parameters())
        matrices = [one for one in self._parameters if one.dim() > 1]
        vectors = [one for one in self._parameters if one.dim() <= 1]
        self.optimiser = torch.optim.AdamW(
            [{'params': matrices, 'weight_decay': weight_decay}, {'params': vectors, 'weight_decay': 0.0}],
            lr=0.0, betas=(0.9, 0.95), fused=True)
        self.most = min(MOST_PARTS, use.threads)
        self._pool = ThreadPoolExecutor(self.most, 'part', self.share)

    def share(self) -> None:
        """Gives the calling thread its part of the threads."""
        torch.set_num_threads(max(1, self._use.threads // self.most))

    def step(self, batch: Batch, rate: float) -> float:
        """Learns from the batch; returns its loss in nats per scored token. Not a number: nothing was changed."""
        parts = parts_of(batch, self.most)
        total = sum(float(part.weights[:, 1:].sum()) for part in parts)
        computed = list(self._pool.map(lambda part: self._gradients(part, total), parts))
        loss, summed = sum(loss for loss, _ in computed), computed[0][1]
        for _, gradients in computed[1:]:
            torch._foreach_add_(summed, gradients)
        for parameter, gradient in zip(self._parameters, summed):
            parameter.grad = gradient
        norm = float(torch.nn.utils.clip_grad_norm_(self._parameters, CLIP))
        if not (math.isfinite(loss) and math.isfinite(norm)):
            return math.nan
        for group in self.optimiser.param_groups:
            group['lr'] = rate
        self.optimiser.step()
        return loss

    def _gradients(self, part: Part, total: float) -> tuple[float, list[Tensor]]:
        loss = weighted_loss(self.model, part, self._use) / total
        return float(loss.detach()), list(torch.autograd.grad(loss, self._parameters))

    def close(self) -> None:
        self._pool.shutdown()


@contextmanager
def stepping(model: Llama, weight_decay: float, use: Use) -> Iterator[Stepper]:
    stepper = Stepper(model, weight_decay, use)
    try:
        yield stepper
    finally:
        stepper.close()


@torch.no_grad()
def mean_loss(model: Llama, batches: list[Batch], use: Use) -> float:
    """Nats per scored token over all batches, every target counted alike."""
    model.eval()
    parts = [Part(batch.ids, (batch.weights > 0).float()) for batch in batches]
    total = sum(float(weighted_loss(model, part, use)) for part in parts)
    model.train()
    return total / sum(float(part.weights[:, 1:].sum()) for part in parts)
