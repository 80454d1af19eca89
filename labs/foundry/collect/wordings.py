"""Finds wordings that two lines of questions share, exactly and without spelling them all out.

All patterns of a language make one automaton over letters and digits in lower case. Walking it step by step visits
every group of places that some wording leads to at the same time; where two ends meet, two lines say the same.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field

from phrasings import Choice, Sequence, parse

MOST_GROUPS = 500_000


@dataclass(frozen=True)
class Origin:
    """Where a wording stands. `held`: it is never trained on."""

    place: str
    id: str
    held: bool


@dataclass(frozen=True)
class Shared:
    """`wording` in letters and digits only; both origins lead to it."""

    wording: str
    one: Origin
    other: Origin


@dataclass
class Wordings:
    """`exhausted`: there were too many groups to visit them all, so something shared may not have been found."""

    exhausted: bool = False
    _steps: list[dict[str, list[int]]] = field(default_factory=lambda: [{}])
    _skips: list[list[int]] = field(default_factory=lambda: [[]])
    _ends: dict[int, Origin] = field(default_factory=dict)

    def add(self, pattern: str, origin: Origin) -> None:
        """Raises PatternError."""
        start = self._place()
        self._skips[0].append(start)
        self._ends[self._sequence(parse(pattern), start)] = origin

    def add_plain(self, wording: str, origin: Origin) -> None:
        start = self._place()
        self._skips[0].append(start)
        self._ends[self._text(wording, start)] = origin

    def _place(self) -> int:
        self._steps.append({})
        self._skips.append([])
        return len(self._steps) - 1

    def _sequence(self, sequence: Sequence, at: int) -> int:
        for part in sequence.parts:
            at = self._choice(part, at) if isinstance(part, Choice) else self._text(part, at)
        return at

    def _choice(self, choice: Choice, at: int) -> int:
        after = self._place()
        for one in choice.among:
            start = self._place()
            self._skips[at].append(start)
            self._skips[self._sequence(one, start)].append(after)
        return after

    def _text(self, text: str, at: int) -> int:
        for letter in bare(text):
            after = self._place()
            self._steps[at].setdefault(letter, []).append(after)
            at = after
        return at

    def _group(self, places: list[int]) -> frozenset[int]:
        found, waiting = set(places), list(places)
        while waiting:
            for after in self._skips[waiting.pop()]:
                if after not in found:
                    found.add(after)
                    waiting.append(after)
        return frozenset(place for place in found if self._steps[place] or place in self._ends)

    def shared(self) -> Iterator[Shared]:
        """Each pair of origins at most once: two different ids, or a held wording that is also taught."""
        start = self._group([0])
        seen, waiting, told = {start}, [(start, '')], set()
        while waiting and len(seen) < MOST_GROUPS:
            group, wording = waiting.pop()
            ends = [self._ends[place] for place in group if place in self._ends]
            for at, one in enumerate(ends):
                for other in ends[at + 1:]:
                    pair = tuple(sorted((one, other), key=lambda origin: (origin.held, origin.place)))
                    if (one.id != other.id or one.held != other.held) and pair not in told:
                        told.add(pair)
                        yield Shared(wording, *pair)
            self.exhausted = len(seen) >= MOST_GROUPS
            after: dict[str, list[int]] = {}
            for place in group:
                for letter, places in self._steps[place].items():
                    after.setdefault(letter, []).extend(places)
            for letter, places in after.items():
                following = self._group(places)
                if following not in seen:
                    seen.add(following)
                    waiting.append((following, wording + letter))


def bare(text: str) -> str:
    """Letters and digits in lower case without accents: what two wordings must differ in to be told apart."""
    return ''.join(one for one in unicodedata.normalize('NFKD', text.casefold()) if one.isalnum())
