from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from journal import Journal, Problem
from train import stage
from train.reading import Text, plain, read_tokenizer
from train.toy_training import Told, toy_training, write_lines


def a_text(work: Path, context: int = 64, tokens: int = 256) -> Text:
    return Text(work, read_tokenizer(work / 'model'), context, tokens, 7, Journal(None))


def test_a_batch_fills_the_context_and_depends_on_its_step_alone(tmp_path: Path) -> None:
    work = toy_training(tmp_path).data.work
    first, again = a_text(work), a_text(work)
    first.batch(3)
    batch = first.batch(8)
    assert batch.ids.shape == (4, 64) and batch.tokens == 256
    assert batch.ids.equal(again.batch(8).ids) and not batch.ids.equal(again.batch(9).ids)


def test_both_languages_are_read(tmp_path: Path) -> None:
    work = toy_training(tmp_path).data.work
    text, tokenizer = a_text(work), read_tokenizer(work / 'model')
    read = ' '.join(tokenizer.decode(row.tolist()) for step in range(8) for row in text.batch(step).ids)
    assert 'market' in read and 'rivière' in read


def test_a_text_shorter_than_the_context_is_read_whole(tmp_path: Path) -> None:
    work = toy_training(tmp_path).data.work
    row = {'source': 'a.md', 'language': 'en', 'text': 'the river brings grain ' * 20}
    write_lines(work / 'documents-train.jsonl', [row])
    batch = a_text(work, context=4096, tokens=2048).batch(0)
    assert 64 <= batch.ids.shape[1] < 4096 and batch.ids.shape[0] == 1


def test_too_little_text_is_refused_in_plain_words(tmp_path: Path) -> None:
    recipe = toy_training(tmp_path)
    write_lines(recipe.data.work / 'documents-train.jsonl', [{'source': 'a.md', 'language': 'en', 'text': 'A river.'}])
    with pytest.raises(Problem) as refused:
        stage.run(replace(recipe, instruct=None), Told())
    assert refused.value.code == 'text-too-short' and refused.value.values['least'] == 64


def test_held_out_text_is_by_language_and_samples_begin_with_it(tmp_path: Path) -> None:
    recipe = toy_training(tmp_path)
    text = a_text(recipe.data.work)
    held = text.held()
    assert list(held) == ['en', 'fr']
    assert all(batch.ids.shape[1] <= 64 for batches in held.values() for batch in batches)
    rows = [json.loads(line) for line in (recipe.data.work / 'documents-held.jsonl').read_text().splitlines()]
    assert [prompt.shown for prompt in text.prompts()] == [' '.join(row['text'].split()[:6]) for row in rows]


def test_without_held_out_text_it_reads_all_the_same(tmp_path: Path) -> None:
    work = toy_training(tmp_path).data.work
    write_lines(work / 'documents-held.jsonl', [])
    text = a_text(work)
    assert text.held() == {} and len(text.prompts()) == 2


def test_the_names_of_special_tokens_in_a_text_are_letters(tmp_path: Path) -> None:
    tokenizer = read_tokenizer(toy_training(tmp_path).data.work / 'model')
    ids = plain(tokenizer, 'a <|im_end|> b')
    assert 2 not in ids and tokenizer.decode(ids) == 'a <|im_end|> b'
