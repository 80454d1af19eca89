"""A training that takes seconds, for tests: made-up sentences, and a network of a few thousand weights."""

from __future__ import annotations

import json
import random
from dataclasses import replace
from pathlib import Path
from typing import Any

from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers

from chat import SPECIAL_TOKENS
from journal import Journal
from recipe import Card, Data, Instruct, Machine, Model, Recipe, Train

WORDS = {
    'en': 'the river field stone baker mill grain bread winter seed forest market slowly brings keeps under'.split(),
    'fr': 'la rivière champ pierre boulanger moulin grain pain hiver graine forêt marché porte sous le'.split(),
}
QUESTIONS = [
    {'language': 'en', 'id': 'river', 'ask': ['Where is the (river|stream)?', '(Find|Show) the river'],
     'held': ['Which way is the river?'], 'answer': 'The river is under the mill.'},
    {'language': 'en', 'id': 'baker', 'ask': ['Who bakes the (bread|loaf)?', 'Name the baker'],
     'held': ['Who makes bread?'], 'answer': 'The baker keeps the grain.'},
    {'language': 'fr', 'id': 'moulin', 'ask': ['Où est le (moulin|pressoir) ?', 'Montre le moulin'], 'held': [],
     'answer': 'Le moulin est sous la forêt.'},
]


def sentences(language: str, number: int, seed: int) -> str:
    rng = random.Random(f'{language}:{seed}')
    drawn = (rng.choices(WORDS[language], k=rng.randint(5, 9)) for _ in range(number))
    return ' '.join(f'{" ".join(words).capitalize()}.' for words in drawn)


def toy_training(folder: Path, **train: int | float) -> Recipe:
    """A folder with all that the train and instruct stages read. `train`: settings that differ from the toy's own."""
    data = Data((folder,), work=folder / 'work', artefacts=folder / 'artefacts')
    (data.work / 'model').mkdir(parents=True)
    data.artefacts.mkdir()
    for side, number in (('train', 40), ('held', 12)):
        rows = [{'source': f'{side}.md', 'language': language, 'text': sentences(language, number, seed)}
                for seed, language in enumerate(('en', 'fr'))]
        write_lines(data.work / f'documents-{side}.jsonl', rows)
    write_lines(data.work / 'questions.jsonl', QUESTIONS)
    write_tokenizer(data.work / 'model')
    plan = Train(steps=60, minutes=600, tokensPerStep=256, evaluateEvery=20, sampleEvery=60, checkpointEvery=20)
    instruct = Instruct(steps=40, minutes=600, tokensPerStep=256, textShare=0.1, evaluateEvery=20, sampleEvery=40,
                        checkpointEvery=10)
    return Recipe('toy', ('en', 'fr'), data, Card('Toy'), model=Model(32, 2, 4, 2, 256, 64),
                  train=replace(plan, **train), instruct=instruct, machine=Machine(threads=2))


def write_lines(path: Path, rows: list[dict[str, object]]) -> None:
    path.write_text(''.join(json.dumps(row, ensure_ascii=False) + '\n' for row in rows), encoding='utf-8')


def write_tokenizer(folder: Path) -> None:
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=True)
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.train_from_iterator([sentences(language, 40, 0) for language in WORDS], trainers.BpeTrainer(
        vocab_size=400, special_tokens=list(SPECIAL_TOKENS), show_progress=False,
        initial_alphabet=sorted(pre_tokenizers.ByteLevel.alphabet())))
    tokenizer.save(str(folder / 'tokenizer.json'))


class Told(Journal):
    """Remembers events, and asks the run to stop once a point of step `stop_at` was told."""

    def __init__(self, stop_at: int | None = None) -> None:
        super().__init__(None)
        self.events: list[dict[str, Any]] = []
        self._stop_at = stop_at

    def tell(self, type: str, **fields: Any) -> None:
        self.events.append({'type': type, **fields})
        if type == 'point' and fields['step'] == self._stop_at:
            self._stop.set()

    def of(self, type: str) -> list[dict[str, Any]]:
        return [event for event in self.events if event['type'] == type]

    @property
    def losses(self) -> dict[int, float]:
        """Of the points, by step; the later one counts."""
        return {event['step']: event['loss'] for event in self.of('point')}
