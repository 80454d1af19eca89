from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from evaluate import answers, held_out, llama_server
from evaluate.llama_server import each, serving
from evaluate.stage import run
from journal import Journal, Problem, Stopped
from recipe import Evaluation, Recipe, Rival
from toy_fixture import CONTEXT, STRINGS, converted_toy

QUESTIONS = [
    {'language': 'en', 'id': 'one', 'ask': ["(What is|What's) one?"], 'held': ['Say one.', 'One?'],
     'answer': 'The first number.'},
    {'language': 'fr', 'id': 'un', 'ask': ["Qu'est-ce que un ?"], 'held': ['Dites un.'],
     'answer': 'Le premier nombre.'},
]


@pytest.fixture(scope='module')
def toy(tmp_path_factory: pytest.TempPathFactory) -> Recipe:
    """Compared with another model, of another tokenizer."""
    recipe = converted_toy(tmp_path_factory.mktemp('toy'))
    other = converted_toy(tmp_path_factory.mktemp('other'), vocabulary=600)
    held = [{'source': script, 'language': language, 'text': ' '.join(STRINGS[script])[:400]}
            for script, language in (('Latin', 'en'), ('Arabic', 'ar'))]
    write_lines(recipe.data.work / 'documents-held.jsonl', held)
    write_lines(recipe.data.work / 'questions.jsonl', QUESTIONS)
    rival = Rival('other', other.data.artefacts / 'toy-q8_0.gguf')
    return replace(recipe, evaluation=Evaluation(answerTokens=8, rivals=(rival,)))


def write_lines(path: Path, rows: list[dict]) -> None:
    path.write_text(''.join(json.dumps(row) + '\n' for row in rows))


@pytest.fixture(scope='module')
def told(toy: Recipe) -> tuple[dict, list[dict]]:
    events = toy.data.work / 'events.jsonl'
    journal = Journal(events)
    report = run(toy, journal)
    journal.close()
    return report, [json.loads(line) for line in events.read_text().splitlines()]


def test_measures_every_model_on_every_language(told: tuple[dict, list[dict]]) -> None:
    report, events = told
    scores = [event for event in events if event['type'] == 'score']
    expected = [('toy', 'ar'), ('toy', 'en'), ('other', 'ar'), ('other', 'en')]
    assert [(one['model'], one['language']) for one in scores] == expected
    assert all(one['bitsPerByte'] > 0 and one['perplexity'] > 1 for one in scores)
    assert [one['bytes'] for one in scores[:2]] == [one['bytes'] for one in scores[2:]]
    assert report['agreement']['agree']


def test_asks_every_question_in_taught_and_held_out_words(told: tuple[dict, list[dict]]) -> None:
    report, events = told
    asked = {(one['language'], one['set']): one['asked'] for one in events if one['type'] == 'answers'}
    assert asked == {('en', 'taught'): 1, ('en', 'held'): 2, ('fr', 'taught'): 1, ('fr', 'held'): 1}
    wrong = [one for group in report['answers'] for one in group['wrong']]
    assert {'id', 'question', 'reply', 'likeness'} == set(wrong[0])
    assert all(group['asked'] == group['acceptable'] + len(group['wrong']) for group in report['answers'])
    assert 'What is one?' in {one['question'] for one in wrong}


def test_tells_its_progress_to_the_end(told: tuple[dict, list[dict]]) -> None:
    shares = [event['done'] for event in told[1] if event['type'] == 'progress']
    assert shares == sorted(shares)
    assert shares[-1] == 1


def test_comes_out_the_same_when_measured_anew(toy: Recipe, told: tuple[dict, list[dict]]) -> None:
    (toy.data.work / 'evaluated.json').unlink()
    assert run(toy, Journal(None)) == told[0]


def test_measures_nothing_twice(toy: Recipe, told: tuple[dict, list[dict]], monkeypatch: pytest.MonkeyPatch) -> None:
    def none_needed(*_: object) -> None:
        raise AssertionError('a server was started')

    for module in (held_out, answers):
        monkeypatch.setattr(module, 'serving', none_needed)
    assert run(toy, Journal(None)) == told[0]


@pytest.mark.parametrize('content', [None, b'no model'])
def test_a_rival_that_cannot_be_read_is_named(toy: Recipe, tmp_path: Path, content: bytes | None) -> None:
    file = tmp_path / 'bad.gguf'
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(Problem) as found:
        run(replace(toy, evaluation=Evaluation(rivals=(Rival('bad', file),))), Journal(None))
    assert found.value.code == 'rival-unreadable'
    assert found.value.values == {'model': 'bad'}


def test_a_stop_ends_the_servers(toy: Recipe) -> None:
    journal = Journal(None)
    file = toy.data.artefacts / 'toy-f16.gguf'

    def ask(server: llama_server.Server, _: int) -> None:
        server.post('/completion', {'prompt': [0], 'n_predict': 200, 'ignore_eos': True})

    def stop(_: float) -> None:
        if not journal.stopping:
            journal._asked(15, None)

    with pytest.raises(Stopped), serving(file, CONTEXT, 2, journal) as servers:
        each(servers, list(range(50)), ask, journal, stop)
    assert not any(map(llama_server.healthy, servers))


def test_a_model_that_llama_cpp_refuses_is_named(tmp_path: Path) -> None:
    file = tmp_path / 'cut.gguf'
    file.write_bytes(b'GGUF' + bytes(100))
    with pytest.raises(Problem) as found, serving(file, 64, 1, Journal(None)):
        pass
    assert found.value.code == 'model-not-served'
    assert 'cut.gguf' in found.value.detail
