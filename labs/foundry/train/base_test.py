from __future__ import annotations

from pathlib import Path

import gguf
import numpy as np
import pytest
import torch
from gguf.quants import quantize

from convert.gguf_file import About, interleave, write_gguf
from convert.model_folder import read_model
from journal import Problem
from toy_fixture import write_toy_model
from train.base import read_base, separate
from train.llama import Llama
from train.weights import from_hub


@pytest.fixture(scope='module')
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model's folder, and the same model as GGUF."""
    folder = tmp_path_factory.mktemp('base')
    write_toy_model(folder, 600)
    write_gguf(read_model(folder), About('toy', 'Toy', 'unknown', 'unknown', ('en',)), folder / 'toy.gguf')
    return folder


def logits(shape: object, state: dict[str, torch.Tensor]) -> torch.Tensor:
    model = Llama(shape)
    model.load_state_dict(state)
    with torch.no_grad():
        return model.logits(model(torch.arange(40)[None]))


def test_a_model_comes_back_from_its_file(folder: Path) -> None:
    before = read_model(folder)
    shape, state = read_base(folder / 'toy.gguf')
    assert shape == before.shape
    tensors = {name: torch.from_numpy(tensor) for name, tensor in before.tensors.items()}
    torch.testing.assert_close(logits(shape, state), logits(shape, from_hub(tensors, shape)), rtol=0, atol=0.05)


def test_rows_left_in_the_files_order_would_be_another_model(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shape, state = read_base(folder / 'toy.gguf')
    monkeypatch.setattr('train.base.separate', lambda weight, heads: weight)
    _, wrong = read_base(folder / 'toy.gguf')
    assert float((logits(shape, state) - logits(shape, wrong)).abs().max()) > 0.5


def test_separating_undoes_interleaving() -> None:
    weight = np.arange(48 * 5, dtype=np.float32).reshape(48, 5)
    assert not np.array_equal(interleave(weight, 3), weight)
    np.testing.assert_array_equal(separate(interleave(weight, 3), 3), weight)


def test_quantised_weights_are_read_too(folder: Path, tmp_path: Path) -> None:
    shape, state = read_base(folder / 'toy.gguf')
    quantised(gguf.GGUFReader(folder / 'toy.gguf'), tmp_path / 'q8.gguf')
    same_shape, rough = read_base(tmp_path / 'q8.gguf')
    assert same_shape == shape
    for name, tensor in state.items():
        assert float((rough[name] - tensor).abs().max()) <= float(tensor.abs().max()) / 100


def quantised(reader: gguf.GGUFReader, target: Path) -> None:
    writer = gguf.GGUFWriter(target, 'llama')
    for name, field in reader.fields.items():
        if name.startswith('llama.'):
            writer.add_key_value(name, field.contents(), field.types[0])
    for tensor in reader.tensors:
        if len(tensor.shape) == 1:
            writer.add_tensor(tensor.name, np.array(tensor.data))
        else:
            data = quantize(np.array(tensor.data, dtype=np.float32), gguf.GGMLQuantizationType.Q8_0)
            writer.add_tensor(tensor.name, data, raw_dtype=gguf.GGMLQuantizationType.Q8_0)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


@pytest.mark.parametrize('content', [b'', b'not a model' * 100])
def test_another_kind_of_file_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / 'base.gguf').write_bytes(content)
    with pytest.raises(Problem, match='base.gguf') as refused:
        read_base(tmp_path / 'base.gguf')
    assert refused.value.code == 'base-unusable'


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(Problem) as refused:
        read_base(tmp_path / 'none.gguf')
    assert refused.value.code == 'base-unusable'
