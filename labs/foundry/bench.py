"""The real training step beside the ceiling of this machine: the same matrix products, and nothing else.

    python3 bench.py [RECIPE] [--rounds 7] [--seconds 3]

One JSON object on standard output. The products of a step's forward and backward pass are replayed bare on random
matrices of the same shapes and precision, with the same number of threads. A step also norms, turns, masks, weighs and
moves: the ratio says how much of the time it multiplies. Rounds alternate between both, so that other work on the
machine meets both alike.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from pathlib import Path

from train.machine import Use, prepare  # before torch
import torch

from convert.model_folder import Shape
from recipe import Recipe, load
from train.batch import Batch
from train.llama import Llama
from train.stage import new_model
from train.step import parts_of, stepping

HERE = Path(__file__).resolve().parent


@dataclass(frozen=True)
class Product:
    """`batch` products (rows, inner) × (inner, columns), `times` each; `transposed`: a side that lies turned."""

    batch: int
    rows: int
    inner: int
    columns: int
    times: int
    transposed: str = ''

    @property
    def flop(self) -> int:
        return 2 * self.batch * self.rows * self.inner * self.columns * self.times


def products(shape: Shape, rows: int, tokens: int) -> list[Product]:
    """All of one step over `rows` windows of `tokens`: forward, and backward by data and by weights."""
    seen, width, size = rows * tokens, shape.width, shape.headWidth
    group = rows * shape.keyValueHeads
    found = []
    for times, inner, columns in (
            (shape.layers, width, (shape.heads + 2 * shape.keyValueHeads) * size), (shape.layers, width, width),
            (shape.layers, width, 2 * shape.feedForward), (shape.layers, shape.feedForward, width),
            (1, width, shape.vocabulary)):
        found += [Product(1, seen, inner, columns, times, 'right'), Product(1, seen, columns, inner, times),
                  Product(1, columns, seen, inner, times, 'left')]
    asked = tokens * shape.heads // shape.keyValueHeads  # the heads that share keys are rows of one product
    scores, mixed = (asked, size, tokens), (asked, tokens, size)
    for one, inner, columns in (scores, mixed):
        found += [Product(group, one, inner, columns, shape.layers, 'right'),
                  Product(group, one, columns, inner, shape.layers),
                  Product(group, inner, one, columns, shape.layers, 'left')]
    return found


def replay(found: list[Product], dtype: torch.dtype) -> Callable[[], None]:
    """Runs all products once, on matrices that were made before."""
    ready = []
    for one in found:
        left = matrices(one.batch, one.rows, one.inner, one.transposed == 'left', dtype)
        right = matrices(one.batch, one.inner, one.columns, one.transposed == 'right', dtype)
        ready.append((one.times, torch.bmm, left, right) if one.batch > 1 else (one.times, torch.mm, left[0], right[0]))

    def run() -> None:
        for times, multiply, left, right in ready:
            for _ in range(times):
                multiply(left, right)

    return run


def matrices(batch: int, rows: int, columns: int, transposed: bool, dtype: torch.dtype) -> torch.Tensor:
    """Random ones; `transposed`: they lie in memory column by column."""
    if transposed:
        return torch.randn(batch, columns, rows).to(dtype).mT
    return torch.randn(batch, rows, columns).to(dtype)


def measured(run: Callable[[], object], seconds: float) -> float:
    """Seconds of one run, the mean over about `seconds`."""
    begun, runs = time.perf_counter(), 0
    while (spent := time.perf_counter() - begun) < seconds or not runs:
        run()
        runs += 1
    return spent / runs


def spread(samples: list[float], digits: int) -> dict[str, float]:
    found = {'median': statistics.median(samples), 'least': min(samples), 'most': max(samples)}
    return {name: round(value, digits) for name, value in found.items()}


def bench(recipe: Recipe, use: Use, rounds: int, seconds: float) -> dict[str, object]:
    model = new_model(recipe, recipe.tokenizer.vocabulary, use)
    rows = max(1, recipe.train.tokensPerStep // model.shape.contextTokens)
    ids = torch.randint(0, model.shape.vocabulary, (rows, model.shape.contextTokens))
    batch = Batch('text', ids, torch.ones(ids.shape), ids.numel())
    with (stepping(model, recipe.train.weightDecay, use) as stepper,
          ThreadPoolExecutor(stepper.most, initializer=stepper.share) as pool):
        number = [part.ids.shape[0] for part in parts_of(batch, stepper.most)]
        dtype = torch.bfloat16 if use.bf16 else torch.float32
        kinds = {'apart': [replay(products(model.shape, one, ids.shape[1] - 1), dtype) for one in number],
                 'together': [replay(products(model.shape, rows, ids.shape[1] - 1), dtype)]}
        runs: dict[str, Callable[[], object]] = {
            'step': lambda: stepper.step(batch, 1e-4),
            'apart': lambda: list(pool.map(lambda run: run(), kinds['apart'])),  # each thread its rows, as in a step
            'together': kinds['together'][0]}  # all threads share each product
        for run in runs.values():
            measured(run, 0.5)
        times: dict[str, list[float]] = {name: [] for name in runs}
        for _ in range(rounds):
            for name, run in runs.items():
                times[name].append(measured(run, seconds))
    return report(model, use, batch, times)


def report(model: Llama, use: Use, batch: Batch, times: dict[str, list[float]]) -> dict[str, object]:
    flop = sum(one.flop for one in products(model.shape, batch.ids.shape[0], batch.ids.shape[1] - 1))
    best = min(('apart', 'together'), key=lambda name: statistics.median(times[name]))

    def speeds(name: str) -> dict[str, object]:
        return {'tokensPerSecond': spread([batch.tokens / one for one in times[name]], 0),
                'gflopPerSecond': spread([flop / one / 1e9 for one in times[name]], 1)}

    return {
        'shape': asdict(model.shape), 'parameters': model.parameter_count,
        'precision': use.precision, 'threads': use.threads,
        'torch': torch.__version__.split('+')[0], 'tokensPerStep': batch.tokens, 'flopPerStep': flop,
        'step': speeds('step'), 'ceiling': {'arrangement': best, **speeds(best)},
        'ratio': spread([ceiling / step for ceiling, step in zip(times[best], times['step'])], 3),
        'rounds': [{name: round(one, 5) for name, one in zip(times, row)} for row in zip(*times.values())]}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('recipe', type=Path, nargs='?', default=HERE / 'seedling.yaml')
    parser.add_argument('--rounds', type=int, default=7)
    parser.add_argument('--seconds', type=float, default=3.0, help='of each measurement; there are three in a round')
    options = parser.parse_args()
    recipe = load(options.recipe)
    json.dump(bench(recipe, prepare(recipe.machine, recipe.seed), options.rounds, options.seconds), sys.stdout)
    print()


if __name__ == '__main__':
    main()
