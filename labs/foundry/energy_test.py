from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from energy import Meter, readable_zones
from journal import Journal
from recipe import Card, Data, Machine, Recipe


class Watch:
    def __init__(self) -> None:
        self.at = 100.0

    def __call__(self) -> float:
        return self.at


def a_recipe(folder: Path) -> Recipe:
    return Recipe('toy', ('en',), Data((), work=folder), Card('Toy'), machine=Machine(threads=2, wattsPerThread=8))


def a_zone(powercap: Path, name: str, kind: str, microjoules: int) -> Path:
    folder = powercap / name
    folder.mkdir(parents=True)
    (folder / 'name').write_text(f'{kind}\n')
    (folder / 'energy_uj').write_text(f'{microjoules}\n')
    (folder / 'max_energy_range_uj').write_text('1000000000\n')
    return folder


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, object]]:
    events: list[dict[str, object]] = []
    monkeypatch.setattr(Journal, 'tell', lambda self, type, **fields: events.append({'type': type, **fields}))
    return events


def test_without_a_meter_it_is_assumed_from_threads_and_time(tmp_path: Path, told: list[dict[str, object]]) -> None:
    watch = Watch()
    meter = Meter(a_recipe(tmp_path), Journal(None), tmp_path / 'none', watch)
    watch.at += 30
    meter.tick()
    assert told == [{'type': 'energy', 'joules': 480.0, 'seconds': 30.0, 'method': 'assumed', 'watts': 16.0}]


def test_it_is_not_told_at_every_tick(tmp_path: Path, told: list[dict[str, object]]) -> None:
    watch = Watch()
    meter = Meter(a_recipe(tmp_path), Journal(None), tmp_path / 'none', watch)
    for _ in range(25):
        watch.at += 1
        meter.tick()
    assert [event['seconds'] for event in told] == [10.0, 20.0]
    meter.tick(told=True)
    assert told[-1]['seconds'] == 25.0


def test_a_later_stage_goes_on_counting(tmp_path: Path, told: list[dict[str, object]]) -> None:
    watch = Watch()
    for _ in range(2):
        meter = Meter(a_recipe(tmp_path), Journal(None), tmp_path / 'none', watch)
        watch.at += 20
        meter.tick()
        watch.at += 5000  # between stages nothing is used
    assert told[-1] == {'type': 'energy', 'joules': 640.0, 'seconds': 40.0, 'method': 'assumed', 'watts': 16.0}


def test_a_torn_record_counts_from_zero(tmp_path: Path, told: list[dict[str, object]]) -> None:
    (tmp_path / 'energy.json').write_text('{"joules": 1')
    watch = Watch()
    meter = Meter(a_recipe(tmp_path), Journal(None), tmp_path / 'none', watch)
    watch.at += 10
    meter.tick()
    assert told[-1]['seconds'] == 10.0


def test_the_processors_meter_is_read_and_its_wrap_understood(tmp_path: Path, told: list[dict[str, object]]) -> None:
    powercap, watch = tmp_path / 'powercap', Watch()
    package = a_zone(powercap, 'intel-rapl:0', 'package-0', 999_000_000)
    a_zone(powercap, 'intel-rapl:0:0', 'core', 5)
    a_zone(powercap, 'intel-rapl:1', 'psys', 5)
    meter = Meter(a_recipe(tmp_path), Journal(None), powercap, watch)
    (package / 'energy_uj').write_text('4000000\n')
    watch.at += 10
    meter.tick()
    assert told == [{'type': 'energy', 'joules': 5.0, 'seconds': 10.0, 'method': 'rapl'}]


def test_a_run_that_was_partly_assumed_says_so(tmp_path: Path, told: list[dict[str, object]]) -> None:
    (tmp_path / 'energy.json').write_text(json.dumps({'joules': 100.0, 'seconds': 10.0, 'assumed': True}))
    powercap, watch = tmp_path / 'powercap', Watch()
    a_zone(powercap, 'intel-rapl:0', 'package-0', 0)
    meter = Meter(a_recipe(tmp_path), Journal(None), powercap, watch)
    watch.at += 10
    meter.tick()
    assert told[-1]['method'] == 'assumed'


def test_one_unreadable_package_means_no_meter(tmp_path: Path) -> None:
    a_zone(tmp_path, 'intel-rapl:0', 'package-0', 0)
    (a_zone(tmp_path, 'intel-rapl:1', 'package-1', 0) / 'energy_uj').unlink()
    assert readable_zones(tmp_path) == []


def test_the_number_of_threads_is_the_machines_when_the_recipe_leaves_it_open(tmp_path: Path) -> None:
    recipe = replace(a_recipe(tmp_path), machine=Machine(threads=0, wattsPerThread=8))
    meter = Meter(recipe, Journal(None), tmp_path / 'none')
    meter.tick(told=True)
    assert meter.report()['watts'] >= 8
