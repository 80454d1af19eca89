"""A base to start from: the shape and weights of a Llama in a GGUF file.

Format: https://github.com/ggml-org/ggml/blob/master/docs/gguf.md. The tokenizer comes from the same file, in its stage.
"""

from __future__ import annotations

from pathlib import Path

import gguf
import numpy as np
import torch
from gguf.quants import dequantize
from torch import Tensor

from convert.gguf_file import TENSORS
from convert.model_folder import Shape
from journal import Problem
from train.weights import from_hub


def read_base(path: Path) -> tuple[Shape, dict[str, Tensor]]:
    """Shape and state (f32, whatever the file's precision). Raises Problem where the file is no such model."""
    try:
        reader = gguf.GGUFReader(path)
        shape = read_shape(reader)
        return shape, from_hub(read_tensors(reader, shape), shape)
    except (OSError, ValueError, KeyError, NotImplementedError) as cause:
        raise unusable(path, str(cause)) from cause


def unusable(path: Path, why: str) -> Problem:
    return Problem('base-unusable', f'Training cannot start from {path.name}: {why}.',
                   'Start from the model that ships, or from scratch.', file=path.name)


def read_shape(reader: gguf.GGUFReader) -> Shape:
    """Raises ValueError for other architectures than a Llama with tied embeddings, KeyError for a missing field."""
    def field(name: str) -> int | float | str:
        if name not in reader.fields:
            raise KeyError(f'it has no field {name}')
        return reader.fields[name].contents()

    if field('general.architecture') != 'llama' or any(tensor.name == 'output.weight' for tensor in reader.tensors):
        raise ValueError('it is not a Llama with tied embeddings')
    heads, width = int(field('llama.attention.head_count')), int(field('llama.embedding_length'))
    embedding = next((tensor for tensor in reader.tensors if tensor.name == 'token_embd.weight'), None)
    if embedding is None or int(embedding.shape[0]) != width:
        raise ValueError('its embeddings are missing or of another width')
    return Shape(
        width=width, layers=int(field('llama.block_count')), heads=heads,
        keyValueHeads=int(field('llama.attention.head_count_kv')),
        feedForward=int(field('llama.feed_forward_length')), contextTokens=int(field('llama.context_length')),
        vocabulary=int(embedding.shape[1]),
        epsilon=float(f"{field('llama.attention.layer_norm_rms_epsilon'):.7g}"),  # it is kept as f32
        ropeTheta=float(field('llama.rope.freq_base')) if 'llama.rope.freq_base' in reader.fields else 10000.0)


def read_tensors(reader: gguf.GGUFReader, shape: Shape) -> dict[str, Tensor]:
    """Hugging Face's names and order of rows."""
    names = {theirs: ours for ours, theirs in TENSORS.items()}
    found = {}
    for tensor in reader.tensors:
        values = dequantize(tensor.data, tensor.tensor_type).astype(np.float32)
        if tensor.name == 'token_embd.weight':
            name = 'model.embed_tokens.weight'
        elif tensor.name == 'output_norm.weight':
            name = 'model.norm.weight'
        else:
            _, layer, part, _ = tensor.name.split('.')
            name = f'model.layers.{layer}.{names[part]}.weight'
            if part in ('attn_q', 'attn_k'):
                values = separate(values, shape.heads if part == 'attn_q' else shape.keyValueHeads)
        found[name] = torch.from_numpy(values)
    return found


def separate(weight: np.ndarray, heads: int) -> np.ndarray:
    """Reorders rows of a query or key matrix from neighbouring pairs to split halves; undoes convert's `interleave`."""
    rows, columns = weight.shape
    return weight.reshape(heads, rows // heads // 2, 2, columns).swapaxes(1, 2).reshape(rows, columns)
