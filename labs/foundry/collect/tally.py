"""Counts what was kept, mended and left out, for the report that the learner reads."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from collect.reasons import REASONS

LISTED_PER_CODE = 20


@dataclass
class Tally:
    """`repaired`: documents that were not clean UTF-8. `near_duplicates`: paragraphs. `personal`: times, by kind."""

    repaired: int = 0
    near_duplicates: int = 0
    personal: Counter[str] = field(default_factory=Counter)
    _listed: list[dict[str, str]] = field(default_factory=list)
    _number: Counter[str] = field(default_factory=Counter)

    def leave_out(self, source: str, code: str, **values: str | int) -> None:
        """`code`: a key of REASONS, `values`: what its text needs. Past the first 20 of a code they are only
        counted.
        """
        self._number[code] += 1
        if self._number[code] <= LISTED_PER_CODE:
            self._listed.append({'source': source, 'code': code, 'detail': REASONS[code].format(**values)})

    @property
    def number_left_out(self) -> int:
        return self._number.total()

    def left_out(self) -> list[dict[str, str]]:
        """As CollectReport.leftOut; what was only counted is one entry per code."""
        more = [{'source': f'+{number - LISTED_PER_CODE}', 'code': code, 'detail': 'More sources, for the same reason.'}
                for code, number in self._number.items() if number > LISTED_PER_CODE]
        return [*self._listed, *more]
