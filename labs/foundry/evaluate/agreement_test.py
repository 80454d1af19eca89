from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from convert import gguf_file
from evaluate.agreement import TOLERANCE, agreement
from evaluate.bench import Bench
from journal import Journal
from recipe import Recipe
from toy_fixture import STRINGS, converted_toy

TEXTS = [' '.join(some)[:120] for some in STRINGS.values()]


def measured(recipe: Recipe) -> dict:
    converted = json.loads((recipe.data.work / 'convert.json').read_text())['report']
    return agreement(Bench(recipe, Journal(None), converted, 1), TEXTS, 1)


def test_torch_gguf_and_onnx_agree(tmp_path: Path) -> None:
    found = measured(converted_toy(tmp_path))
    assert found['agree']
    assert abs(found['differences']['gguf-f16']) <= TOLERANCE
    assert abs(found['differences']['onnx']) <= TOLERANCE
    assert found['tokenizersDiffer'] == 0
    assert found['tokens'] > 300


def test_without_reordered_query_and_key_rows_they_do_not(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def as_it_is(weight: np.ndarray, _heads: int) -> np.ndarray:
        return weight

    monkeypatch.setattr(gguf_file, 'interleave', as_it_is)
    found = measured(converted_toy(tmp_path))
    assert not found['agree']
    assert abs(found['differences']['gguf-f16']) > 10 * TOLERANCE
    assert abs(found['differences']['onnx']) <= TOLERANCE
