"""Rebuilds the tokenizer that a GGUF file carries, so that training can go on from its weights.

Keys: https://github.com/ggml-org/ggml/blob/master/docs/gguf.md, "Tokenizer".
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers

from chat import SPECIAL_TOKENS
from journal import Problem

CONTROL, USER_DEFINED = 3, 4  # tokenizer.ggml.token_type


def from_gguf(path: Path) -> Tokenizer:
    """Raises Problem when the file is no GGUF, or its tokenizer is not one that can be rebuilt exactly."""
    fields = _fields(path)
    model, pre = fields('tokenizer.ggml.model'), fields('tokenizer.ggml.pre')
    tokens, merges = fields('tokenizer.ggml.tokens'), fields('tokenizer.ggml.merges')
    if model != 'gpt2' or pre not in SPLITTING or not tokens or not merges:
        detail = f'{path.name} has a tokenizer of the kind "{model}/{pre}", which cannot be rebuilt.'
        raise Problem('base-tokenizer-unknown', detail,
                      'Start from a model with a GPT-2 style tokenizer, or from scratch.', base=path.name)
    lacking = [token for token in SPECIAL_TOKENS if token not in tokens]
    if lacking:
        raise Problem('base-without-chat-tokens', f'{path.name} does not know {", ".join(lacking)}.',
                      'Start from a model that was made for ChatML, or from scratch.', base=path.name)
    vocabulary = {token: at for at, token in enumerate(tokens)}
    tokenizer = Tokenizer(models.BPE(vocab=vocabulary, merges=[tuple(merge.split(' ', 1)) for merge in merges]))
    tokenizer.pre_tokenizer = SPLITTING[pre]()
    tokenizer.decoder = decoders.ByteLevel()
    kinds = fields('tokenizer.ggml.token_type') or []
    special = [token for token, kind in zip(tokens, kinds, strict=False) if kind in (CONTROL, USER_DEFINED)]
    added = [AddedToken(token, special=True, normalized=False) for token in special or SPECIAL_TOKENS]
    tokenizer.add_special_tokens(added)
    return tokenizer


def _gpt2() -> Any:
    return pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=True)


def _smollm() -> Any:
    return pre_tokenizers.Sequence([pre_tokenizers.Digits(individual_digits=True), _gpt2()])


SPLITTING = {'gpt-2': _gpt2, 'smollm': _smollm}
"""tokenizer.ggml.pre to the same rule; see llama_vocab in llama.cpp."""


def _fields(path: Path) -> Any:
    from gguf import GGUFReader

    try:
        reader = GGUFReader(path)
    except (OSError, ValueError, KeyError, IndexError) as cause:
        raise Problem('base-unreadable', f'{path.name} cannot be read as GGUF: {cause}.',
                      'Give a GGUF file, or start from scratch.', base=path.name) from cause

    def value(key: str) -> Any:
        field = reader.get_field(key)
        return field.contents() if field else None

    return value
