from __future__ import annotations

import json
from pathlib import Path

import torch

from bench import Product, bench, products, replay
from convert.model_folder import Shape
from train.machine import Use
from train.toy_training import toy_training

SHAPE = Shape(width=32, layers=2, heads=4, keyValueHeads=2, feedForward=256, contextTokens=64, vocabulary=400,
              epsilon=1e-5, ropeTheta=1e4)


def test_the_work_is_that_of_the_weights_and_of_attention() -> None:
    matrices = 2 * (32 * (32 + 2 * 16) + 32 * 32 + 3 * 32 * 256) + 32 * 400
    attention = 2 * 2 * 4 * 63 * 8  # layers, two products, heads, tokens seen, width of a head: per token
    assert sum(one.flop for one in products(SHAPE, 4, 63)) == 6 * 4 * 63 * (matrices + attention)


def test_a_replay_multiplies_what_it_says() -> None:
    replay([Product(1, 3, 4, 5, 1, 'left'), Product(2, 3, 4, 5, 2, 'right')], torch.bfloat16)()


def test_it_reports_what_was_measured(tmp_path: Path) -> None:
    found = json.loads(json.dumps(bench(toy_training(tmp_path), Use(2, False), 2, 0.01)))
    assert found['tokensPerStep'] == 256 and len(found['rounds']) == 2
    assert 0 < found['ratio']['least'] <= found['ratio']['median'] <= found['ratio']['most']
    assert found['ceiling']['arrangement'] in ('apart', 'together')
