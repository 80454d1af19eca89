"""Measures any GGUF model by llama.cpp's server.

The server tells probabilities only of what it writes. So it is asked for one token at a time, with a bias that makes
it write the next token of the text; the probability it tells is the one that the model gave before the bias. What was
read stays in its cache. It is silent about a token that is only the beginning of a character: that one is looked up
among the likeliest beside another.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import gguf

from evaluate.llama_server import Server
from evaluate.pieces import Window, windows
from evaluate.surprise import NOTHING, Surprise

LEAST = math.log(1.4e-45)  # of a probability that a 32-bit float holds
CERTAIN = 1e5  # a bias above every difference between logits
LIKELIEST = (64, 2048)  # asked for in this order; then all


@dataclass(frozen=True)
class Reading:
    """What is to be known of a model to let it read: its start-of-text token, its context and vocabulary in tokens."""

    start: int
    context: int
    vocabulary: int
    silent: set[int] = field(default_factory=set)  # tokens that the server tells nothing about, as far as they were met


def reading_of(file: Path, most: int) -> Reading:
    """`most`: context in tokens that is enough. Raises ValueError when the file is no GGUF language model."""
    fields = gguf.GGUFReader(file).fields
    names = ('tokenizer.ggml.bos_token_id', 'tokenizer.ggml.eos_token_id', 'general.architecture')
    found = {name: fields[name].contents() for name in names if name in fields}
    start = found.get(names[0], found.get(names[1]))
    context = fields.get(f'{found.get("general.architecture")}.context_length')
    tokens = fields.get('tokenizer.ggml.tokens')
    if start is None or context is None or tokens is None:
        raise ValueError('it says neither what its context is nor what starts a text')
    return Reading(int(start), min(most, int(context.contents())), len(tokens.data))


def tokens_of(server: Server, text: str) -> list[int]:
    return server.post('/tokenize', {'content': text, 'add_special': False, 'parse_special': False})['tokens']


def surprise(server: Server, reading: Reading, text: str) -> Surprise:
    parts = windows(reading.start, tokens_of(server, text), reading.context)
    return sum((surprise_in(server, reading, part) for part in parts), NOTHING)


def surprise_in(server: Server, reading: Reading, window: Window) -> Surprise:
    tokens, first = list(window.tokens), len(window.tokens) - window.scored
    told = (log_probability(server, reading, tokens[:at], tokens[at]) for at in range(first, len(tokens)))
    return Surprise(-sum(max(LEAST, one) for one in told), window.scored)


def log_probability(server: Server, reading: Reading, read: list[int], token: int) -> float:
    """Of `token` after the tokens `read`, in nats."""
    if token not in reading.silent:
        for one in written(server, read, token, 1):
            return one['logprob']
        reading.silent.add(token)
    other = tokens_of(server, 'a')[-1]
    for most in (*LIKELIEST, reading.vocabulary):
        for one in written(server, read, other, most)[0]['top_logprobs']:
            if one['id'] == token:
                return one['logprob']
    raise RuntimeError(f'llama-server tells no probability of token {token}')


def written(server: Server, read: list[int], token: int, likeliest: int) -> list[dict[str, Any]]:
    """What the server tells of `token` when made to write it, with the likeliest tokens in its place."""
    told = server.post('/completion', {
        'prompt': read, 'n_predict': 1, 'logit_bias': [[token, CERTAIN]], 'temperature': 0, 'samplers': [],
        'n_probs': likeliest, 'cache_prompt': True, 'response_fields': ['completion_probabilities']})
    return told.get('completion_probabilities', [])
