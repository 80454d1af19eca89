from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from evaluate.llama_server import Server, serving
from evaluate.logits import Logits, by_torch, surprise_by
from evaluate.pieces import windows
from evaluate.scoring import reading_of, surprise
from evaluate.surprise import NOTHING
from evaluate.tokenizers_agree import transformers_ids
from journal import Journal
from recipe import Recipe
from toy_fixture import CONTEXT, STRINGS, converted_toy


@pytest.fixture(scope='module')
def plain(tmp_path_factory: pytest.TempPathFactory) -> Recipe:
    """A tokenizer that learned few pairs: most letters outside English are several tokens, none of them a character."""
    return converted_toy(tmp_path_factory.mktemp('plain'), vocabulary=300)


@pytest.fixture(scope='module')
def server(plain: Recipe) -> Iterator[Server]:
    with serving(plain.data.artefacts / 'toy-f16.gguf', CONTEXT, 1, Journal(None)) as (one,):
        yield one


@pytest.fixture(scope='module')
def logits(plain: Recipe) -> Logits:
    return by_torch(plain.data.work / 'model', 1)


@pytest.mark.parametrize('script', STRINGS)
def test_reads_a_text_as_torch_does(plain: Recipe, server: Server, logits: Logits, script: str) -> None:
    text = ' '.join(STRINGS[script])[:250]
    ids = transformers_ids(plain.data.work / 'model', {'one': [text]})['one'][0]
    expected = sum((surprise_by(logits, window) for window in windows(0, ids, CONTEXT)), NOTHING)
    found = surprise(server, reading_of(plain.data.artefacts / 'toy-f16.gguf', 10_000), text)
    assert found.tokens == expected.tokens == len(ids)
    assert found.nats == pytest.approx(expected.nats, rel=1e-3)


def test_refuses_what_is_no_language_model(tmp_path: Path) -> None:
    file = tmp_path / 'not.gguf'
    file.write_bytes(b'GGUF' + bytes(60))
    with pytest.raises(ValueError):
        reading_of(file, 100)
