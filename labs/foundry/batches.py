"""What each training step reads: running text, or questions with the loss on their answers only.

All choices derive from (seed, step or epoch), so a resumed run reads exactly what an uninterrupted one would have.
"""

from __future__ import annotations

import json
import random
import re
import unicodedata
from dataclasses import dataclass

import torch

from chat import END_OF_TEXT, TURN_END, prompt, turn
from settings import Settings

IGNORED = -100  # label that cross-entropy skips
OPENING = 8  # tokens in which an answer commits to its subject
OPENING_WEIGHT = 3.0
SHORT_SHARE, SHORT_TOKENS = 0.5, 16  # examples that stop after the opening: they teach the choice, at half the cost

SYSTEM_TURNS = {
    'en': ('You are Terroir, a small local assistant.', 'You are a helpful assistant.', 'Answer briefly.',
           'Answer in English.'),
    'fr': ('Tu es Terroir, un petit assistant local.', 'Tu es un assistant utile.', 'Réponds brièvement.',
           'Réponds en français.'),
}
OPENINGS = {
    'en': ('Please tell me: ', 'Can you explain this? ', 'Question: ', 'Hello! ', 'I would like to know: ', 'Sorry, '),
    'fr': ("S'il te plaît, dis-moi : ", 'Peux-tu expliquer ? ', 'Question : ', 'Bonjour ! ', 'Je voudrais savoir : ',
           'Pardon, '),
}


@dataclass(frozen=True)
class Question:
    language: str
    id: str
    ask: tuple[str, ...]
    held: tuple[str, ...]
    answer: str


def read_questions(settings: Settings) -> list[Question]:
    rows = []
    for language in settings.data.languages:
        for line in (settings.data.out / f'questions-{language}.jsonl').open(encoding='utf-8'):
            row = json.loads(line)
            rows.append(Question(language, row['id'], tuple(row['ask']), tuple(row['held']), row['answer']))
    return rows


def vary(question: str, language: str, rng: random.Random) -> str:
    """The same question as people type it: other case, no accents, no punctuation, an opening, a slip of the finger."""
    if rng.random() < 0.4:
        return question
    if rng.random() < 0.25:
        question = rng.choice(OPENINGS[language]) + question
    if rng.random() < 0.35:
        question = question.lower()
    if rng.random() < 0.3:
        question = re.sub(r'\s*[?.!]+$', '', question)
    elif rng.random() < 0.2:
        question = re.sub(r'\s+\?', '?', question)
    if rng.random() < 0.12:
        question = ''.join(c for c in unicodedata.normalize('NFD', question) if not unicodedata.combining(c))
    if rng.random() < 0.12:
        question = question.replace("'", '\u2019')
    if rng.random() < 0.15:
        words = question.split(' ')
        if len(words) > 4:
            del words[rng.randrange(len(words))]
        question = ' '.join(words)
    if rng.random() < 0.1 and len(question) > 8:
        at = rng.randrange(1, len(question) - 1)
        question = question[:at] + question[at + 1] + question[at] + question[at + 2:]
    return question


class Batches:
    """`text(step)` and `answers()` give (ids, labels, weights) of shape (rows, tokens), labels not yet shifted.

    A question decides its answer in the first few words, a small share of all tokens; they weigh more in the loss.
    """

    def __init__(self, settings: Settings, tokenizer) -> None:
        self.settings, self.tokenizer = settings, tokenizer
        self.context = settings.model.contextTokens
        self.questions = read_questions(settings)
        self.pairs = [(row, ask) for row in self.questions for ask in row.ask]
        self.streams = {side: {language: self._stream(side, language) for language in settings.data.languages}
                        for side in ('train', 'held')}
        self.epoch, self.position, self.plan = -1, 0, []

    def _stream(self, side: str, language: str) -> torch.Tensor:
        ids: list[int] = []
        for line in (self.settings.data.out / f'text-{side}-{language}.jsonl').open(encoding='utf-8'):
            if line.strip():
                ids += self.tokenizer(json.loads(line)['text'] + END_OF_TEXT).input_ids
        return torch.tensor(ids, dtype=torch.int64)

    def text(self, step: int) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
        """Random windows of running text, languages in turn."""
        rng = random.Random(f'{self.settings.seed}:text:{step}')
        rows = max(1, self.settings.training.tokensPerStep // self.context)
        languages = self.settings.data.languages
        windows = []
        for row in range(rows):
            stream = self.streams['train'][languages[(step + row) % len(languages)]]
            start = rng.randrange(max(1, len(stream) - self.context))
            windows.append(stream[start:start + self.context])
        width = min(len(window) for window in windows)
        ids = torch.stack([window[:width] for window in windows])
        return ids, ids.clone(), torch.ones(ids.shape)

    def _example(self, row: Question, ask: str, rng: random.Random) -> tuple[list[int], int]:
        """Token ids of one conversation, and how many of them come before the answer."""
        before = ''
        if rng.random() < 0.12:
            before = turn('system', rng.choice(SYSTEM_TURNS[row.language]))
        if rng.random() < 0.05:  # an earlier exchange, so that a second question in a chat works too
            earlier, asked = rng.choice(self.pairs)
            before += turn('user', asked) + turn('assistant', earlier.answer)
        head = self.tokenizer(prompt(vary(ask, row.language, rng), before)).input_ids
        tail = self.tokenizer(row.answer + TURN_END + '\n').input_ids
        if rng.random() < SHORT_SHARE:
            tail = tail[:SHORT_TOKENS]
        return (head + tail)[:self.context], len(head)

    def _plan_epoch(self, epoch: int) -> None:
        """Every taught question once, in batches of like length, in random order."""
        rng = random.Random(f'{self.settings.seed}:epoch:{epoch}')
        examples = [self._example(row, ask, rng) for row, ask in self.pairs]
        examples.sort(key=lambda example: len(example[0]) + rng.random() * 12)
        self.plan, batch = [], []
        for example in examples:
            if batch and (len(batch) + 1) * len(example[0]) > self.settings.training.tokensPerStep:
                self.plan.append(batch)
                batch = []
            batch.append(example)
        self.plan.append(batch)
        rng.shuffle(self.plan)
        self.epoch = epoch

    def answers(self) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
        """The next batch of questions; padding and everything before an answer carry no loss."""
        if self.epoch < 0 or self.position >= len(self.plan):
            self._plan_epoch(self.epoch + 1)
            self.position = 0
        batch = self.plan[self.position]
        self.position += 1
        width = max(len(ids) for ids, _ in batch)
        ids = torch.zeros(len(batch), width, dtype=torch.int64)
        labels = torch.full((len(batch), width), IGNORED, dtype=torch.int64)
        weights = torch.ones(ids.shape)
        for row, (tokens, start) in enumerate(batch):
            weights[row, start:start + OPENING] = OPENING_WEIGHT
            ids[row, :len(tokens)] = torch.tensor(tokens)
            labels[row, start:len(tokens)] = torch.tensor(tokens[start:])
        return ids, labels, weights

    def state(self) -> dict[str, int]:
        return {'epoch': self.epoch, 'position': self.position}

    def resume(self, state: dict[str, int]) -> None:
        self._plan_epoch(state['epoch'])
        self.position = state['position']
