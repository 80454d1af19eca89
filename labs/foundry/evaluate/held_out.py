"""Perplexity and bits per byte of a GGUF model on the held-out text of every language."""

from __future__ import annotations

from contextlib import nullcontext
from pathlib import Path
from typing import Any

from evaluate.bench import Bench
from evaluate.kept import state_of
from evaluate.llama_server import Server, each, serving
from evaluate.pieces import PIECE_BYTES, size_of
from evaluate.scoring import Reading, reading_of, surprise
from evaluate.surprise import NOTHING
from journal import Problem

TOLD = ('model', 'language', 'bytes', 'perplexity', 'bitsPerByte')
ENOUGH_CONTEXT = PIECE_BYTES + 64  # tokens, for a piece and what a tokenizer may add


def held_out(bench: Bench, name: str, file: Path, texts: dict[str, list[str]]) -> list[dict[str, Any]]:
    """`texts`: pieces by language. Announces each score. Raises Problem when llama.cpp cannot read the model."""
    reading, state = read_by(name, file), state_of(file)
    todo = {language: pieces for language, pieces in texts.items() if bench.kept.get([state, pieces]) is None}
    with serving(file, reading.context, bench.threads, bench.journal) if todo else nullcontext([]) as servers:
        for language, pieces in texts.items():
            told = bench.begin(size_of(pieces), f'{name}: {language}')
            if language in todo:
                bench.kept.put([state, pieces], score(bench, servers, reading, pieces, told))
    found = [{'model': name, 'language': language, **bench.kept.get([state, pieces])}
             for language, pieces in texts.items()]
    for one in found:
        bench.journal.tell('score', **{key: one[key] for key in TOLD})
    return found


def score(bench: Bench, servers: list[Server], reading: Reading, pieces: list[str], told: Any) -> dict[str, Any]:
    parts = each(servers, pieces, lambda server, piece: surprise(server, reading, piece), bench.journal, told)
    found, size = sum(parts, NOTHING), size_of(pieces)
    return {'bytes': size, 'tokens': found.tokens, 'perplexity': round(found.perplexity, 4),
            'bitsPerByte': round(found.bits_per_byte(size), 4)}


def read_by(name: str, file: Path) -> Reading:
    try:
        return reading_of(file, ENOUGH_CONTEXT)
    except (OSError, ValueError, KeyError, IndexError) as cause:
        raise Problem('rival-unreadable', f'The model {name} cannot be read: {cause or type(cause).__name__}.',
                      'Choose another model to compare with, or import this one again.', model=name) from cause
