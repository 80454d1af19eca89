from __future__ import annotations

from pathlib import Path

import pytest
import torch

from journal import Problem, Stopped
from train import stage
from train.toy_training import Told, toy_training


def test_everything_is_told_and_the_model_is_written(tmp_path: Path) -> None:
    recipe, told = toy_training(tmp_path), Told()
    report = stage.run(recipe, told)
    last, steps = told.of('point')[-1], [event['step'] for event in told.of('point')]
    assert len(steps) < 60 and steps[0] == 1
    assert (last['step'], last['steps'], last['tokens']) == (60, 60, 60 * 256)
    assert last['loss'] < told.of('point')[0]['loss'] - 0.5
    assert [event['step'] for event in told.of('held')] == [20, 40, 60]
    assert set(told.of('held')[0]['losses']) == {'en', 'fr'}
    assert [event['step'] for event in told.of('sample')] == [60, 60]
    assert all(event['prompt'] for event in told.of('sample'))
    assert told.of('energy') and told.of('progress')[-1]['done'] == 1
    assert report['steps'] == 60 and report['best']['heldLoss'] > 0 and report['stoppedEarlyAt'] is None
    assert all((recipe.data.work / 'model' / name).exists() for name in ('model.safetensors', 'config.json'))


def test_minutes_end_it_too(tmp_path: Path) -> None:
    told = Told()
    report = stage.run(toy_training(tmp_path, steps=10**6, minutes=0.003, evaluateEvery=10**6, sampleEvery=10**6), told)
    assert report['steps'] < 10**6 and told.of('point')[-1]['step'] == report['steps']


def test_steps_that_are_too_large_end_in_advice(tmp_path: Path) -> None:
    with pytest.raises(Problem) as told:
        stage.run(toy_training(tmp_path, learningRate=1e30), Told())
    assert told.value.code == 'loss-diverged' and 'Lower learningRate' in told.value.todo


def test_it_stops_early_and_keeps_the_best(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / 'best').mkdir()
    (tmp_path / 'early').mkdir()
    plan = {'steps': 100, 'evaluateEvery': 5, 'patience': 3}
    best, early, told = toy_training(tmp_path / 'best', **plan), toy_training(tmp_path / 'early', **plan), Told()
    monkeypatch.setattr('train.loop.POINT_SECONDS', 0.0)
    with pytest.raises(Stopped):
        stage.run(best, Told(stop_at=10))
    losses = iter([5.0, 5.0, 4.0, 4.0, 4.5, 4.5, 4.4, 4.4, 4.2, 4.2])
    monkeypatch.setattr('train.loop.mean_loss', lambda *_: next(losses))
    report = stage.run(early, told)
    assert told.of('early-stop') == [{'type': 'early-stop', 'step': 25, 'best': 10}]
    assert report['stoppedEarlyAt'] == 25 and report['best'] == {'step': 10, 'heldLoss': 4.0}
    kept, at_ten = (torch.load(one.data.work / 'checkpoint-train.pt', weights_only=True)['weights']
                    for one in (early, best))
    assert all(torch.equal(kept[name], at_ten[name]) for name in at_ten)
