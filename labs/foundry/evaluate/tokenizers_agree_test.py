from __future__ import annotations

import json
from pathlib import Path

import pytest

from evaluate.llama_server import serving
from evaluate.tokenizers_agree import llama_ids, same_ids, transformers_ids
from journal import Journal
from toy_fixture import CONTEXT, HERE, STRINGS, converted_toy

SEEDLING = HERE / 'seedling'


def test_there_are_thirty_strings_in_each_of_ten_scripts() -> None:
    assert len(STRINGS) == 10
    assert all(len(set(some)) == 30 for some in STRINGS.values())


def test_transformers_and_llama_cpp_cut_them_alike(tmp_path: Path) -> None:
    """With a tokenizer that learned from all ten scripts, so that where words end matters in each."""
    recipe = converted_toy(tmp_path, vocabulary=5000)
    with serving(recipe.data.artefacts / 'toy-f16.gguf', CONTEXT, 1, Journal(None)) as (server,):
        ids = same_ids(recipe.data.artefacts / 'onnx', server, STRINGS)
        for script, some in STRINGS.items():
            assert sum(map(len, ids[script])) < 0.6 * sum(len(text.encode()) for text in some)
        with pytest.raises(ValueError, match='cut 300 texts differently'):
            same_ids(SEEDLING / 'onnx', server, STRINGS)


def test_the_shipped_model_cuts_them_as_written_down() -> None:
    """token-ids.json is what the test of the browser's tokenizer compares with."""
    written = json.loads((SEEDLING / 'token-ids.json').read_text())
    assert transformers_ids(SEEDLING / 'onnx', STRINGS) == written
    with serving(SEEDLING / 'terroir-seedling.gguf', CONTEXT, 1, Journal(None)) as (server,):
        assert llama_ids(server, STRINGS) == written
