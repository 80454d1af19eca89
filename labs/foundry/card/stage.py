"""Writes the card of the model for people, and the report with all figures for programs."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

from artefact import sha256, tell_artefact
from card.document import card
from card.facts import Reports, card_language, facts, made_with, plain
from durable import write_durably
from journal import Journal
from pipeline import STAGES, report_of
from recipe import Recipe

READS = ('id', 'languages', 'data', 'card', 'base', 'tokenizer', 'model', 'train', 'instruct', 'evaluation', 'machine')

LOG = 'training-log.csv'


def run(recipe: Recipe, journal: Journal) -> dict[str, Any]:
    artefacts = recipe.data.artefacts
    reports = reports_of(recipe)
    converted = reports['convert']['artefacts']
    found, files = made_with(recipe), files_of(recipe, converted)
    report = {'recipe': plain(asdict(recipe)), **found, 'stages': reports, 'files': files}
    write_durably(artefacts / 'report.json', json.dumps(report, ensure_ascii=False, indent=1) + '\n')
    journal.progress(0.5)
    language = card_language(recipe)
    write_durably(artefacts / 'card.md', card(facts(recipe, reports, found, converted), language))
    written = (('report.json', 'report'), ('card.md', 'card'), (LOG, 'log'))
    made = [tell_artefact(journal, artefacts, name, kind) for name, kind in written if (artefacts / name).exists()]
    journal.progress(1)
    return {'language': language, 'madeWith': found, 'artefacts': made}


def reports_of(recipe: Recipe) -> Reports:
    """An earlier run with another recipe may have left a report of a stage that this one leaves out."""
    left_out = ('instruct',) if recipe.instruct is None else ()
    return {stage: {} if stage in left_out else report_of(recipe, stage) for stage in STAGES[:STAGES.index('card')]}


def files_of(recipe: Recipe, converted: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Everything that is handed on, the small files of the ONNX folder as well."""
    artefacts = recipe.data.artefacts
    small = [{'name': str(path.relative_to(artefacts)), 'bytes': path.stat().st_size, 'sha256': sha256(path)}
             for path in sorted((artefacts / 'onnx').glob('*.json'))]
    return [*converted, *small]
