"""The one loop of both stages that train: steps, what is told of them, and checkpoints to go on from exactly."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from torch import Tensor

from energy import Meter
from journal import Journal, Problem, Stopped
from train import checkpoint
from train.batch import Source
from train.checkpoint import Best, State
from train.llama import Llama
from train.log import Log
from train.machine import Use
from train.schedule import Plan, learning_rate, share_done
from train.step import Stepper, mean_loss

POINT_SECONDS = 0.5  # between two points told
CHECKPOINT_SECONDS = 30.0
STRIDES = (1, 2, 5, 10, 20, 50, 100)  # points are told at multiples of one of these


@dataclass
class Loop:
    """`sample(step)` tells samples; `path` and `depends`: of the checkpoint."""

    model: Llama
    source: Source
    plan: Plan
    stepper: Stepper
    use: Use
    journal: Journal
    meter: Meter
    log: Log
    path: Path
    depends: str
    state: State
    sample: Callable[[int], None]
    now: Callable[[], float] = time.monotonic

    def run(self) -> None:
        """Raises Stopped after a last checkpoint, and Problem. At the end the model has the weights to keep."""
        state, self._at, self._saved = self.state, self.now(), self.now()
        self._busy, self._told_tokens, self._due = 0.0, state.tokens, False
        while (done := share_done(self.plan, state.step, state.seconds)) < 1 and not self._patience_lost():
            try:
                self._step(done)
            except Stopped:
                self._save()
                raise
        if self._patience_lost() and state.best:
            self.journal.tell('early-stop', step=state.step, best=state.best.step)
        if self.plan.patience and state.best:
            self.model.load_state_dict(state.best.weights)

    def _patience_lost(self) -> bool:
        return bool(self.plan.patience) and self.state.evaluations >= self.plan.patience

    def _step(self, done: float) -> None:
        state, plan = self.state, self.plan
        batch, rate = self.source.batch(state.step), learning_rate(plan, done)
        begun = self.now()
        loss = self.stepper.step(batch, rate)
        self._busy += self.now() - begun
        if not math.isfinite(loss):
            raise self._diverged()
        state.step, state.tokens = state.step + 1, state.tokens + batch.tokens
        self._count_time()
        last = share_done(plan, state.step, state.seconds) >= 1
        self._due = self._due or last or state.step == 1 or state.step % self._stride() == 0
        if self._due and (batch.kind == self.source.told or last):
            self._tell_point(loss, rate)
        if state.step % plan.evaluateEvery == 0 or last:
            self._evaluate()
        if state.step % plan.sampleEvery == 0 or last:
            self.sample(state.step)
        self._count_time()
        if state.step % plan.checkpointEvery == 0 or self.now() - self._saved >= CHECKPOINT_SECONDS:
            self._save()
        self.meter.tick()
        self.journal.progress(done)

    def _count_time(self) -> None:
        at = self.now()
        self.state.seconds, self._at = self.state.seconds + at - self._at, at

    def _stride(self) -> int:
        """So that points come about every POINT_SECONDS."""
        wanted = POINT_SECONDS / max(1e-9, self.state.seconds / self.state.step)
        return next((stride for stride in STRIDES if stride >= wanted), STRIDES[-1])

    def _tell_point(self, loss: float, rate: float) -> None:
        state = self.state
        speed = (state.tokens - self._told_tokens) / max(1e-6, self._busy)
        self._busy, self._told_tokens, self._due = 0.0, state.tokens, False
        told: dict[str, Any] = {**self._when(), 'loss': round(loss, 5)}
        self.journal.tell('point', **told, steps=self.plan.steps, tokensPerSecond=round(speed, 1))
        self.log.add(**told, learning_rate=f'{rate:.4g}')

    def _when(self) -> dict[str, Any]:
        return {'step': self.state.step, 'seconds': round(self.state.seconds, 2), 'tokens': self.state.tokens}

    def _evaluate(self) -> None:
        """Held-out loss by language; their mean decides what is best."""
        state = self.state
        losses = {language: round(mean_loss(self.model, batches, self.use), 5)
                  for language, batches in self.source.held().items()}
        if not losses:
            return
        self.journal.tell('held', step=state.step, losses=losses)
        for language, loss in losses.items():
            self.log.add(**self._when(), language=language, held_loss=loss)
        mean = sum(losses.values()) / len(losses)
        state.evaluations += 1
        if math.isfinite(mean) and (state.best is None or mean < state.best.loss):
            state.evaluations, state.best = 0, Best(state.step, mean, kept(self.model) if self.plan.patience else {})

    def _save(self) -> None:
        self._count_time()
        state = self.state
        state.weights, state.source = self.model.state_dict(), self.source.state()
        state.optimiser = self.stepper.optimiser.state_dict()
        checkpoint.write(self.path, self.depends, state)
        self._saved = self.now()
        self.journal.tell('checkpoint', step=state.step)

    def _diverged(self) -> Problem:
        rate, step = self.plan.learningRate, self.state.step + 1
        return Problem(
            'loss-diverged',
            f'At step {step} the loss was no longer a number: the steps were too large. The last checkpoint is kept.',
            f'Lower learningRate (it is {rate:g}; try {rate / 3:.2g}), then go on with the same run.',
            step=step, learningRate=rate)


def kept(model: Llama) -> dict[str, Tensor]:
    return {name: tensor.clone() for name, tensor in model.state_dict().items()}
