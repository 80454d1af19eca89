from __future__ import annotations

import json
from pathlib import Path

import gguf
import numpy as np
import pytest

from artefact import sha256
from convert.onnx_folder import MODEL, QUANTISED
from convert.stage import run
from evaluate.logits import onnx_session
from journal import Journal, Problem, Stopped
from recipe import Recipe
from toy_fixture import converted_toy


@pytest.fixture(scope='module')
def toy(tmp_path_factory: pytest.TempPathFactory) -> Recipe:
    return converted_toy(tmp_path_factory.mktemp('toy'))


def report(toy: Recipe) -> dict:
    return json.loads((toy.data.work / 'convert.json').read_text())['report']


def sizes(toy: Recipe) -> dict[str, int]:
    return {one['kind']: one['bytes'] for one in report(toy)['artefacts']}


def test_reports_every_file_with_its_digest(toy: Recipe) -> None:
    made = report(toy)['artefacts']
    assert [one['kind'] for one in made] == ['gguf-f16', 'gguf-q8_0', 'gguf-q4_k_m', 'onnx', 'onnx-q8']
    for one in made:
        assert sha256(toy.data.artefacts / one['name']) == one['sha256']


def test_quantised_files_are_smaller(toy: Recipe) -> None:
    size, parameters = sizes(toy), report(toy)['parameters']
    assert size['gguf-q4_k_m'] < size['gguf-q8_0'] < size['gguf-f16']
    assert size['onnx-q8'] < 0.4 * size['onnx']
    assert 2 * parameters < size['gguf-f16'] < 2 * parameters + 100_000
    assert parameters < size['gguf-q8_0'] < 1.1 * parameters + 100_000


def test_says_in_the_file_what_it_is(toy: Recipe) -> None:
    fields = gguf.GGUFReader(toy.data.artefacts / 'toy-q8_0.gguf').fields
    expected = {'name': 'Toy', 'author': 'Somebody', 'organization': 'Somebody', 'license': 'CC0-1.0',
                'languages': ['en']}
    assert {name: fields[f'general.{name}'].contents() for name in expected} == expected
    assert '<|im_start|>' in fields['tokenizer.chat_template'].contents()


def test_the_onnx_folder_is_what_transformers_js_loads(toy: Recipe) -> None:
    folder = toy.data.artefacts / 'onnx'
    assert json.loads((folder / 'tokenizer_config.json').read_text())['chat_template'].startswith('{%')
    assert json.loads((folder / 'generation_config.json').read_text())['eos_token_id'] == [2, 0]
    assert {path.name for path in folder.glob('*.json')} == {
        'config.json', 'generation_config.json', 'tokenizer.json', 'tokenizer_config.json'}


@pytest.mark.parametrize('name', [MODEL, QUANTISED])
def test_onnx_with_past_says_the_same_as_without(toy: Recipe, name: str) -> None:
    session = onnx_session(toy.data.artefacts / 'onnx' / name, 1)
    ids = np.arange(5, 37, dtype=np.int64)[None]
    past = {one.name: np.zeros((1, one.shape[1], 0, one.shape[3]), np.float32)
            for one in session.get_inputs() if one.name.startswith('past_key_values.')}
    names = [one.name for one in session.get_outputs()]

    def step(start: int, end: int, past: dict[str, np.ndarray]) -> tuple[np.ndarray, dict[str, np.ndarray]]:
        logits, *present = session.run(names, {
            'input_ids': ids[:, start:end], 'attention_mask': np.ones((1, end), np.int64),
            'position_ids': np.arange(start, end, dtype=np.int64)[None], **past})
        return logits, dict(zip((one.replace('present', 'past_key_values') for one in names[1:]), present))

    whole, _ = step(0, 32, past)
    first, kept = step(0, 20, past)
    second, kept = step(20, 31, kept)
    third, _ = step(31, 32, kept)
    # Quantised activations are scaled over all that is read at once, so there the parts are only alike.
    tolerance = 1e-4 if name == MODEL else 0.2 * np.abs(whole).max()
    np.testing.assert_allclose(np.concatenate([first, second, third], axis=1), whole, atol=tolerance)


def test_padding_is_not_seen(toy: Recipe) -> None:
    session = onnx_session(toy.data.artefacts / 'onnx' / MODEL, 1)
    past = {one.name: np.zeros((1, one.shape[1], 0, one.shape[3]), np.float32)
            for one in session.get_inputs() if one.name.startswith('past_key_values.')}

    def last(ids: list[int], mask: list[int], positions: list[int]) -> np.ndarray:
        rows = {'input_ids': ids, 'attention_mask': mask, 'position_ids': positions}
        feed = {name: np.array([row], np.int64) for name, row in rows.items()}
        return session.run(['logits'], {**feed, **past})[0][0, -1]

    padded = last([0, 0, 9, 8, 7], [0, 0, 1, 1, 1], [0, 0, 0, 1, 2])
    np.testing.assert_allclose(padded, last([9, 8, 7], [1, 1, 1], [0, 1, 2]), atol=1e-4)


def test_comes_out_the_same_every_time(toy: Recipe) -> None:
    before = {one['name']: one['sha256'] for one in report(toy)['artefacts']}
    assert {one['name']: one['sha256'] for one in run(toy, Journal(None))['artefacts']} == before


def test_says_what_to_install_when_a_program_is_missing(toy: Recipe, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv('PATH', '/nowhere')
    with pytest.raises(Problem) as found:
        run(toy, Journal(None))
    assert found.value.code == 'program-missing'
    assert 'apt install llama.cpp-tools' in found.value.todo


def test_stops_on_request_and_leaves_nothing_half_written(toy: Recipe) -> None:
    journal = Journal(None)
    journal._asked(15, None)
    with pytest.raises(Stopped):
        run(toy, journal)
    assert not list(Path(toy.data.artefacts).rglob('*.part'))
