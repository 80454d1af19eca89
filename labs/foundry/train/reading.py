"""Running text as batches: random windows of the documents, languages by size, smaller ones a little more often."""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any

import torch
from tokenizers import Tokenizer
from torch import Tensor

from chat import END_OF_TEXT
from journal import Journal, Problem
from train.batch import Batch, Prompt

LEAST_TOKENS = 64  # of training text in all
EVENING = 0.7  # exponent on a language's size: 1 is by size, 0 all alike
HELD_WINDOWS = 16  # of held-out text per language at an evaluation
PROMPTS, PROMPT_WORDS = 4, 6


def read_tokenizer(folder: Path) -> Tokenizer:
    return Tokenizer.from_file(str(folder / 'tokenizer.json'))


def plain(tokenizer: Tokenizer, text: str) -> list[int]:
    """Ids of a text in which the names of special tokens are letters like any others."""
    tokenizer.encode_special_tokens = True
    return tokenizer.encode(text).ids


def documents(path: Path) -> list[dict[str, str]]:
    with path.open(encoding='utf-8') as file:
        return [json.loads(line) for line in file if line.strip()]


class Text:
    """`work` holds `documents-{train,held}.jsonl`. There are batches only where there is `enough`. Raises Stopped."""

    told = 'text'

    def __init__(self, work: Path, tokenizer: Tokenizer, context: int, tokens_per_step: int, seed: int,
                 journal: Journal) -> None:
        self._context, self._seed, self._tokenizer = context, seed, tokenizer
        end = tokenizer.token_to_id(END_OF_TEXT)
        train, self._held = documents(work / 'documents-train.jsonl'), documents(work / 'documents-held.jsonl')
        self._openings = self._held or train
        self._streams = _streams(train, tokenizer, end, journal)
        self._held_streams = _streams(self._held, tokenizer, end, journal)
        self.tokens = sum(len(stream) for stream in self._streams.values())
        self._streams = {language: stream for language, stream in self._streams.items() if len(stream) > 1}
        self._rows = max(1, tokens_per_step // context)

    @property
    def enough(self) -> bool:
        return self.tokens >= LEAST_TOKENS

    def too_short(self) -> Problem:
        return Problem('text-too-short', f'There are only {self.tokens} tokens of text to learn from.',
                       'Add more text to the sources, then start again.', tokens=self.tokens, least=LEAST_TOKENS)

    def batch(self, step: int) -> Batch:
        """Windows of one length: the context, or less where a text is shorter."""
        rng = random.Random(f'{self._seed}:text:{step}')
        sizes = [len(stream) ** EVENING for stream in self._streams.values()]
        streams = rng.choices(list(self._streams.values()), sizes, k=self._rows)
        width = min(self._context, *(len(stream) for stream in streams))
        starts = [rng.randrange(len(stream) - width + 1) for stream in streams]
        ids = torch.stack([stream[start:start + width] for stream, start in zip(streams, starts)])
        return Batch('text', ids, torch.ones(ids.shape), ids.numel())

    def held(self) -> dict[str, list[Batch]]:
        """Windows evenly spread over the held-out text of each language."""
        found = {}
        for language, stream in self._held_streams.items():
            windows = [window for window in stream.split(self._context) if len(window) > 1]
            step = max(1, len(windows) / HELD_WINDOWS)
            chosen = [windows[int(at * step)] for at in range(min(len(windows), HELD_WINDOWS))]
            if chosen:
                found[language] = [Batch('text', window[None], torch.ones(1, len(window)), len(window))
                                   for window in chosen]
        return found

    def prompts(self) -> list[Prompt]:
        """The opening words of a document of each language."""
        found: dict[str, Prompt] = {}
        for one in self._openings:
            words = one['text'].lstrip('# \n').split()
            if len(words) > PROMPT_WORDS and one['language'] not in found:
                shown = ' '.join(words[:PROMPT_WORDS])
                found[one['language']] = Prompt(shown, tuple(plain(self._tokenizer, shown)))
        return list(found.values())[:PROMPTS]

    def state(self) -> dict[str, Any]:
        return {}

    def resume(self, state: dict[str, Any]) -> None:
        """There is nothing to restore: a batch depends on its step alone."""


def _streams(rows: list[dict[str, str]], tokenizer: Tokenizer, end: int, journal: Journal) -> dict[str, Tensor]:
    """By language, all documents one after the other."""
    languages = sorted({row['language'] for row in rows})
    return {language: _stream(rows, language, tokenizer, end, journal) for language in languages}


def _stream(rows: list[dict[str, str]], language: str, tokenizer: Tokenizer, end: int, journal: Journal) -> Tensor:
    ids: list[int] = []
    for row in rows:
        journal.check()
        if row['language'] == language:
            ids += [*plain(tokenizer, row['text']), end]
    return torch.tensor(ids, dtype=torch.int64)
