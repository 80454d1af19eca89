"""Many wordings of one question in one line: alternatives in round brackets, nested, an empty one for what may be
left out.

`(What is|What's) a (ledger|register)( in Terroir|)?` has eight wordings. A backslash takes a bracket, a bar or itself
literally.
"""

from __future__ import annotations

import random
import re
from dataclasses import dataclass
from functools import cached_property, lru_cache


class PatternError(ValueError):
    """Says what is wrong with a pattern, and at which character."""


@dataclass(frozen=True)
class Choice:
    """One of several sequences."""

    among: tuple[Sequence, ...]

    @cached_property
    def count(self) -> int:
        return sum(one.count for one in self.among)


@dataclass(frozen=True)
class Sequence:
    """Literal texts and choices, one after the other."""

    parts: tuple[str | Choice, ...]

    @cached_property
    def count(self) -> int:
        number = 1
        for part in self.parts:
            number *= 1 if isinstance(part, str) else part.count
        return number


@lru_cache(maxsize=65536)
def parse(pattern: str) -> Sequence:
    """Raises PatternError."""
    sequence, at = _sequence(pattern, 0, 0)
    if at < len(pattern):
        raise PatternError(f'")" without "(" at character {at + 1}')
    return sequence


def _sequence(pattern: str, at: int, depth: int) -> tuple[Sequence, int]:
    parts: list[str | Choice] = []
    text = ''
    while at < len(pattern) and not (pattern[at] == ')' or (pattern[at] == '|' and depth)):
        if pattern[at] == '(':
            choice, at = _choice(pattern, at, depth + 1)
            parts += [text, choice] if text else [choice]
            text = ''
        elif pattern[at] == '|':
            raise PatternError(f'"|" outside brackets at character {at + 1}')
        else:
            at += pattern[at] == '\\' and at + 1 < len(pattern) and pattern[at + 1] in '()|\\'
            text += pattern[at]
            at += 1
    return Sequence(tuple([*parts, text] if text else parts)), at


def _choice(pattern: str, opened: int, depth: int) -> tuple[Choice, int]:
    if depth > 20:
        raise PatternError(f'brackets nested more than 20 deep at character {opened + 1}')
    among, at = [], opened
    while at < len(pattern) and (at == opened or pattern[at] == '|'):
        one, at = _sequence(pattern, at + 1, depth)
        among.append(one)
    if at >= len(pattern):
        raise PatternError(f'"(" at character {opened + 1} is never closed')
    return Choice(tuple(among)), at + 1


def count(pattern: str) -> int:
    """How many ways there are to choose; wordings that come out the same count each."""
    return parse(pattern).count


def expansions(pattern: str, most: int) -> list[str]:
    """All wordings in order, or `most` of them evenly spread over that order. None comes twice."""
    sequence = parse(pattern)
    number = sequence.count
    picked = range(number) if number <= most else (at * number // most for at in range(most))
    return list(dict.fromkeys(_spaced(_numbered(sequence, at)) for at in picked))


def sample(pattern: str, rng: random.Random) -> str:
    """One wording; every alternative of a bracket is as likely as the others."""
    return _spaced(_chosen(parse(pattern), rng))


def _numbered(sequence: Sequence, number: int) -> str:
    """The wording of this number, from 0 to count - 1."""
    texts = []
    for part in reversed(sequence.parts):
        if isinstance(part, str):
            texts.append(part)
            continue
        number, within = divmod(number, part.count)
        for one in part.among:
            if within < one.count:
                texts.append(_numbered(one, within))
                break
            within -= one.count
    return ''.join(reversed(texts))


def _chosen(sequence: Sequence, rng: random.Random) -> str:
    return ''.join(part if isinstance(part, str) else _chosen(rng.choice(part.among), rng) for part in sequence.parts)


def _spaced(text: str) -> str:
    """What an empty alternative leaves behind: no two spaces in a row, none at the ends."""
    return re.sub(r' {2,}', ' ', text).strip()
