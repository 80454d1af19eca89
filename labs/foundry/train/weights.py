"""Weights between our network and the names and matrices of Hugging Face's Llama; the model's folder on disk."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import torch
from safetensors.torch import save
from torch import Tensor

from convert.model_folder import Shape
from durable import replace_durably, write_durably
from train.llama import Llama

WHOLE = {  # ours: Hugging Face's
    'attention_norm': 'input_layernorm', 'out': 'self_attn.o_proj', 'feed_norm': 'post_attention_layernorm',
    'down': 'mlp.down_proj'}
END_OF_TEXT_ID = 0
EPSILON, ROPE_THETA = 1e-5, 10000.0


def to_hub(state: dict[str, Tensor], shape: Shape) -> dict[str, Tensor]:
    """Hugging Face's tensors from the state of a Llama."""
    sizes = (shape.heads * shape.headWidth, *(shape.keyValueHeads * shape.headWidth,) * 2)
    found = {'model.embed_tokens.weight': state['embedding.weight'], 'model.norm.weight': state['norm.weight']}
    for layer in range(shape.layers):
        ours, theirs = f'layers.{layer}', f'model.layers.{layer}'
        found.update({f'{theirs}.{name}.weight': state[f'{ours}.{own}.weight'] for own, name in WHOLE.items()})
        for name, part in zip('qkv', state[f'{ours}.query_key_value.weight'].split(sizes)):
            found[f'{theirs}.self_attn.{name}_proj.weight'] = part
        for name, part in zip(('gate', 'up'), state[f'{ours}.gate_up.weight'].chunk(2)):
            found[f'{theirs}.mlp.{name}_proj.weight'] = part
    return {name: tensor.contiguous().clone() for name, tensor in found.items()}


def from_hub(tensors: dict[str, Tensor], shape: Shape) -> dict[str, Tensor]:
    """The state of a Llama from Hugging Face's tensors. Raises KeyError when one is missing."""
    found = {'embedding.weight': tensors['model.embed_tokens.weight'], 'norm.weight': tensors['model.norm.weight']}
    for layer in range(shape.layers):
        ours, theirs = f'layers.{layer}', f'model.layers.{layer}'
        found.update({f'{ours}.{own}.weight': tensors[f'{theirs}.{name}.weight'] for own, name in WHOLE.items()})
        attention, feed = f'{theirs}.self_attn', f'{theirs}.mlp'
        parts = [tensors[f'{attention}.{name}_proj.weight'] for name in 'qkv']
        found[f'{ours}.query_key_value.weight'] = torch.cat(parts)
        found[f'{ours}.gate_up.weight'] = torch.cat([tensors[f'{feed}.{name}_proj.weight'] for name in ('gate', 'up')])
    return found


def configuration(shape: Shape) -> dict[str, object]:
    """`config.json` of transformers 5, also readable by transformers.js."""
    return {
        'architectures': ['LlamaForCausalLM'], 'model_type': 'llama', 'dtype': 'float32', 'hidden_act': 'silu',
        'vocab_size': shape.vocabulary, 'hidden_size': shape.width, 'intermediate_size': shape.feedForward,
        'num_hidden_layers': shape.layers, 'num_attention_heads': shape.heads,
        'num_key_value_heads': shape.keyValueHeads,
        'head_dim': shape.headWidth, 'max_position_embeddings': shape.contextTokens, 'rms_norm_eps': shape.epsilon,
        'rope_parameters': {'rope_theta': shape.ropeTheta, 'rope_type': 'default'}, 'tie_word_embeddings': True,
        'attention_bias': False, 'mlp_bias': False, 'use_cache': True,
        'bos_token_id': END_OF_TEXT_ID, 'eos_token_id': END_OF_TEXT_ID, 'pad_token_id': END_OF_TEXT_ID}


def write_model(folder: Path, state: dict[str, Tensor], shape: Shape) -> None:
    """Adds `config.json` and `model.safetensors` (f32) to the folder that holds the tokenizer."""
    folder.mkdir(parents=True, exist_ok=True)
    tensors = save(to_hub(state, shape), {'format': 'pt'})
    replace_durably(folder / 'model.safetensors', lambda part: part.write_bytes(tensors))
    write_durably(folder / 'config.json', json.dumps(configuration(shape), indent=1) + '\n')


def digest(state: dict[str, Tensor]) -> str:
    """SHA-256 of all weights in the order of their names: equal exactly when every bit is."""
    found = hashlib.sha256()
    for name in sorted(state):
        found.update(name.encode())
        found.update(state[name].detach().contiguous().view(torch.uint8).numpy().tobytes())
    return found.hexdigest()
