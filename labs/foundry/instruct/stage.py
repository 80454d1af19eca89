"""Fourth stage: the model that has read learns to answer questions in ChatML.

Reads `questions.jsonl`, the documents, and the weights of `checkpoint-train.pt`; writes over the weights in `model/`,
and writes `checkpoint-instruct.pt`. The same bits come out under the same conditions as in reading.
"""

from __future__ import annotations

from typing import Any

from train.machine import prepare  # before torch
from torch import Tensor

from convert.model_folder import Shape
from instruct.answers import Answers, Mix
from instruct.conversation import Conversation
from instruct.questions import read
from instruct.words import learn_words
from journal import Journal, Problem
from recipe import Instruct, Recipe
from train import checkpoint
from train.learning import Learning, checkpoint_path, digest_of, learn
from train.reading import Text, read_tokenizer
from train.sampling import go_on
from train.stage import depends_of, new_model
from train.weights import digest, write_model

READS = ('instruct',)
SAMPLE_TOKENS = 64


def run(recipe: Recipe, journal: Journal) -> dict[str, Any]:
    """Raises Problem, Stopped and OSError; a checkpoint is kept then."""
    plan = recipe.instruct or Instruct()
    use = prepare(recipe.machine, recipe.seed)
    work = recipe.data.work
    tokenizer = read_tokenizer(work / 'model')
    conversation = Conversation(tokenizer)
    model = new_model(recipe, tokenizer.get_vocab_size(), use)
    model.load_state_dict(after_reading(recipe, model.shape))
    context = model.shape.contextTokens
    text = Text(work, tokenizer, context, plan.tokensPerStep, recipe.seed, journal)
    questions = read(work / 'questions.jsonl')
    if not questions:
        raise Problem('no-questions', 'There are no questions to learn answers to.',
                      'Name a file of questions under data.questions, or leave instruct out of the recipe.')
    mix = Mix(text if text.enough else None, plan.textShare)
    answers = Answers(questions, conversation, context, plan.tokensPerStep, recipe.seed, mix)
    before = depends_of(recipe, model.shape), digest(model.state_dict())
    depends = digest_of('instruct', *before, work / 'questions.jsonl')
    prompts = answers.prompts()

    def sample(step: int) -> None:
        for prompt in prompts:
            new = go_on(model, prompt.ids, SAMPLE_TOKENS, None, frozenset({0, conversation.end}))
            journal.tell('sample', step=step, prompt=prompt.shown, text=tokenizer.decode(new).strip())

    learning = Learning('instruct', recipe, plan, journal, use, depends)
    return learn(learning, model, answers, sample, lambda: learn_words(model, answers, recipe.seed, journal))


def skip(recipe: Recipe) -> None:
    """Without this stage the model is the one that has read, also where an earlier recipe had taught it to answer."""
    if not checkpoint_path(recipe, 'instruct').exists():
        return
    use = prepare(recipe.machine, recipe.seed)
    model = new_model(recipe, read_tokenizer(recipe.data.work / 'model').get_vocab_size(), use)
    write_model(recipe.data.work / 'model', after_reading(recipe, model.shape), model.shape)


def after_reading(recipe: Recipe, shape: Shape) -> dict[str, Tensor]:
    """The weights that the train stage kept. Raises Problem where they are gone."""
    state = checkpoint.read(checkpoint_path(recipe, 'train'), depends_of(recipe, shape))
    if not state or not state.outcome:
        raise Problem('reading-missing', 'The weights of the train stage are not there.',
                      'Run the training again from its start.')
    return state.weights
