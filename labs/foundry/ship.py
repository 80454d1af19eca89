"""Puts the trained seedling where the product ships it, once its files agree with each other and are small enough.

    python3 ship.py [RECIPE] [FOLDER]

What people wrote in FOLDER/model.yaml (title, summary, origin, licence) stays; its figures are new.
"""

from __future__ import annotations

import argparse
import json
import shutil
import sys
from pathlib import Path
from typing import Any

import yaml

from artefact import sha256
from card.document import card
from card.facts import facts
from card.stage import LOG
from convert.onnx_folder import MODEL, QUANTISED
from durable import replace_durably, write_durably
from evaluate.llama_server import serving
from evaluate.tokenizers_agree import same_ids
from journal import Journal, Problem
from pipeline import STAGES, report_of
from recipe import Recipe, RecipeError, load

HERE = Path(__file__).resolve().parent
OWN_WORDS = HERE / 'seedling.card.md.jinja'
STRINGS = HERE / 'tokenizer-strings.json'
MOST_BYTES = 12_000_000  # of GGUF and ONNX together
SUMS = 'SHA256SUMS'


def ship(recipe: Recipe, folder: Path, journal: Journal) -> None:
    """Raises Problem and changes nothing when the model must not be shipped."""
    artefacts, reports = recipe.data.artefacts, {stage: report_of(recipe, stage) for stage in STAGES}
    made = {one['kind']: one for one in reports['convert'].get('artefacts', [])}
    if not reports['card']:
        raise Problem('not-finished', 'The run has not come to its end.', 'Run pipeline.py with this recipe first.')
    if not reports['evaluate']['agreement']['agree']:
        raise Problem('files-disagree', 'The files do not say what the trained model says.',
                      'See report.json, and mend convert.')
    gguf = artefacts / made['gguf-q8_0']['name']
    size = made['gguf-q8_0']['bytes'] + made['onnx-q8']['bytes']
    if size > MOST_BYTES:
        raise Problem('too-large', f'The GGUF and ONNX files have {size:,} bytes together; {MOST_BYTES:,} is the most.',
                      'Train a smaller model.', bytes=size, most=MOST_BYTES)
    with serving(gguf, recipe.model.contextTokens, 1, journal) as (server, *_):
        ids = same_ids(artefacts / 'onnx', server, json.loads(STRINGS.read_text(encoding='utf-8')))
    shipped = {f'{recipe.id}.gguf': gguf, LOG: artefacts / LOG,
               **{str(path.relative_to(artefacts)): path for path in onnx_files(artefacts / 'onnx')}}
    folder.mkdir(exist_ok=True)
    for name, source in shipped.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        replace_durably(folder / name, lambda part, source=source: shutil.copyfile(source, part))
    files = [described(folder, name) for name in (f'{recipe.id}.gguf', f'onnx/{QUANTISED}')]
    write_durably(folder / 'card.md', card(facts(recipe, reports, reports['card']['madeWith'], files), 'en', OWN_WORDS))
    write_durably(folder / 'token-ids.json', as_lines(ids))
    write_durably(folder / 'model.yaml', manifest(folder / 'model.yaml', recipe, reports, files[0]))
    write_durably(folder / SUMS, sums(folder))


def onnx_files(folder: Path) -> list[Path]:
    """All but the f32 model."""
    return [path for path in sorted(folder.rglob('*')) if path.is_file() and path != folder / MODEL]


def described(folder: Path, name: str) -> dict[str, Any]:
    return {'name': name, 'bytes': (folder / name).stat().st_size, 'sha256': sha256(folder / name)}


def manifest(written: Path, recipe: Recipe, reports: dict[str, Any], gguf: dict[str, Any]) -> str:
    """The catalogue entry; see ShippedFile in lab-runner/src/models/shipped-model.ts."""
    entry = yaml.safe_load(written.read_text(encoding='utf-8'))
    entry.update(id=recipe.id, languages=list(recipe.languages), parameters=reports['convert']['parameters'],
                 sizeBytes=gguf['bytes'], sha256=gguf['sha256'], file=gguf['name'], card='card.md', onnx='onnx')
    return yaml.safe_dump(entry, allow_unicode=True, sort_keys=False, width=140)


def as_lines(ids: dict[str, list[list[int]]]) -> str:
    """JSON with one string's ids per line."""
    scripts = (f'  {json.dumps(script)}: [\n' + ',\n'.join(f'    {json.dumps(one)}' for one in group) + '\n  ]'
               for script, group in ids.items())
    return '{\n' + ',\n'.join(scripts) + '\n}\n'


def sums(folder: Path) -> str:
    """As sha256sum writes them."""
    files = (path for path in sorted(folder.rglob('*')) if path.is_file() and path.name != SUMS)
    return ''.join(f'{sha256(path)}  {path.relative_to(folder)}\n' for path in files)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument('recipe', type=Path, nargs='?', default=HERE / 'seedling.yaml')
    parser.add_argument('folder', type=Path, nargs='?', default=HERE / 'seedling')
    options = parser.parse_args()
    try:
        ship(load(options.recipe), options.folder, Journal(None))
    except (RecipeError, Problem) as problem:
        print(problem, file=sys.stderr)
        return 2
    print((options.folder / SUMS).read_text(encoding='utf-8'), end='')
    return 0


if __name__ == '__main__':
    sys.exit(main())
