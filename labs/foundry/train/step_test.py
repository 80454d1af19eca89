from __future__ import annotations

import math

import pytest
import torch

from convert.model_folder import Shape
from train.batch import Batch, padded
from train.llama import Llama
from train.machine import Use
from train.step import mean_loss, parts_of, stepping

SHAPE = Shape(width=32, layers=2, heads=4, keyValueHeads=2, feedForward=256, contextTokens=32, vocabulary=70,
              epsilon=1e-5, ropeTheta=10000.0)


def a_model() -> Llama:
    torch.manual_seed(4)
    return Llama(SHAPE)


@pytest.fixture
def batch() -> Batch:
    """Rows of unlike length, of which only the ends count."""
    draw = torch.Generator().manual_seed(2)
    rows = []
    for length in (9, 20, 14, 31, 12):
        ids = torch.randint(0, SHAPE.vocabulary, (length,), generator=draw).tolist()
        rows.append((ids, [0.0] * (length - 6) + [3.0] * 2 + [1.0] * 4))
    return padded(rows, 'answers')


def after(model: Llama, batch: Batch, threads: int) -> float:
    with stepping(model, 0.1, Use(threads, False)) as stepper:
        return stepper.step(batch, 0.01)


def test_parts_learn_what_the_whole_learns(batch: Batch) -> None:
    one, many = a_model(), a_model()
    assert after(one, batch, 1) == pytest.approx(after(many, batch, 3), rel=1e-5)
    for name, tensor in one.state_dict().items():
        torch.testing.assert_close(many.state_dict()[name], tensor, rtol=1e-3, atol=1e-4)


def test_padding_and_what_weighs_nothing_do_not_matter(batch: Batch) -> None:
    other = batch.ids.clone()
    other[0, 9:] = 7
    losses = [after(a_model(), one, 2) for one in (batch, Batch('answers', other, batch.weights, batch.tokens))]
    assert losses[0] == losses[1]


def test_every_row_is_in_one_part(batch: Batch) -> None:
    parts = parts_of(batch, 2)
    assert sorted(row.tolist() for part in parts for row in part.ids) == sorted(row.tolist() for row in batch.ids)
    assert len(parts_of(batch, 9)) == 5


def test_loss_is_the_weighted_mean_in_nats() -> None:
    model = a_model()
    batch = padded([([1, 2, 3, 4], [1.0] * 4)], 'text')
    with torch.no_grad():
        logits = model.logits(model(batch.ids[:, :-1]))[0]
    expected = -float(logits.log_softmax(-1)[[0, 1, 2], [2, 3, 4]].mean())
    assert after(a_model(), batch, 1) == pytest.approx(expected, rel=1e-5)
    assert mean_loss(model, [batch], Use(1, False)) == pytest.approx(expected, rel=1e-5)


def test_a_loss_that_is_no_number_changes_nothing(batch: Batch) -> None:
    model = a_model()
    with torch.no_grad():
        model.norm.weight.fill_(math.inf)
    before = {name: tensor.clone() for name, tensor in model.state_dict().items()}
    assert math.isnan(after(model, batch, 2))
    assert all(torch.equal(model.state_dict()[name], tensor) for name, tensor in before.items())
