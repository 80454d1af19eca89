"""How surprised a model is by a text."""

from __future__ import annotations

import math
from dataclasses import dataclass


@dataclass(frozen=True)
class Surprise:
    """Negative logarithm of the probability that the model gave to `tokens` tokens, in nats."""

    nats: float
    tokens: int

    def __add__(self, other: Surprise) -> Surprise:
        return Surprise(self.nats + other.nats, self.tokens + other.tokens)

    @property
    def perplexity(self) -> float:
        return math.exp(self.nats / self.tokens)

    def bits_per_byte(self, size: int) -> float:
        return self.nats / math.log(2) / size


NOTHING = Surprise(0.0, 0)
