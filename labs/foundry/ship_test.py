from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest
import yaml

import ship
from card.machine import machine
from card.reports_fixture import REPORTS
from journal import Journal, Problem
from recipe import Machine, Recipe
from toy_fixture import STRINGS, converted_toy

CARD = {'madeWith': {'machine': machine(Machine()), 'versions': {'torch': '9'}, 'energy': None}}
ENTRY = {'title': 'A Toy', 'summary': {'en': 'By hand.'}, 'licence': {'id': 'CC0-1.0', 'open': True}, 'sizeBytes': 1}


@pytest.fixture(scope='module')
def made(tmp_path_factory: pytest.TempPathFactory) -> Recipe:
    recipe = converted_toy(tmp_path_factory.mktemp('toy'))
    for stage, report in (REPORTS | {'card': CARD}).items():
        if report and stage != 'convert':
            (recipe.data.work / f'{stage}.json').write_text(json.dumps({'report': report}))
    (recipe.data.artefacts / ship.LOG).write_text('step\n')
    return recipe


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / 'model.yaml').write_text(yaml.safe_dump(ENTRY))
    return tmp_path


def changed(made: Recipe, stage: str, report: dict) -> None:
    (made.data.work / f'{stage}.json').write_text(json.dumps({'report': report}))


def test_ships_what_the_catalogue_and_the_browser_need(made: Recipe, folder: Path) -> None:
    ship.ship(made, folder, Journal(None))
    entry = yaml.safe_load((folder / 'model.yaml').read_text())
    gguf = folder / entry['file']
    assert entry['summary'] == ENTRY['summary']
    assert (entry['id'], entry['sizeBytes'], entry['sha256']) == ('toy', gguf.stat().st_size, ship.sha256(gguf))
    assert entry['sha256'] in (folder / 'card.md').read_text()
    assert sorted(path.name for path in (folder / 'onnx' / 'onnx').iterdir()) == ['model_quantized.onnx']
    ids = json.loads((folder / 'token-ids.json').read_text())
    assert {script: len(some) for script, some in ids.items()} == dict.fromkeys(STRINGS, 30)
    sums = dict(reversed(line.split('  ')) for line in (folder / 'SHA256SUMS').read_text().splitlines())
    files = {str(path.relative_to(folder)) for path in folder.rglob('*') if path.is_file()}
    assert sums.keys() == files - {'SHA256SUMS'}
    assert all(hashlib.sha256((folder / name).read_bytes()).hexdigest() == digest for name, digest in sums.items())


def refused(made: Recipe, folder: Path) -> str:
    with pytest.raises(Problem) as found:
        ship.ship(made, folder, Journal(None))
    assert [path.name for path in folder.iterdir()] == ['model.yaml']
    return found.value.code


def test_refuses_a_model_that_is_too_large(made: Recipe, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ship, 'MOST_BYTES', 1000)
    assert refused(made, folder) == 'too-large'


def test_refuses_files_that_disagree(made: Recipe, folder: Path) -> None:
    evaluate = REPORTS['evaluate']
    changed(made, 'evaluate', evaluate | {'agreement': evaluate['agreement'] | {'agree': False}})
    try:
        assert refused(made, folder) == 'files-disagree'
    finally:
        changed(made, 'evaluate', evaluate)


def test_refuses_a_run_that_did_not_finish(made: Recipe, folder: Path) -> None:
    (made.data.work / 'card.json').unlink()
    try:
        assert refused(made, folder) == 'not-finished'
    finally:
        changed(made, 'card', CARD)
