from __future__ import annotations

import copy
import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from card.document import card
from card.facts import card_language, facts, made_with
from card.machine import machine
from card.reports_fixture import DIGEST, FILES, REPORTS
from card.stage import run
from card.words import LANGUAGES, Words
from journal import Journal
from recipe import Card, Instruct, Machine, Recipe
from toy_fixture import toy_recipe


@pytest.fixture
def recipe(tmp_path: Path) -> Recipe:
    made = toy_recipe(tmp_path)
    (made.data.work / 'energy.json').write_text(json.dumps({'joules': 9600, 'seconds': 600, 'assumed': True}))
    return made


def written(recipe: Recipe, language: str = 'en', own_words: Path | None = None, **changed: Any) -> str:
    reports = copy.deepcopy(REPORTS) | changed
    return card(facts(recipe, reports, made_with(recipe), FILES), language, own_words)


@pytest.mark.parametrize('language', LANGUAGES)
def test_tells_every_figure(recipe: Recipe, language: str) -> None:
    text = written(recipe, language)
    words = Words(language)
    for number in (123456, 90000, 10000, 2000, 4000000, 1234567):
        assert words.whole(number) in text
    for number, places in ((1.777, 3), (2.456, 3), (61.5, 2), (3.21, 2), (9.6, 1), (0.002, 3)):
        assert words.decimal(number, places) in text
    assert text.count(DIGEST) == 2
    assert 'Written for a test.' in text
    assert words.share(10, 14) in text
    assert '20261122' in text


@pytest.mark.parametrize('language', LANGUAGES)
def test_says_less_where_less_is_known(recipe: Recipe, language: str) -> None:
    evaluate = REPORTS['evaluate'] | {'held': [], 'answers': []}
    evaluate['agreement'] = REPORTS['evaluate']['agreement'] | {'agree': False, 'tokenizersDiffer': 2}
    bare = replace(recipe, card=Card('Toy'))
    collect = REPORTS['collect'] | {'questions': {}, 'personalData': {}}
    (recipe.data.work / 'energy.json').unlink()
    text = written(bare, language, evaluate=evaluate, collect=collect, tokenizer={})
    assert not re.search(r'\b(None|nan|Undefined|unknown)\b', text.split('```')[0])
    assert '**' in text


@pytest.mark.parametrize('language', LANGUAGES)
def test_tables_are_whole(recipe: Recipe, language: str) -> None:
    for table in re.findall(r'(?:^\|.*\n)+', written(recipe, language), re.MULTILINE):
        assert len({line.count('|') for line in table.strip().splitlines()}) == 1


def test_a_title_cannot_break_the_document(recipe: Recipe) -> None:
    text = written(replace(recipe, card=Card('Toy\n\n# Another', 'Some\nbody')))
    assert text.startswith('# Toy # Another\n')


def test_own_words_take_the_place_of_the_usual_ones(recipe: Recipe, tmp_path: Path) -> None:
    own = tmp_path / 'own.md.jinja'
    own.write_text("{% extends 'en.md.jinja' %}{% block limits %}It cannot sing.{% endblock %}")
    text = written(recipe, own_words=own)
    assert 'It cannot sing.' in text
    assert 'It is not an assistant.' not in text
    assert 'Written for a test.' in text


@pytest.mark.parametrize(('languages', 'expected'), [(('fr', 'en'), 'fr'), (('en', 'fr'), 'en'), (('ar', 'fr'), 'en')])
def test_is_in_the_first_language_where_it_can_be(recipe: Recipe, languages: tuple[str, ...], expected: str) -> None:
    assert card_language(replace(recipe, languages=languages)) == expected


@pytest.mark.parametrize(('part', 'whole', 'expected'), [
    (0, 9, '0%'), (9, 9, '100%'), (1, 999, '1%'), (998, 999, '99%'), (1, 2, '50%'), (0, 0, '–')])
def test_a_share_is_never_rounded_to_all_or_nothing(part: int, whole: int, expected: str) -> None:
    assert Words('en').share(part, whole) == expected


def test_names_the_processor_or_at_least_its_kind(tmp_path: Path) -> None:
    cpuinfo = tmp_path / 'cpuinfo'
    cpuinfo.write_text('processor\t: 0\nmodel name\t: Small CPU 3000\n')
    assert machine(Machine(threads=3, precision='fp32'), cpuinfo) == {
        'processor': 'Small CPU 3000', 'threads': 3, 'precision': 'fp32'}
    assert machine(Machine(), tmp_path / 'none')['processor']


def test_the_stage_writes_card_and_report(recipe: Recipe) -> None:
    for stage, report in REPORTS.items():
        if report:
            (recipe.data.work / f'{stage}.json').write_text(json.dumps({'report': report}))
    (recipe.data.artefacts / 'onnx').mkdir()
    (recipe.data.artefacts / 'onnx' / 'config.json').write_text('{}')
    found = run(replace(recipe, instruct=Instruct()), Journal(None))
    report = json.loads((recipe.data.artefacts / 'report.json').read_text())
    assert [one['kind'] for one in found['artefacts']] == ['report', 'card']
    assert {one['name'] for one in report['files']} == {'toy-q8_0.gguf', 'onnx/config.json'}
    assert report['stages']['evaluate'] == REPORTS['evaluate']
    assert str(recipe.data.work.parent) not in json.dumps(report)
    assert (recipe.data.artefacts / 'card.md').read_text().startswith('# Toy\n')
