"""Third stage: a small Llama reads the collected text, from scratch or going on from a base.

Reads `documents-{train,held}.jsonl` and `model/tokenizer.json` in `data.work`; adds the weights to `model/`,
`checkpoint-train.pt`, and `training-log.csv` to the artefacts. The same seed, data, library versions and thread count
on one kind of processor give the same weights bit by bit; elsewhere sums are rounded in another order, and held-out
losses agree to about a hundredth.
"""

from __future__ import annotations

from dataclasses import asdict, replace
from typing import Any

from train.machine import prepare  # before torch
from artefact import sha256
from convert.model_folder import Shape
from journal import Journal, Problem
from recipe import Recipe
from train.base import read_base
from train.batch import Prompt
from train.learning import Learning, digest_of, learn
from train.llama import Llama
from train.machine import Use
from train.reading import Text, read_tokenizer
from train.sampling import go_on
from train.weights import EPSILON, ROPE_THETA

READS = ('base', 'model', 'train')
SAMPLE_TOKENS = 48


def inputs(recipe: Recipe) -> str:
    return sha256(recipe.base) if recipe.base and recipe.base.exists() else ''


def run(recipe: Recipe, journal: Journal) -> dict[str, Any]:
    """Raises Problem, Stopped and OSError; a checkpoint is kept then."""
    use = prepare(recipe.machine, recipe.seed)
    work, folder = recipe.data.work, recipe.data.work / 'model'
    tokenizer = read_tokenizer(folder)
    model = new_model(recipe, tokenizer.get_vocab_size(), use)
    text = Text(work, tokenizer, model.shape.contextTokens, recipe.train.tokensPerStep, recipe.seed, journal)
    if not text.enough and not recipe.instruct:
        raise text.too_short()
    plan = recipe.train if text.enough else replace(recipe.train, steps=0)  # there are questions only
    prompts = text.prompts()

    def sample(step: int) -> None:
        for number, prompt in enumerate(prompts):
            new = go_on(model, prompt.ids, SAMPLE_TOKENS, recipe.seed + number, frozenset({0}))
            journal.tell('sample', step=step, prompt=prompt.shown, text=tokenizer.decode(new).strip())

    return learn(Learning('train', recipe, plan, journal, use, depends_of(recipe, model.shape)), model, text, sample)


def depends_of(recipe: Recipe, shape: Shape) -> str:
    """Digest of all that the weights depend on besides the plan."""
    work = recipe.data.work
    return digest_of(recipe.seed, asdict(shape), inputs(recipe), work / 'model' / 'tokenizer.json',
                     *(work / f'documents-{side}.jsonl' for side in ('train', 'held')))


def new_model(recipe: Recipe, vocabulary: int, use: Use) -> Llama:
    """Random weights by the seed, or those of the base."""
    if recipe.base is None:
        one = recipe.model
        shape = Shape(vocabulary=vocabulary, epsilon=EPSILON, ropeTheta=ROPE_THETA, **asdict(one))
        return Llama(shape, fused=not use.bf16)
    shape, weights = read_base(recipe.base)
    if shape.vocabulary != vocabulary:
        raise Problem('base-unusable',
                      f'{recipe.base.name} has {shape.vocabulary} tokens, and the tokenizer has {vocabulary}.',
                      'Start again, so that the tokenizer is taken from the same file.', file=recipe.base.name)
    model = Llama(shape, fused=not use.bf16)
    model.load_state_dict(weights)
    return model
