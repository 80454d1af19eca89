"""The energy of a whole run: read from the processor's meter where there is one that may be read, else assumed.

    with metered(recipe, journal) as meter:   # around the work of a stage
        meter.tick()                          # now and then in long ones

The total goes on over stages and restarts; what a kill cuts off is at most the last seconds.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from durable import write_durably
from environment import threads
from journal import Journal
from recipe import Recipe

POWERCAP = Path('/sys/class/powercap')
EVERY_SECONDS = 10.0  # between two events; also well before a counter wraps twice


@dataclass(frozen=True)
class Used:
    """From the start of the run, pauses left out. `assumed`: at least a part of it was not read from a meter."""

    joules: float = 0.0
    seconds: float = 0.0
    assumed: bool = False


@dataclass(frozen=True)
class Zone:
    """One processor package of the powercap interface (RAPL): Linux, Documentation/power/powercap/powercap.rst."""

    folder: Path

    def microjoules(self) -> int:
        return int((self.folder / 'energy_uj').read_text())

    def wraps_at(self) -> int:
        return int((self.folder / 'max_energy_range_uj').read_text())


def readable_zones(powercap: Path) -> list[Zone]:
    """The packages whose counter may be read; parts of a package (`intel-rapl:0:0`) are counted in it already."""
    zones = []
    for folder in sorted(powercap.glob('*:*')):
        try:
            if folder.name.count(':') == 1 and (folder / 'name').read_text().startswith('package'):
                zones.append(Zone(folder))
                zones[-1].microjoules(), zones[-1].wraps_at()
        except (OSError, ValueError):
            return []
    return zones


class Meter:
    def __init__(self, recipe: Recipe, journal: Journal, powercap: Path = POWERCAP,
                 now: Callable[[], float] = time.monotonic) -> None:
        self._journal, self._now, self._file = journal, now, recipe.data.work / 'energy.json'
        self._zones = readable_zones(powercap)
        self._watts = recipe.machine.wattsPerThread * (recipe.machine.threads or threads())
        self.used = kept(self._file)
        self._at, self._counters = now(), [zone.microjoules() for zone in self._zones]

    def tick(self, told: bool = False) -> None:
        """Adds what was used since the last time and tells it; every EVERY_SECONDS, unless `told` asks for it now."""
        at = self._now()
        seconds = at - self._at
        if seconds < EVERY_SECONDS and not told:
            return
        self._at = at
        joules = sum(self._read()) if self._zones else self._watts * seconds
        self.used = replace(self.used, joules=self.used.joules + joules, seconds=self.used.seconds + seconds,
                            assumed=self.used.assumed or not self._zones)
        write_durably(self._file, json.dumps(asdict(self.used)))
        self._journal.tell('energy', **self.report())

    def _read(self) -> Iterator[float]:
        """Joules of each package since the last reading."""
        before, self._counters = self._counters, [zone.microjoules() for zone in self._zones]
        for zone, old, new in zip(self._zones, before, self._counters):
            yield (new - old if new >= old else new - old + zone.wraps_at()) / 1e6

    def report(self) -> dict[str, Any]:
        """As EnergyUsed of the contract."""
        return {'joules': round(self.used.joules, 1), 'seconds': round(self.used.seconds, 1),
                **({'method': 'assumed', 'watts': self._watts} if self.used.assumed else {'method': 'rapl'})}


def kept(path: Path) -> Used:
    """What earlier stages and earlier tries of this run used; nothing where no whole record is found."""
    try:
        return Used(**json.loads(path.read_text(encoding='utf-8')))
    except (OSError, ValueError, TypeError):
        return Used()


@contextmanager
def metered(recipe: Recipe, journal: Journal) -> Iterator[Meter]:
    """Counts the energy of the block, also when it is left by an exception."""
    meter = Meter(recipe, journal)
    try:
        yield meter
    finally:
        meter.tick(told=True)
