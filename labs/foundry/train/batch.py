"""What one step reads, and what the loop asks of where batches come from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import torch
from torch import Tensor


@dataclass(frozen=True)
class Batch:
    """`ids` and `weights`: (rows, tokens), padded on the right. A token's weight is its share in the loss."""

    kind: str  # 'text' or 'answers'
    ids: Tensor
    weights: Tensor
    tokens: int  # without padding


@dataclass(frozen=True)
class Prompt:
    """What a sample goes on from: `shown` to people, `ids` to the model."""

    shown: str
    ids: tuple[int, ...]


class Source(Protocol):
    """All derives from the seed and the step, so a resumed run reads exactly what an uninterrupted one would have."""

    told: str  # the kind of batch whose losses are told as points

    def batch(self, step: int) -> Batch: ...

    def held(self) -> dict[str, list[Batch]]:
        """By language; the same at every call. Languages without held-out data are left out."""

    def prompts(self) -> list[Prompt]: ...

    def state(self) -> dict[str, Any]: ...

    def resume(self, state: dict[str, Any]) -> None: ...


def padded(rows: Sequence[tuple[Sequence[int], Sequence[float]]], kind: str) -> Batch:
    """A batch of rows of unlike length, each its ids and their weights."""
    width = max(len(ids) for ids, _ in rows)
    ids, weights = torch.zeros(len(rows), width, dtype=torch.int64), torch.zeros(len(rows), width)
    for row, (tokens, shares) in enumerate(rows):
        ids[row, :len(tokens)] = torch.tensor(tokens)
        weights[row, :len(tokens)] = torch.tensor(shares)
    return Batch(kind, ids, weights, sum(len(tokens) for tokens, _ in rows))
