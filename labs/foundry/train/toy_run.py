"""Runs a stage of a toy as a process of its own, so that a test can kill it: `python3 toy_run.py FOLDER STAGE`.

`FOLDER/recipe.pickle` holds the recipe; events go to `FOLDER/events.jsonl`, a point at every step.
"""

from __future__ import annotations

import importlib
import pickle
import sys
from pathlib import Path

sys.path[0] = str(Path(__file__).resolve().parent.parent)

if __name__ == '__main__':
    import train.loop
    from journal import Journal

    train.loop.POINT_SECONDS = 0.0
    folder, stage = Path(sys.argv[1]), sys.argv[2]
    recipe = pickle.loads((folder / 'recipe.pickle').read_bytes())
    journal = Journal(folder / 'events.jsonl')
    importlib.import_module(f'{stage}.stage').run(recipe, journal)
