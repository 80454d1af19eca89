"""Begins a stage that trains, afresh or from its checkpoint, and ends it with the weights written and a report."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from energy import metered
from journal import Journal
from recipe import Recipe
from train import checkpoint
from train.batch import Source
from train.checkpoint import State
from train.llama import Llama
from train.log import Log
from train.loop import Loop
from train.machine import Use
from train.schedule import Plan
from train.step import stepping
from train.weights import digest, write_model


@dataclass(frozen=True)
class Learning:
    """`stage`: its name, which names its checkpoint. `depends`: all that its weights depend on besides the plan."""

    stage: str
    recipe: Recipe
    plan: Plan
    journal: Journal
    use: Use
    depends: str


def digest_of(*parts: object) -> str:
    """SHA-256 of files (by content), and of anything that JSON can write."""
    found = hashlib.sha256()
    for part in parts:
        of_file = isinstance(part, Path)
        found.update(part.read_bytes() if of_file else json.dumps(part, default=str, sort_keys=True).encode())
        found.update(b'\0')
    return found.hexdigest()


def checkpoint_path(recipe: Recipe, stage: str) -> Path:
    return recipe.data.work / f'checkpoint-{stage}.pt'


def learn(learning: Learning, model: Llama, source: Source, sample: Callable[[int], None],
          begin: Callable[[], None] = lambda: None) -> dict[str, Any]:
    """Trains `model`, writes it to `work/model`, and reports. Goes on from a checkpoint of the same data where there is
    one; else calls `begin` first.

    A finished stage is not trained again unless its plan changed. Raises Stopped and Problem; a checkpoint is kept.
    """
    path, plan, journal = checkpoint_path(learning.recipe, learning.stage), learning.plan, learning.journal
    state = checkpoint.read(path, learning.depends)
    if state and state.outcome and state.outcome['plan'] == asdict(plan):
        model.load_state_dict(state.weights)
        write_model(learning.recipe.data.work / 'model', state.weights, model.shape)
        return state.outcome['report']
    resumed = state if state and not state.outcome else None
    with metered(learning.recipe, journal) as meter, stepping(model, plan.weightDecay, learning.use) as stepper:
        if resumed:
            model.load_state_dict(resumed.weights)
            stepper.optimiser.load_state_dict(resumed.optimiser)
            source.resume(resumed.source)
            resumed.resumed = [*resumed.resumed, resumed.step]
            journal.tell('resumed', step=resumed.step)
        else:
            begin()
        now = resumed or State(weights={})
        log = Log(learning.recipe.data.artefacts / 'training-log.csv', learning.stage, now.step)
        Loop(model, source, plan, stepper, learning.use, journal, meter, log, path, learning.depends, now, sample).run()
        return finish(learning, model, now)


def finish(learning: Learning, model: Llama, state: State) -> dict[str, Any]:
    """The checkpoint then holds the weights without what only training needs."""
    weights = model.state_dict()
    write_model(learning.recipe.data.work / 'model', weights, model.shape)
    early = bool(learning.plan.patience) and state.evaluations >= learning.plan.patience
    report = {
        'parameters': model.parameter_count, 'steps': state.step, 'tokens': state.tokens,
        'seconds': round(state.seconds, 1),
        'resumedAt': state.resumed, 'stoppedEarlyAt': state.step if early else None,
        'best': {'step': state.best.step, 'heldLoss': round(state.best.loss, 4)} if state.best else None,
        'weightsSha256': digest(weights), 'precision': learning.use.precision, 'threads': learning.use.threads}
    state.weights, state.optimiser, state.best = weights, {}, None
    state.outcome = {'plan': asdict(learning.plan), 'report': report}
    checkpoint.write(checkpoint_path(learning.recipe, learning.stage), learning.depends, state)
    learning.journal.tell('checkpoint', step=state.step)
    learning.journal.progress(1)
    return report
