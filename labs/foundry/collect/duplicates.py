"""Leaves out what was said before: whole documents said again, and paragraphs nearly the same as an earlier one.

Likeness is the Jaccard index of the sets of 5-word shingles, computed exactly. Two sets of a likeness of at least t
share one of the first n - ceil(t n) + 1 shingles of either in any fixed order (Chaudhuri, Ganti and Kaushik 2006,
prefix filtering), so only these are indexed, about a fifth of them at t = 0.8.
"""

from __future__ import annotations

import hashlib
import math
import re
import zlib

import numpy as np

SHINGLE = 5  # words
LEAST_WORDS = 8  # shorter paragraphs are headings, refrains and answers, which may be said again
LONG_BLOCK = 3000  # characters; a longer block of lines without empty ones is judged line by line
MOST_LOOKED_AT = 50  # paragraphs compared with one, so that text made from one pattern cannot stall


def paragraphs(text: str) -> list[str]:
    """Parts that make up the text again when joined: each with the empty lines that follow it."""
    parts = []
    for block in re.findall(r'.+?(?:\n{2,}|\Z)', text, re.S):
        parts += block.splitlines(keepends=True) if len(block) > LONG_BLOCK else [block]
    return parts


def same_words(text: str) -> bytes:
    """Equal for texts of the same words, whatever their case, spaces and punctuation."""
    return hashlib.sha256(' '.join(re.findall(r'\w+', text.lower())).encode()).digest()[:16]


class SaidBefore:
    def __init__(self, likeness: float) -> None:
        """`likeness` from 0 (exclusive) to 1: from where two paragraphs count as the same."""
        self._likeness = likeness
        self._documents: set[bytes] = set()
        self._kept: list[np.ndarray] = []
        self._index: dict[int, list[int]] = {}

    def document(self, text: str) -> bool:
        """Whether a document of the same words was asked about before."""
        key = same_words(text)
        known = key in self._documents
        self._documents.add(key)
        return known

    def without_repeats(self, text: str) -> tuple[str, int]:
        """The text less the paragraphs said before, here or in an earlier text, and how many they were."""
        kept, dropped = [], 0
        for part in paragraphs(text):
            if self._paragraph(part):
                dropped += 1
            else:
                kept.append(part)
        return ''.join(kept).strip(), dropped

    def _paragraph(self, text: str) -> bool:
        words = re.findall(r'\w+', text.lower())
        if len(words) < LEAST_WORDS:
            return False
        found = shingles(words)
        first = found[: len(found) - math.ceil(self._likeness * len(found)) + 1].tolist()
        candidates: dict[int, None] = {}
        for shingle in first:
            candidates.update(dict.fromkeys(self._index.get(shingle, ())))
        if any(self._alike(found, self._kept[at]) for at in candidates):
            return True
        number = len(self._kept)
        self._kept.append(found)
        for shingle in first:
            known = self._index.setdefault(shingle, [])
            if len(known) < MOST_LOOKED_AT:
                known.append(number)
        return False

    def _alike(self, one: np.ndarray, other: np.ndarray) -> bool:
        if min(len(one), len(other)) < self._likeness * max(len(one), len(other)):
            return False
        shared = len(np.intersect1d(one, other, assume_unique=True))
        return shared >= self._likeness * (len(one) + len(other) - shared)


def shingles(words: list[str]) -> np.ndarray:
    """The set of a paragraph's 5-word shingles as sorted 32-bit hashes."""
    runs = (' '.join(words[at:at + SHINGLE]) for at in range(len(words) - SHINGLE + 1))
    return np.unique(np.array([zlib.crc32(run.encode()) for run in runs], np.uint32))
