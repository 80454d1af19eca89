"""How the card writes numbers and names in its language."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from pathlib import Path

import yaml

HERE = Path(__file__).resolve().parent
LANGUAGES = ('en', 'fr')  # in which a card can be written

NARROW_SPACE = '\u202f'


class Words:
    def __init__(self, language: str) -> None:
        self._french = language == 'fr'
        self._names = names()[language]

    def filters(self) -> dict[str, object]:
        return {'whole': self.whole, 'decimal': self.decimal, 'signed': self.signed, 'share': self.share,
                'language': self.language, 'kind': self.kind, 'listed': self.listed}

    def whole(self, number: float) -> str:
        """With thousands apart: 1,234 or 1 234."""
        return self._local(f'{number:,.0f}')

    def decimal(self, number: float, places: int) -> str:
        return self._local(f'{number:,.{places}f}')

    def signed(self, number: float, places: int) -> str:
        return self._local(f'{number:+,.{places}f}')

    def share(self, part: int, whole: int) -> str:
        """Per cent, never rounded up to all of it or down to none."""
        if not whole:
            return '–'
        percent = 100 * part / whole
        rounded = min(99, max(1, round(percent))) if 0 < percent < 100 else round(percent)
        return f'{rounded}{NARROW_SPACE}%' if self._french else f'{rounded}%'

    def language(self, code: str) -> str:
        return self._names['languages'].get(code, code)

    def kind(self, code: str) -> str:
        """Of personal data."""
        return self._names['kinds'].get(code, code)

    def listed(self, names: Iterable[str]) -> str:
        *others, last = names
        return f'{", ".join(others)} {"et" if self._french else "and"} {last}' if others else last

    def _local(self, number: str) -> str:
        return number.translate(str.maketrans({',': NARROW_SPACE, '.': ','})) if self._french else number


@cache
def names() -> dict[str, dict[str, dict[str, str]]]:
    return yaml.safe_load((HERE / 'names.yaml').read_text(encoding='utf-8'))
