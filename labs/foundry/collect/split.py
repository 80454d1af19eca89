"""Which documents are held out: never trained on, so that they can tell whether the model learned the language or
the text.

A document's side is decided by a hash of the seed and its own text, so adding one moves no other. Only where too
little would be held out of a language do the documents with the next smallest hashes join, and these a new document
can relieve.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

DOCUMENT = 256 << 10  # characters; what is longer becomes several documents
SECTION = 3000  # characters, about; of the documents that too few or too long ones are cut into
LEAST_SECTION = 80
LEAST_HELD = 4096  # bytes per language, where that is no more than its share and a third of it


@dataclass(frozen=True)
class Weighed:
    """A document for the decision: `key` from `key_of`, and its size in bytes."""

    language: str
    key: int
    size: int


def key_of(text: str, seed: int) -> int:
    """64 bits that depend on the seed and the text alone."""
    return int.from_bytes(hashlib.sha256(f'{seed}:{text}'.encode()).digest()[:8])


def cut(text: str, most: int) -> Iterator[str]:
    """At most `most` characters each, cut at a heading, else paragraph, line, sentence, word, else anywhere."""
    while len(text) > most:
        at = _place(text, most)
        yield text[:at].strip()
        text = text[at:]
    if text.strip():
        yield text.strip()


def _place(text: str, most: int) -> int:
    for pattern in ('\n#', '\n\n', '\n', '. ', ' '):
        at = text.rfind(pattern, most // 2, most)
        if at > 0:
            return at + (1 if pattern == '\n#' else len(pattern))
    return most


def sections(text: str) -> list[str]:
    """Cuts at headings, joins what says too little alone, and cuts long sections into groups of paragraphs."""
    parts: list[str] = []
    for part in re.split(r'(?m)^(?=#{1,4} )', text):
        if parts and (len(part.strip()) < LEAST_SECTION or len(parts[-1]) < LEAST_SECTION):
            parts[-1] += part
        else:
            parts.append(part)
    return [piece for part in parts for piece in cut(part, SECTION)]


def too_few(documents: int, share: float) -> bool:
    """Whether the share of this many documents is less than one."""
    return documents * share < 1


def held_out(documents: Iterable[Weighed], share: float) -> set[tuple[str, int]]:
    """The (language, key) of what to hold out: at most half of a language, and something where there are two."""
    by_language: dict[str, dict[int, int]] = {}
    for one in documents:
        by_language.setdefault(one.language, {})[one.key] = one.size
    chosen = set()
    for language, sizes in by_language.items():
        total, held = sum(sizes.values()), 0
        for key, size in sorted(sizes.items()):
            drawn = key / 2**64 < share
            too_little = held < min(LEAST_HELD, share * total)
            if (drawn or too_little) and held + size <= total / (2 if drawn or not held else 3):
                held += size
                chosen.add((language, key))
    return chosen
