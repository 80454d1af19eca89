"""What all measurements of one run share."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from environment import threads
from evaluate.kept import Kept
from journal import Journal, Problem
from recipe import Recipe


class Bench:
    def __init__(self, recipe: Recipe, journal: Journal, converted: dict[str, Any], cost: float) -> None:
        """`converted`: the report of the convert stage. `cost` of all measurements together, in any unit."""
        self.recipe, self.journal = recipe, journal
        self.kept = Kept(recipe.data.work / 'evaluated.json')
        self.threads = recipe.machine.threads or threads()
        self.context: int = converted['shape']['contextTokens']
        self._made = {one['kind']: one for one in converted['artefacts']}
        self._cost, self._done = cost, 0.0

    def file(self, kind: str) -> Path:
        """Where the artefact of this kind lies. Raises Problem `artefact-missing`."""
        path = self.recipe.data.artefacts / self._made[kind]['name']
        if not path.exists():
            raise Problem('artefact-missing', f'{path.name} is no longer where the run put it.',
                          'Start the run again from its beginning.', file=path.name)
        return path

    def begin(self, cost: float, note: str) -> Callable[[float], None]:
        """Announces a measurement. What it returns takes the share of it done, and raises Stopped on request."""
        before = self._done
        self._done += cost

        def told(share: float) -> None:
            self.journal.progress((before + share * cost) / self._cost, note)
        told(0)
        return told
