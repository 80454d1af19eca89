"""Held-out text in pieces that every model reads alike, whatever its tokenizer and its context."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from collect.documents import Document

PIECE_BYTES = 1024
MOST_BYTES = 16 << 10  # per language and model; of longer text, pieces evenly spread over it


@dataclass(frozen=True)
class Window:
    """`tokens` to read, of which the last `scored` count."""

    tokens: tuple[int, ...]
    scored: int


def pieces(text: str) -> Iterator[str]:
    """Cuts before a space, else between characters; joined they are the text again."""
    while text:
        end = fitting(text, PIECE_BYTES)
        if end < len(text):
            spaces = [found.start() for found in re.finditer(r'\s', text[:end + 1]) if found.start() > end // 2]
            end = spaces[-1] if spaces else end
        yield text[:end]
        text = text[end:]


def fitting(text: str, size: int) -> int:
    """How many characters of the text fit into `size` bytes of UTF-8."""
    return len(text[:size].encode()[:size].decode(errors='ignore'))


def held_pieces(documents: Callable[[], Iterable[Document]], most: int = MOST_BYTES) -> dict[str, list[str]]:
    """By language, all pieces of its documents, or as many evenly spread ones as make up about `most` bytes.

    Reads the documents twice rather than keep them all.
    """
    number, size = Counter[str](), Counter[str]()
    for language, piece in spoken(documents()):
        number[language] += 1
        size[language] += len(piece.encode())
    wanted = {language: spread(number[language], size[language], most) for language in sorted(number)}
    found: dict[str, list[str]] = {language: [] for language in wanted}
    seen = Counter[str]()
    for language, piece in spoken(documents()):
        if seen[language] in wanted[language]:
            found[language].append(piece)
        seen[language] += 1
    return found


def spoken(documents: Iterable[Document]) -> Iterator[tuple[str, str]]:
    """Language and piece, of every piece that says something."""
    return ((one.language, piece) for one in documents for piece in pieces(one.text) if piece.strip())


def spread(number: int, size: int, most: int) -> set[int]:
    """Places in a row of `number` pieces of `size` bytes together: all, or evenly spread ones of about `most` bytes."""
    if size <= most:
        return set(range(number))
    kept = max(1, number * most // size)
    return {at * number // kept for at in range(kept)}


def windows(start: int, tokens: list[int], context: int) -> list[Window]:
    """Reads `tokens` after the token `start`. Past the context, each further window reads half of it once more."""
    made = [Window((start, *tokens[:context - 1]), len(tokens[:context - 1]))]
    at, before = len(made[0].tokens) - 1, (context - 1) // 2
    while at < len(tokens):
        scored = tokens[at:at + context - 1 - before]
        made.append(Window((start, *tokens[at - before:at], *scored), len(scored)))
        at += len(scored)
    return made


def size_of(texts: list[str]) -> int:
    """Bytes of UTF-8."""
    return sum(len(text.encode()) for text in texts)
