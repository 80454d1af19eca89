"""What the model writes when it goes on from a prompt."""

from __future__ import annotations

import torch
from tokenizers import Tokenizer

from train.llama import Llama

TEMPERATURE, AMONG = 0.8, 40


@torch.no_grad()
def go_on(model: Llama, ids: tuple[int, ...], most: int, seed: int | None, ends: frozenset[int]) -> list[int]:
    """New ids, at most `most`, up to one of `ends`. `seed` None: always the likeliest; else drawn among them."""
    training = model.training
    model.eval()
    generator = torch.Generator().manual_seed(seed) if seed is not None else None
    found = list(ids)
    try:
        for _ in range(most):
            window = torch.tensor([found[-model.shape.contextTokens:]])
            logits = model.logits(model(window)[0, -1]).float()
            if generator is None:
                token = int(logits.argmax())
            else:
                likeliest = logits.topk(min(AMONG, logits.numel()))
                drawn = torch.multinomial((likeliest.values / TEMPERATURE).softmax(-1), 1, generator=generator)
                token = int(likeliest.indices[drawn])
            if token in ends:
                break
            found.append(token)
    finally:
        model.train(training)
    return found[len(ids):]


def text_of(tokenizer: Tokenizer, ids: list[int]) -> str:
    return tokenizer.decode(ids).strip()
