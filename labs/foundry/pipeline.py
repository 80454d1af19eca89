"""Runs the foundry: text in, a small language model with its card out. One recipe, seven stages, each resumable.

    python3 pipeline.py RECIPE [--to STAGE] [--restart]

A stage whose inputs have not changed since it was done is skipped. Exit status: 0 done, 2 something to mend (said in plain
words), 3 stopped on request (the same command goes on), 1 a fault of the program.
"""

from __future__ import annotations

import argparse
import hashlib
import importlib
import json
import shutil
import sys
import time
from dataclasses import asdict
from pathlib import Path
from typing import Any

from durable import write_durably
from journal import Journal, Problem, Stopped
from recipe import Recipe, RecipeError, load

STAGES = ('collect', 'tokenizer', 'train', 'instruct', 'convert', 'evaluate', 'card')
"""Each is a package whose `stage` module has `run(recipe, journal) -> report` and names in `READS` the recipe's parts it depends on."""


def fingerprint(recipe: Recipe, stage: Any, before: str) -> str:
    """SHA-256 of all that a stage depends on: its parts of the recipe, files it names, and the stage before."""
    parts = asdict(recipe)
    named = {name: parts[name] for name in ('seed', *stage.READS)}
    extra = stage.inputs(recipe) if hasattr(stage, 'inputs') else ''
    return hashlib.sha256(json.dumps([named, before, extra], default=str, sort_keys=True).encode()).hexdigest()


def kept(recipe: Recipe, stage: str, print_: str) -> bool:
    """Whether a stage was done on just these inputs, and the files it made are still there."""
    try:
        done = json.loads((recipe.data.work / f'{stage}.json').read_text(encoding='utf-8'))
        made = done['report'].get('artefacts', [])
        return done['fingerprint'] == print_ and all((recipe.data.artefacts / one['name']).exists() for one in made)
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return False


def run(recipe: Recipe, journal: Journal, to: str = STAGES[-1]) -> None:
    """Runs the stages up to `to`. Raises Stopped, Problem, or OSError."""
    work = recipe.data.work
    work.mkdir(parents=True, exist_ok=True)
    recipe.data.artefacts.mkdir(parents=True, exist_ok=True)
    before = ''
    for name in STAGES[: STAGES.index(to) + 1]:
        journal.check()
        stage = importlib.import_module(f'{name}.stage')
        journal.stage, print_, target = name, fingerprint(recipe, stage, before), work / f'{name}.json'
        before = print_
        if kept(recipe, name, print_):
            journal.tell('stage', state='kept')
            continue
        if name == 'instruct' and recipe.instruct is None:
            stage.skip(recipe)
            target.unlink(missing_ok=True)
            journal.tell('stage', state='skipped')
            continue
        journal.tell('stage', state='started')
        begun = time.monotonic()
        report = stage.run(recipe, journal)
        seconds = round(time.monotonic() - begun, 1)
        write_durably(target, json.dumps({'fingerprint': print_, 'seconds': seconds, 'report': report}, ensure_ascii=False, indent=1))
        journal.tell('stage', state='done', seconds=seconds)
    journal.stage = ''


def report_of(recipe: Recipe, stage: str) -> dict[str, Any]:
    """What an earlier stage reported; empty when it was skipped."""
    path = recipe.data.work / f'{stage}.json'
    return json.loads(path.read_text(encoding='utf-8'))['report'] if path.exists() else {}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('recipe', type=Path)
    parser.add_argument('--to', choices=STAGES, default=STAGES[-1], help='the last stage to run')
    parser.add_argument('--restart', action='store_true', help='forget what earlier runs made')
    options = parser.parse_args()
    try:
        recipe = load(options.recipe)
    except RecipeError as faults:
        print(faults, file=sys.stderr)
        return 2
    if options.restart:
        shutil.rmtree(recipe.data.work, ignore_errors=True)
    journal = Journal(options.recipe.resolve().parent / 'events.jsonl')
    journal.listen()
    try:
        run(recipe, journal, options.to)
        journal.tell('done')
        return 0
    except Stopped:
        journal.tell('stopped')
        return 3
    except Problem as problem:
        journal.tell('problem', code=problem.code, detail=problem.detail, todo=problem.todo, values=problem.values)
        return 2
    except OSError as cause:
        problem = no_space(cause)
        if problem is None:
            raise
        journal.tell('problem', code=problem.code, detail=problem.detail, todo=problem.todo, values=problem.values)
        return 2
    finally:
        journal.close()


def no_space(cause: OSError) -> Problem | None:
    if cause.errno not in (28, 122):  # ENOSPC, EDQUOT
        return None
    return Problem('disk-full', f'The disk is full{f" at {cause.filename}" if cause.filename else ""}; what was made so far is kept.',
                   'Free some space, then go on with the same run.')


if __name__ == '__main__':
    sys.exit(main())
