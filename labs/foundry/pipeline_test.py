"""The whole foundry on a small corpus, as a learner runs it: every stage for real, about two minutes on two cores."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

HERE = Path(__file__).parent
TEXTS = HERE.parent / 'catalog' / 'local-model' / 'text'
ANSWERS = 24  # taught, per language


def questions(folder: Path, language: str) -> str:
    rows = (HERE / 'questions' / f'{language}.jsonl').read_text(encoding='utf-8').splitlines()[:ANSWERS]
    path = folder / f'{language}.jsonl'
    path.write_text('\n'.join(rows) + '\n', encoding='utf-8')
    return path.name


def recipe_in(folder: Path) -> Path:
    path = folder / 'recipe.yaml'
    path.write_text(yaml.safe_dump({
        'id': 'toy', 'seed': 7, 'languages': ['en', 'fr'],
        'data': {'sources': [str(TEXTS / 'en'), str(TEXTS / 'fr')],
                 'questions': [questions(folder, 'en'), questions(folder, 'fr')]},
        'tokenizer': {'vocabulary': 1024},
        'model': {'width': 128, 'layers': 2, 'heads': 4, 'keyValueHeads': 2, 'feedForward': 256, 'contextTokens': 256},
        'train': {'steps': 160, 'minutes': 30, 'tokensPerStep': 1024, 'evaluateEvery': 40, 'sampleEvery': 80, 'checkpointEvery': 80},
        'instruct': {'steps': 80, 'minutes': 30, 'evaluateEvery': 40, 'sampleEvery': 80, 'checkpointEvery': 40},
        'evaluation': {'rivals': [{'id': 'terroir-seedling', 'file': str(HERE / 'seedling' / 'terroir-seedling.gguf')}]},
        'card': {'title': 'Toy', 'maker': 'The tests', 'licence': 'CC0-1.0', 'statement': 'Texts of the lab.'},
    }), encoding='utf-8')
    return path


def run(recipe: Path, *options: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, str(HERE / 'pipeline.py'), str(recipe), *options], capture_output=True, text=True)


def events_of(recipe: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (recipe.parent / 'events.jsonl').read_text(encoding='utf-8').splitlines()]


@pytest.fixture(scope='module')
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    recipe = recipe_in(tmp_path_factory.mktemp('toy'))
    ended = run(recipe)
    assert ended.returncode == 0, ended.stdout[-2000:] + ended.stderr[-2000:]
    return recipe


def test_every_stage_is_done_and_said(made: Path) -> None:
    done = [event['stage'] for event in events_of(made) if event['type'] == 'stage' and event['state'] == 'done']
    assert done == ['collect', 'tokenizer', 'train', 'instruct', 'convert', 'evaluate', 'card']
    assert events_of(made)[-1]['type'] == 'done'


def test_it_learns(made: Path) -> None:
    held = [event['losses'] for event in events_of(made) if event['type'] == 'held' and event['stage'] == 'train']
    assert len(held) >= 3
    for language in ('en', 'fr'):
        assert held[-1][language] < held[0][language]


def test_it_shows_samples_on_the_way(made: Path) -> None:
    samples = [event for event in events_of(made) if event['type'] == 'sample']
    assert len({event['step'] for event in samples}) >= 2
    assert all(event['prompt'] and event['text'] for event in samples)


def test_every_file_is_the_one_that_was_told(made: Path) -> None:
    told = {event['name']: event for event in events_of(made) if event['type'] == 'artefact'}
    kinds = {event['kind'] for event in told.values()}
    assert {'gguf-f16', 'gguf-q8_0', 'gguf-q4_k_m', 'onnx', 'onnx-q8', 'card'} <= kinds
    for name, event in told.items():
        file = made.parent / 'artefacts' / name
        assert hashlib.sha256(file.read_bytes()).hexdigest() == event['sha256'], name
        assert file.stat().st_size == event['bytes']


def test_torch_gguf_and_onnx_agree(made: Path) -> None:
    agreement = json.loads((made.parent / 'work' / 'evaluate.json').read_text())['report']['agreement']
    text = json.dumps(agreement)
    for kind in ('gguf-f16', 'onnx'):
        assert abs(agreement['differences'][kind]) <= 0.001, text


def test_it_is_measured_beside_its_rival_in_both_languages(made: Path) -> None:
    scores = {(event['model'], event['language']) for event in events_of(made) if event['type'] == 'score'}
    assert scores == {(model, language) for model in ('toy', 'terroir-seedling') for language in ('en', 'fr')}


def test_the_card_says_what_it_was_made_of(made: Path) -> None:
    card = (made.parent / 'artefacts' / 'card.md').read_text(encoding='utf-8')
    for said in ('Toy', 'The tests', 'CC0-1.0', 'Texts of the lab.', '7'):
        assert said in card


def test_run_again_it_keeps_every_stage(made: Path) -> None:
    before = len(events_of(made))
    assert run(made).returncode == 0
    states = [event['state'] for event in events_of(made)[before:] if event['type'] == 'stage']
    assert states == ['kept'] * 7


def test_a_file_that_was_deleted_is_made_again(made: Path) -> None:
    file = made.parent / 'artefacts' / 'toy-q8_0.gguf'
    before = hashlib.sha256(file.read_bytes()).hexdigest()
    file.unlink()
    assert run(made, '--to', 'convert').returncode == 0
    assert hashlib.sha256(file.read_bytes()).hexdigest() == before


def test_a_wrong_recipe_names_every_fault(tmp_path: Path) -> None:
    recipe = tmp_path / 'recipe.yaml'
    recipe.write_text('id: Bad Name\nlanguages: []\ndata: {sources: []}\ncard: {}\ntrain: {step: 3}\n')
    ended = run(recipe)
    assert ended.returncode == 2
    for fault in ('train.step: unknown', 'card.title: missing'):
        assert fault in ended.stderr
