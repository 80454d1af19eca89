"""Before the network learns to answer: which words point to which answer.

A network that begins with random embeddings first learns its answers by heart, and only late and badly to look at the
question. So the embeddings learn first, in seconds: their mean over the words of a question, a bag of words, has to
name the answer. Words that ask for the same thing then lie near each other, also in questions that nobody taught.
"""

from __future__ import annotations

import random

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from instruct.answers import Answers
from journal import Journal
from train.llama import Llama

PASSES = 200  # wordings of each question
ROWS = 256
RATE = 0.005
DROPPED = 0.3  # of the tokens of a question
SPREAD = 0.1  # root mean square of the embeddings while they learn
KEPT_SPREAD = 0.05  # at least, when they go back into the network
SHARPNESS = 8.0
SMOOTHING = 0.05


def learn_words(model: Llama, answers: Answers, seed: int, journal: Journal) -> None:
    """Changes the embeddings of tokens that questions use. Raises Stopped, having changed nothing."""
    rng, number = random.Random(f'{seed}:words'), len(answers.questions)
    torch.manual_seed(seed)
    before = model.embedding.weight.detach()
    spread = float(before.square().mean().sqrt())
    vectors = nn.EmbeddingBag.from_pretrained(before / spread * SPREAD, freeze=False, mode='sum')
    head = nn.Linear(model.shape.width, number)
    optimiser = torch.optim.Adam([*vectors.parameters(), *head.parameters()], lr=RATE)
    seen = torch.zeros(model.shape.vocabulary, dtype=torch.bool)
    steps = max(1, PASSES * number // ROWS)
    for step in range(steps):
        journal.check()
        for group in optimiser.param_groups:
            group['lr'] = RATE * (1 - 0.98 * step / steps)
        rows = [rng.randrange(number) for _ in range(ROWS)]
        asked = [answers.asked(row, rng) for row in rows]
        flat, starts = bags(asked, rng)
        seen[flat] = True
        scores = head(F.normalize(vectors(flat, starts), dim=-1)) * SHARPNESS
        loss = F.cross_entropy(scores, torch.tensor(rows), label_smoothing=SMOOTHING)
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
    with torch.no_grad():
        learned = vectors.weight[seen]
        model.embedding.weight *= max(1.0, KEPT_SPREAD / spread)
        model.embedding.weight[seen] = learned / learned.square().mean().sqrt() * max(spread, KEPT_SPREAD)


def bags(asked: list[list[int]], rng: random.Random) -> tuple[Tensor, Tensor]:
    """All ids one after the other, and where each question starts; some ids are left out, never all of a question."""
    flat, starts = [], []
    for ids in asked:
        starts.append(len(flat))
        flat += [one for one in ids if rng.random() >= DROPPED] or ids
    return torch.tensor(flat), torch.tensor(starts)
