"""What the card tells, gathered from the recipe and from what the stages reported."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Any

import yaml

from card.machine import machine, versions
from card.words import LANGUAGES
from energy import Meter
from journal import Journal
from recipe import Recipe

Reports = dict[str, dict[str, Any]]
"""By stage; an empty one where a stage was skipped."""


def card_language(recipe: Recipe) -> str:
    """The recipe's first language where a card can be written in it, else English."""
    return recipe.languages[0] if recipe.languages[0] in LANGUAGES else 'en'


def facts(recipe: Recipe, reports: Reports, made_with: dict[str, Any], files: list[dict[str, Any]]) -> dict[str, Any]:
    """What the templates name. `made_with`: see there; `files`: name, bytes and SHA-256 of what is handed on."""
    collect, convert, evaluate = reports['collect'], reports['convert'], reports['evaluate']
    return {
        'id': recipe.id, 'title': on_one_line(recipe.card.title), 'maker': on_one_line(recipe.card.maker),
        'licence': on_one_line(recipe.card.licence), 'statement': recipe.card.statement.strip(),
        'languages': recipe.languages, 'seed': recipe.seed, 'base': recipe.base.name if recipe.base else None,
        'parameters': convert['parameters'], 'shape': convert['shape'],
        'collect': collect, 'questions': collect.get('questions') or {}, 'personal': collect.get('personalData') or {},
        'scrubbed': recipe.data.scrub, 'fertility': reports['tokenizer'].get('fertility', []),
        'training': [trained(stage, reports[stage]) for stage in ('train', 'instruct') if reports[stage].get('steps')],
        **made_with,
        'held': sorted(evaluate['held'], key=lambda row: row['language']), 'pieceBytes': evaluate['pieceBytes'],
        'answers': sorted(evaluate['answers'], key=lambda row: (row['set'] != 'taught', row['language'])),
        'acceptable': evaluate['acceptable'], 'strict': evaluate['strict'], 'agreement': evaluate['agreement'],
        'files': files, 'chat': recipe.instruct is not None, 'recipe': repeatable(recipe),
    }


def on_one_line(text: str) -> str:
    return ' '.join(text.split())


def trained(stage: str, report: dict[str, Any]) -> dict[str, Any]:
    return {'stage': stage, 'steps': report['steps'], 'tokens': report['tokens'], 'seconds': report['seconds'],
            'resumedAt': report.get('resumedAt') or []}


def made_with(recipe: Recipe) -> dict[str, Any]:
    """`machine`, `versions` and `energy`, to be asked on the machine where the model was made."""
    return {'machine': machine(recipe.machine), 'versions': versions(), 'energy': energy(recipe)}


def energy(recipe: Recipe) -> dict[str, Any] | None:
    """What the metered stages used together; None where nothing was metered."""
    found = Meter(recipe, Journal(None)).report()
    joules = found['joules']
    return {**found, 'kilojoules': joules / 1000, 'wattHours': joules / 3600} if found['seconds'] else None


def repeatable(recipe: Recipe) -> str:
    """The recipe as YAML, without the places on this machine."""
    return yaml.safe_dump(plain(asdict(recipe)), allow_unicode=True, sort_keys=False, width=120)


def plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: plain(one) for key, one in value.items() if one is not None}
    if isinstance(value, (list, tuple)):
        return [plain(one) for one in value]
    return value.name if isinstance(value, Path) else value
