from __future__ import annotations

import random
from dataclasses import replace
from pathlib import Path

import pytest

from chat import prompt, turn
from instruct import stage
from instruct.answers import Answers, Mix
from instruct.conversation import Conversation
from instruct.questions import parting, read
from instruct.words import learn_words
from journal import Journal, Problem, Stopped
from recipe import Recipe
from train import stage as reading
from train.machine import Use
from train.reading import Text, read_tokenizer
from train.stage import new_model
from train.toy_training import Told, toy_training, write_lines


def answers(recipe: Recipe, share: float = 0.0, context: int = 64) -> Answers:
    work, tokenizer = recipe.data.work, read_tokenizer(recipe.data.work / 'model')
    text = Text(work, tokenizer, context, 256, 1, Journal(None)) if share else None
    return Answers(read(work / 'questions.jsonl'), Conversation(tokenizer), context, 256, 1, Mix(text, share))


def test_ids_are_those_of_the_chat_template(tmp_path: Path) -> None:
    tokenizer = read_tokenizer(toy_training(tmp_path).data.work / 'model')
    conversation = Conversation(tokenizer)
    before = conversation.turn('system', 'Answer briefly.')
    found = [*conversation.prompt('Où est le moulin ?', before), *conversation.reply('Le moulin est sous la forêt.')]
    tokenizer.encode_special_tokens = False
    text = prompt('Où est le moulin ?', turn('system', 'Answer briefly.')) + 'Le moulin est sous la forêt.<|im_end|>\n'
    assert found == tokenizer.encode(text).ids


def test_only_answers_weigh(tmp_path: Path) -> None:
    recipe = toy_training(tmp_path)
    tokenizer, source = read_tokenizer(recipe.data.work / 'model'), answers(recipe)
    known = [question.answer for question in source.questions]
    for step in range(12):
        batch = source.batch(step)
        for ids, weights in zip(batch.ids.tolist(), batch.weights.tolist()):
            scored = tokenizer.decode([one for one, weight in zip(ids, weights) if weight])
            assert any(answer.startswith(scored.strip()) or scored.strip() == answer for answer in known)


def test_what_parts_an_answer_from_all_others_weighs_more(tmp_path: Path) -> None:
    assert parting([(1, 2, 3, 4), (1, 2, 5), (7,), (1, 2, 3, 9)]) == [4, 3, 1, 4]
    assert parting([(1, 2), (1, 2), (3,)]) == [1, 1, 1]
    weights = answers(toy_training(tmp_path)).batch(0).weights
    assert set(weights.flatten().tolist()) == {0.0, 1.0, 3.0}


def test_every_question_comes_as_often(tmp_path: Path) -> None:
    recipe = toy_training(tmp_path)
    tokenizer, source = read_tokenizer(recipe.data.work / 'model'), answers(recipe, context=512)
    source.batch(0)
    replies = [tokenizer.decode(ids).split('assistant')[-1] for group in source._plan for ids, _ in group]
    openings = ('The river', 'The baker', 'Le moulin')
    assert [sum(opening in reply for reply in replies) for opening in openings] == [4, 4, 4]


def test_a_resumed_source_goes_on_with_the_same_batches(tmp_path: Path) -> None:
    recipe = toy_training(tmp_path)
    whole, cut = answers(recipe, 0.3), answers(recipe, 0.3)
    for step in range(9):
        whole.batch(step)
    cut.resume(whole.state())
    for step in range(9, 25):
        assert whole.batch(step).ids.equal(cut.batch(step).ids)


def test_a_conversation_too_long_keeps_its_end(tmp_path: Path) -> None:
    source = answers(toy_training(tmp_path), context=24)
    assert all(source.batch(step).ids.shape[1] <= 24 for step in range(10))
    assert all(float(source.batch(step).weights.sum()) > 0 for step in range(10))


def test_held_wordings_measure_it_else_held_out_text(tmp_path: Path) -> None:
    recipe = toy_training(tmp_path)
    assert list(answers(recipe).held()) == ['en']
    source = answers(recipe, 0.1)
    source.questions[:] = [replace(question, held=()) for question in source.questions]
    assert list(source.held()) == ['en', 'fr']


def test_words_that_ask_for_the_same_come_near_each_other(tmp_path: Path) -> None:
    recipe = toy_training(tmp_path)
    source = answers(recipe)
    model = new_model(recipe, read_tokenizer(recipe.data.work / 'model').get_vocab_size(), Use(1, False))
    learn_words(model, source, 1, Journal(None))
    vectors = model.embedding.weight.detach()

    def mean(text: str) -> object:
        ids = source._conversation.content(text)
        return vectors[ids].mean(0) / vectors[ids].mean(0).norm()

    river, baker = mean('river stream'), mean('bakes bread')
    assert float(mean('Show the river') @ river) > float(mean('Show the river') @ baker)


def test_words_stop_when_asked(tmp_path: Path) -> None:
    recipe, told = toy_training(tmp_path), Told()
    told._stop.set()
    with pytest.raises(Stopped):
        learn_words(new_model(recipe, 400, Use(1, False)), answers(recipe), 1, told)


def test_it_learns_its_answers_after_reading(tmp_path: Path) -> None:
    recipe, told = toy_training(tmp_path, steps=5), Told()
    reading.run(recipe, Told())
    plan = replace(recipe.instruct, steps=100, learningRate=0.01, sampleEvery=100, evaluateEvery=100)
    recipe = replace(recipe, instruct=plan)
    stage.run(recipe, told)
    first = {event['prompt']: event['text'] for event in told.of('sample') if event['step'] == 100}
    taught = {question.answer for question in read(recipe.data.work / 'questions.jsonl')}
    assert first['Which way is the river?'] in taught
    assert told.of('point')[-1]['loss'] < 0.5 * told.of('point')[0]['loss']


def test_without_the_stage_the_model_is_the_one_that_has_read(tmp_path: Path) -> None:
    recipe = toy_training(tmp_path, steps=5)
    reading.run(recipe, Told())
    weights = recipe.data.work / 'model' / 'model.safetensors'
    read_only = weights.read_bytes()
    stage.run(replace(recipe, instruct=replace(recipe.instruct, steps=3)), Told())
    assert weights.read_bytes() != read_only
    stage.skip(recipe)
    assert weights.read_bytes() == read_only


def test_no_questions_is_told(tmp_path: Path) -> None:
    recipe = toy_training(tmp_path, steps=2)
    reading.run(recipe, Told())
    write_lines(recipe.data.work / 'questions.jsonl', [])
    with pytest.raises(Problem) as told:
        stage.run(recipe, Told())
    assert told.value.code == 'no-questions'


def test_questions_without_any_text_are_enough(tmp_path: Path) -> None:
    recipe = toy_training(tmp_path)
    for side in ('train', 'held'):
        write_lines(recipe.data.work / f'documents-{side}.jsonl', [])
    assert reading.run(recipe, Told())['steps'] == 0
    assert stage.run(replace(recipe, instruct=replace(recipe.instruct, steps=3)), Told())['steps'] == 3
