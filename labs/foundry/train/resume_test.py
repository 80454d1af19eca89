"""A training that was cut goes on exactly where it was."""

from __future__ import annotations

import errno
import json
import pickle
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from instruct import stage as instruct
from journal import Problem, Stopped
from recipe import Recipe
from train import stage as train
from train.toy_training import Told, toy_training

RUN = Path(__file__).with_name('toy_run.py')
DEADLINE_SECONDS = 120


@pytest.fixture(autouse=True)
def every_step_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr('train.loop.POINT_SECONDS', 0.0)


def a_toy(folder: Path, **plan: int | float) -> Recipe:
    folder.mkdir()
    return toy_training(folder, **plan)


def start(folder: Path, stage: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, RUN, folder, stage], stdout=subprocess.DEVNULL)


def events(folder: Path) -> list[dict[str, Any]]:
    path = folder / 'events.jsonl'
    lines = path.read_text(encoding='utf-8').split('\n')[:-1] if path.exists() else []
    return [json.loads(line) for line in lines]


def kill_after(step: int, folder: Path, stage: str) -> None:
    """SIGKILL, once a point after `step` was told; fails when the run ends before."""
    process, deadline = start(folder, stage), time.monotonic() + DEADLINE_SECONDS
    try:
        while not any(event['type'] == 'point' and event['step'] > step for event in events(folder)):
            assert process.poll() is None and time.monotonic() < deadline
            time.sleep(0.01)
    finally:
        process.kill()
        process.wait()


def test_after_a_kill_the_loss_curve_goes_on_where_it_was(tmp_path: Path) -> None:
    whole, cut = (a_toy(tmp_path / name, steps=90, checkpointEvery=10, sampleEvery=90) for name in ('whole', 'cut'))
    told = Told()
    report = train.run(whole, told)
    (tmp_path / 'cut' / 'recipe.pickle').write_bytes(pickle.dumps(cut))
    kill_after(23, tmp_path / 'cut', 'train')
    before = len(events(tmp_path / 'cut'))
    assert start(tmp_path / 'cut', 'train').wait(DEADLINE_SECONDS) == 0
    after = events(tmp_path / 'cut')[before:]
    resumed = next(event['step'] for event in after if event['type'] == 'resumed')
    assert resumed >= 20 and resumed % 10 == 0
    points = [event for event in after if event['type'] == 'point']
    later = {step: loss for step, loss in told.losses.items() if step > resumed}
    assert {event['step']: event['loss'] for event in points} == later
    assert points[-1]['step'] == 90 and points[-1]['tokens'] == told.of('point')[-1]['tokens']
    again = train.run(cut, Told())
    assert again['weightsSha256'] == report['weightsSha256'] and again['resumedAt'] == [resumed]


def test_learning_to_answer_goes_on_where_it_was_too(tmp_path: Path) -> None:
    whole, cut = a_toy(tmp_path / 'whole', steps=3), a_toy(tmp_path / 'cut', steps=3)
    for recipe in (whole, cut):
        train.run(recipe, Told())
    told = Told()
    report = instruct.run(whole, told)
    with pytest.raises(Stopped):
        instruct.run(cut, Told(stop_at=told.of('point')[17]['step']))
    after = Told()
    assert instruct.run(cut, after)['weightsSha256'] == report['weightsSha256']
    assert after.losses == {step: loss for step, loss in told.losses.items() if step >= min(after.losses)}
    assert len(after.losses) < len(told.losses)


def test_a_stop_keeps_its_step_and_the_run_goes_on_from_it(tmp_path: Path) -> None:
    whole, cut, told = a_toy(tmp_path / 'whole'), a_toy(tmp_path / 'cut'), Told(stop_at=33)
    report = train.run(whole, Told())
    with pytest.raises(Stopped):
        train.run(cut, told)
    assert told.of('checkpoint')[-1]['step'] == 33
    after = Told()
    assert train.run(cut, after)['weightsSha256'] == report['weightsSha256']
    assert after.of('resumed') == [{'type': 'resumed', 'step': 33}] and min(after.losses) == 34
    rows = (cut.data.artefacts / 'training-log.csv').read_text().splitlines()
    steps = [int(row.split(',')[1]) for row in rows[1:] if row.split(',')[5]]
    assert steps == list(range(1, 61))


def test_seconds_and_tokens_go_on_counting(tmp_path: Path) -> None:
    recipe, told = a_toy(tmp_path / 'toy'), Told(stop_at=33)
    with pytest.raises(Stopped):
        train.run(recipe, told)
    after = Told()
    train.run(recipe, after)
    assert after.of('point')[0]['tokens'] == 34 * 256
    assert after.of('point')[0]['seconds'] >= told.of('point')[-1]['seconds']


def test_the_same_seed_gives_the_same_weights_and_another_one_others(tmp_path: Path) -> None:
    first, second = a_toy(tmp_path / 'first', steps=15), a_toy(tmp_path / 'second', steps=15)
    digests = [train.run(recipe, Told())['weightsSha256'] for recipe in (first, second, replace(second, seed=5))]
    assert digests[0] == digests[1] != digests[2]


def test_a_finished_stage_is_not_trained_again_until_its_plan_changes(tmp_path: Path) -> None:
    recipe, told = a_toy(tmp_path / 'toy', steps=15), Told()
    report = train.run(recipe, Told())
    assert train.run(recipe, told) == report and not told.losses
    changed = replace(recipe, train=replace(recipe.train, steps=16))
    train.run(changed, told)
    assert sorted(told.losses) == list(range(1, 17))


def test_other_text_begins_afresh(tmp_path: Path) -> None:
    recipe, told = a_toy(tmp_path / 'toy'), Told()
    with pytest.raises(Stopped):
        train.run(recipe, Told(stop_at=5))
    path = recipe.data.work / 'documents-train.jsonl'
    path.write_text(path.read_text() + '{"source": "new.md", "language": "en", "text": "The mill is new."}\n')
    train.run(recipe, told)
    assert not told.of('resumed') and min(told.losses) == 1


def test_a_full_disk_leaves_the_last_checkpoint_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    recipe = a_toy(tmp_path / 'toy')
    report = train.run(a_toy(tmp_path / 'whole'), Told())
    with monkeypatch.context() as full, pytest.raises(OSError) as caught:
        told = Told()
        write = Path.write_bytes

        def no_space(path: Path, data: bytes) -> int:
            if told.of('checkpoint'):
                raise OSError(errno.ENOSPC, 'No space left on device', str(path))
            return write(path, data)

        full.setattr(Path, 'write_bytes', no_space)
        train.run(recipe, told)
    assert caught.value.errno == errno.ENOSPC and not list(recipe.data.work.glob('*.part'))
    after = Told()
    assert train.run(recipe, after)['weightsSha256'] == report['weightsSha256']
    assert after.of('resumed')[0]['step'] == 20


def test_a_damaged_checkpoint_is_told_not_passed_over(tmp_path: Path) -> None:
    recipe = a_toy(tmp_path / 'toy')
    (recipe.data.work / 'checkpoint-train.pt').write_bytes(b'torn')
    with pytest.raises(Problem) as told:
        train.run(recipe, Told())
    assert told.value.code == 'checkpoint-unreadable' and 'checkpoint-train.pt' in told.value.detail
