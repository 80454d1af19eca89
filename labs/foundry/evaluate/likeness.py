"""How near a reply is to the taught answer."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter


def normal(text: str) -> str:
    """Lower case, no accents, no punctuation, single spaces."""
    folded = unicodedata.normalize('NFD', text.lower())
    return re.sub(r'[\W_]+', ' ', ''.join(c for c in folded if not unicodedata.combining(c))).strip()


def trigrams(text: str) -> Counter[str]:
    padded = f'  {normal(text)}  '
    return Counter(padded[at:at + 3] for at in range(len(padded) - 2))


def likeness(left: str, right: str) -> float:
    """Dice coefficient of character trigrams, 0 (nothing shared) to 1 (the same after `normal`)."""
    a, b = trigrams(left), trigrams(right)
    return 2 * (a & b).total() / max(1, a.total() + b.total())
