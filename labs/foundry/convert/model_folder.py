"""A trained model in Hugging Face's folder format, read once and checked."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from safetensors.numpy import load_file

TURN_END = '<|im_end|>'


@dataclass(frozen=True)
class Shape:
    """Llama architecture with tied embeddings: sizes in components, context in tokens."""

    width: int
    layers: int
    heads: int
    keyValueHeads: int
    feedForward: int
    contextTokens: int
    vocabulary: int
    epsilon: float
    ropeTheta: float

    @property
    def headWidth(self) -> int:
        return self.width // self.heads


@dataclass(frozen=True)
class Vocabulary:
    """Byte-level BPE: `tokens` by id, `merges` as pairs joined by a space, `special` ids, chat template in Jinja."""

    tokens: tuple[str, ...]
    merges: tuple[str, ...]
    special: frozenset[int]
    endOfText: int
    turnEnd: int | None
    chatTemplate: str | None


@dataclass(frozen=True)
class ModelFolder:
    path: Path
    shape: Shape
    vocabulary: Vocabulary
    tensors: dict[str, np.ndarray]  # transformers' names, f32

    @property
    def parameters(self) -> int:
        return sum(tensor.size for tensor in self.tensors.values())


def read_json(path: Path) -> dict[str, Any]:
    return json.loads(path.read_text(encoding='utf-8'))


def read_model(folder: Path) -> ModelFolder:
    """Raises ValueError where the folder holds another kind of model than the foundry makes."""
    config = read_json(folder / 'config.json')
    if config['model_type'] != 'llama' or not config['tie_word_embeddings'] or config.get('attention_bias'):
        raise ValueError(f'{folder}: not a Llama model with tied embeddings and without biases')
    tensors = {name: tensor.astype(np.float32) for name, tensor in load_file(folder / 'model.safetensors').items()
               if name != 'lm_head.weight'}  # the embeddings again
    rope = config.get('rope_parameters') or {}  # transformers 5; before, rope_theta stood by itself
    shape = Shape(
        width=config['hidden_size'], layers=config['num_hidden_layers'], heads=config['num_attention_heads'],
        keyValueHeads=config['num_key_value_heads'], feedForward=config['intermediate_size'],
        contextTokens=config['max_position_embeddings'], vocabulary=config['vocab_size'],
        epsilon=config['rms_norm_eps'], ropeTheta=float(rope.get('rope_theta', config.get('rope_theta', 10000.0))))
    return ModelFolder(folder, shape, read_vocabulary(folder, shape.vocabulary), tensors)


def read_vocabulary(folder: Path, size: int) -> Vocabulary:
    source, settings = read_json(folder / 'tokenizer.json'), read_json(folder / 'tokenizer_config.json')
    if source['model']['type'] != 'BPE' or source['pre_tokenizer']['type'] != 'ByteLevel':
        raise ValueError(f'{folder}: not a byte-level BPE tokenizer')
    names = {index: token for token, index in source['model']['vocab'].items()}
    names.update({token['id']: token['content'] for token in source['added_tokens']})
    tokens = tuple(names[index] for index in range(size))
    merges = tuple(merge if isinstance(merge, str) else ' '.join(merge) for merge in source['model']['merges'])
    return Vocabulary(
        tokens, merges, special=frozenset(token['id'] for token in source['added_tokens'] if token['special']),
        endOfText=tokens.index(settings['eos_token']),
        turnEnd=tokens.index(TURN_END) if TURN_END in tokens else None, chatTemplate=chat_template(folder))


def chat_template(folder: Path) -> str | None:
    """transformers 5 keeps the template in a file of its own, older versions in tokenizer_config.json."""
    beside = folder / 'chat_template.jinja'
    if beside.exists():
        return beside.read_text(encoding='utf-8')
    return read_json(folder / 'tokenizer_config.json').get('chat_template')
