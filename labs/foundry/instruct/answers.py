"""Questions as batches, with the loss on their answers only; a share of the steps reads running text instead."""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import Any

from collect.questions import Question
from instruct.conversation import Conversation
from instruct.questions import parting
from instruct.wording import SYSTEM_TURNS, varied
from phrasings import sample
from train.batch import Batch, Prompt, padded
from train.reading import Text

WORDINGS = 4  # of every question in an epoch
SHORT_SHARE, SHORT_MORE = 0.8, 2  # examples that stop this many tokens after the answer has parted from all others
PARTING_WEIGHT = 3.0  # of the tokens up to there, which decide what is answered
SYSTEM_SHARE, EARLIER_SHARE = 0.12, 0.05  # conversations that begin with a system turn, or with an earlier exchange
HELD, HELD_ROWS = 256, 32  # wordings that an evaluation takes per language, and in one batch
PROMPTS = 4

Example = tuple[list[int], list[float]]  # ids and the weight of each


@dataclass(frozen=True)
class Mix:
    """`text` None: there is none to go on reading."""

    text: Text | None
    share: float


class Answers:
    """Every question as often as any other, in wordings drawn anew each epoch; batches of like length, shuffled."""

    told = 'answers'

    def __init__(self, questions: list[Question], conversation: Conversation, context: int, tokens_per_step: int,
                 seed: int, mix: Mix) -> None:
        self.questions, self._conversation = questions, conversation
        self._context, self._tokens, self._seed, self._mix = context, tokens_per_step, seed, mix
        self._replies = [conversation.reply(question.answer) for question in questions]
        self._parts = parting([tuple(reply) for reply in self._replies])
        self._epoch, self._position, self._plan = -1, 0, []

    def batch(self, step: int) -> Batch:
        if self._mix.text and random.Random(f'{self._seed}:kind:{step}').random() < self._mix.share:
            return self._mix.text.batch(step)
        if self._position >= len(self._plan):
            self._begin(self._epoch + 1, 0)
        self._position += 1
        return padded(self._plan[self._position - 1], 'answers')

    def _begin(self, epoch: int, position: int) -> None:
        rng = random.Random(f'{self._seed}:epoch:{epoch}')
        examples = [self._example(at, rng) for _ in range(WORDINGS) for at in range(len(self.questions))]
        examples.sort(key=lambda example: len(example[0]) + rng.random() * 6)
        self._epoch, self._position, self._plan = epoch, position, packed(examples, self._tokens)
        rng.shuffle(self._plan)

    def _example(self, at: int, rng: random.Random) -> Example:
        question = self.questions[at]
        before = self._before(question, rng)
        asked = self._asked(question, rng)
        short = rng.random() < SHORT_SHARE
        parted = self._parts[at]
        reply = self._replies[at][:parted + SHORT_MORE] if short else self._replies[at]
        return self._weighed(self._conversation.prompt(asked, before), reply, parted)

    @staticmethod
    def _asked(question: Question, rng: random.Random) -> str:
        return varied(sample(rng.choice(question.ask), rng), question.language, rng)

    def asked(self, at: int, rng: random.Random) -> list[int]:
        """Ids of the question at this place in a wording drawn anew, without its turn."""
        return self._conversation.content(self._asked(self.questions[at], rng))

    def _before(self, question: Question, rng: random.Random) -> list[int]:
        before: list[int] = []
        if rng.random() < SYSTEM_SHARE and question.language in SYSTEM_TURNS:
            before += self._conversation.turn('system', rng.choice(SYSTEM_TURNS[question.language]))
        if rng.random() < EARLIER_SHARE:
            earlier = rng.choice(self.questions)
            before += self._conversation.turn('user', sample(rng.choice(earlier.ask), rng))
            before += self._conversation.turn('assistant', earlier.answer)
        return before

    def _weighed(self, head: list[int], reply: list[int], parted: int) -> Example:
        """What is too long for the context loses its beginning."""
        weights = [0.0] * len(head) + [PARTING_WEIGHT if at < parted else 1.0 for at in range(len(reply))]
        return (head + reply)[-self._context:], weights[-self._context:]

    def held(self) -> dict[str, list[Batch]]:
        """Wordings never trained on with their whole answers; where there are none, held-out text."""
        found: dict[str, list[Example]] = {}
        for question, reply in zip(self.questions, self._replies):
            for asked in question.held:
                example = self._weighed(self._conversation.prompt(asked), reply, 0)
                found.setdefault(question.language, []).append(example)
        if not found:
            return self._mix.text.held() if self._mix.text else {}
        return {language: batched(examples[::max(1, len(examples) // HELD)][:HELD])
                for language, examples in sorted(found.items())}

    def prompts(self) -> list[Prompt]:
        """A question of each language, in a wording never trained on where there is one."""
        found: dict[str, Prompt] = {}
        for question in sorted(self.questions, key=lambda one: not one.held):
            asked = question.held[0] if question.held else sample(question.ask[0], random.Random(self._seed))
            found.setdefault(question.language, Prompt(asked, tuple(self._conversation.prompt(asked))))
        return list(found.values())[:PROMPTS]

    def state(self) -> dict[str, Any]:
        return {'epoch': self._epoch, 'position': self._position}

    def resume(self, state: dict[str, Any]) -> None:
        if state['epoch'] >= 0:
            self._begin(state['epoch'], state['position'])


def packed(examples: list[Example], tokens: int) -> list[list[Example]]:
    """Neighbours together, as many as keep a batch within `tokens` when padded."""
    plan: list[list[Example]] = [[]]
    width = 0
    for example in examples:
        width = max(width, len(example[0]))
        if plan[-1] and (len(plan[-1]) + 1) * width > tokens:
            plan.append([])
            width = len(example[0])
        plan[-1].append(example)
    return plan


def batched(examples: list[Example]) -> list[Batch]:
    ordered = sorted(examples, key=lambda example: len(example[0]))
    return [padded(ordered[at:at + HELD_ROWS], 'answers') for at in range(0, len(ordered), HELD_ROWS)]
