"""Second stage: makes the tokenizer, byte-level BPE, from the training side of the text and questions.

The splitting rule is GPT-2's, which llama.cpp knows as pre-tokenizer "gpt-2", so both sides cut text alike.
Writes `work/model/tokenizer.json` and its companions.
"""

from __future__ import annotations

import hashlib
import json
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers

from chat import END_OF_TEXT, SPECIAL_TOKENS, TEMPLATE
from collect import documents
from durable import write_durably
from journal import Journal, Problem
from phrasings import sample
from recipe import Recipe
from tokenizer.fertility import fertility
from tokenizer.gguf_tokenizer import from_gguf

READS = ('tokenizer', 'base')
VERSION = 1  # raise when the same input comes out otherwise
WORDINGS = 8  # of each pattern, drawn by the seed
LEAST_SEEN = 3  # times two tokens must meet to become one


def inputs(recipe: Recipe) -> str:
    if recipe.base is None or not recipe.base.exists():
        return f'{VERSION}'
    with recipe.base.open('rb') as file:
        return f'{VERSION} {hashlib.file_digest(file, "sha256").hexdigest()}'


def run(recipe: Recipe, journal: Journal) -> dict[str, Any]:
    """Raises Problem, Stopped, OSError."""
    work = recipe.data.work
    journal.progress(0)
    tokenizer = from_gguf(recipe.base) if recipe.base else trained(recipe, journal)
    journal.progress(0.8)
    save(tokenizer, work / 'model')
    vocabulary = tokenizer.get_vocab_size()
    table = fertility(tokenizer, documents.read(work / 'documents-held.jsonl'), journal)
    if not recipe.base and vocabulary < recipe.tokenizer.vocabulary:
        journal.tell('progress', done=0.99, note=f'{vocabulary} tokens: the text has no more that are worth one')
    journal.tell('tokenizer', vocabulary=vocabulary, fertility=table)
    return {'vocabulary': vocabulary, 'asked': recipe.tokenizer.vocabulary, 'fromBase': recipe.base is not None,
            'fertility': table, 'sha256': hashlib.sha256((work / 'model' / 'tokenizer.json').read_bytes()).hexdigest()}


def texts(recipe: Recipe) -> Iterator[str]:
    """Every training document, answer, and some wordings of every question."""
    for one in documents.read(recipe.data.work / 'documents-train.jsonl'):
        yield one.text
    path = recipe.data.work / 'questions.jsonl'
    for line in path.read_text(encoding='utf-8').splitlines() if path.exists() else ():
        row = json.loads(line)
        rng = random.Random(f'{recipe.seed}:tokenizer:{row["language"]}:{row["id"]}')
        yield row['answer']
        yield from dict.fromkeys(sample(pattern, rng) for pattern in row['ask'] for _ in range(WORDINGS))


def trained(recipe: Recipe, journal: Journal) -> Tokenizer:
    """Raises Problem when there is no text, Stopped."""
    seen = 0

    def checked() -> Iterator[str]:
        nonlocal seen
        for text in texts(recipe):
            journal.check()
            seen += len(text)
            yield text

    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=True)
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=recipe.tokenizer.vocabulary, special_tokens=list(SPECIAL_TOKENS), min_frequency=LEAST_SEEN,
        initial_alphabet=sorted(pre_tokenizers.ByteLevel.alphabet()), show_progress=False)
    tokenizer.train_from_iterator(checked(), trainer)
    if not seen:
        raise Problem('corpus-empty', 'There is no text to make a tokenizer from.', 'Add text, Markdown or PDF files.')
    return tokenizer


def save(tokenizer: Tokenizer, folder: Path) -> None:
    """A Hugging Face folder. transformers.js reads the template only from tokenizer_config.json, others also from
    its own file.
    """
    folder.mkdir(exist_ok=True)
    write_durably(folder / 'tokenizer.json', tokenizer.to_str(pretty=True))
    write_durably(folder / 'tokenizer_config.json', json.dumps({
        'tokenizer_class': 'PreTrainedTokenizerFast', 'bos_token': END_OF_TEXT, 'eos_token': END_OF_TEXT,
        'pad_token': END_OF_TEXT, 'clean_up_tokenization_spaces': False, 'chat_template': TEMPLATE}, indent=1))
    write_durably(folder / 'chat_template.jinja', TEMPLATE)
