"""The one configuration file, read and checked before any stage does work."""

from __future__ import annotations

import argparse
import sys
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import yaml

HERE = Path(__file__).resolve().parent


@dataclass(frozen=True)
class Data:
    courses: Path
    text: Path
    questions: Path
    out: Path
    ship: Path
    languages: tuple[str, ...]
    heldOutShare: float


@dataclass(frozen=True)
class Tokenizer:
    vocabulary: int


@dataclass(frozen=True)
class Model:
    width: int
    layers: int
    heads: int
    keyValueHeads: int
    feedForward: int
    contextTokens: int


@dataclass(frozen=True)
class Training:
    steps: int
    minutes: float
    tokensPerStep: int
    learningRate: float
    warmUpShare: float
    weightDecay: float
    textShareAtStart: float
    textShareAtEnd: float
    threads: int
    precision: str
    evaluateEvery: int
    checkpointEvery: int


@dataclass(frozen=True)
class Evaluation:
    nearMatch: float
    answerTokens: int


@dataclass(frozen=True)
class Settings:
    id: str
    seed: int
    data: Data
    tokenizer: Tokenizer
    model: Model
    training: Training
    evaluation: Evaluation


def _section(kind: type, raw: Any, name: str, faults: list[str]) -> dict[str, Any]:
    if not isinstance(raw, dict):
        faults.append(f'{name}: missing, or not a mapping')
        return {}
    known = {field.name for field in fields(kind)}
    faults += [f'{name}.{key}: missing' for key in sorted(known - raw.keys())]
    faults += [f'{name}.{key}: unknown key' for key in sorted(raw.keys() - known)]
    return raw


def load(path: Path) -> Settings:
    """Reads a configuration; raises SystemExit (status 2) naming every fault at once."""
    faults: list[str] = []
    try:
        raw = yaml.safe_load(path.read_text(encoding='utf-8'))
    except (OSError, yaml.YAMLError) as cause:
        sys.exit(f'{path}: cannot be read: {cause}')
    top = _section(Settings, raw, path.name, faults)
    kinds = {'data': Data, 'tokenizer': Tokenizer, 'model': Model, 'training': Training, 'evaluation': Evaluation}
    parts = {name: _section(kind, top.get(name), name, faults) for name, kind in kinds.items()}
    model = parts['model']
    if not faults and model['feedForward'] % 256:
        faults.append('model.feedForward: must be a multiple of 256')
    if not faults and (model['width'] % model['heads'] or model['heads'] % model['keyValueHeads']):
        faults.append('model: width must divide by heads, and heads by keyValueHeads')
    if not faults and parts['training']['precision'] not in ('bf16', 'fp32'):
        faults.append('training.precision: must be bf16 or fp32')
    if faults:
        print('\n'.join(faults), file=sys.stderr)
        raise SystemExit(2)
    data = dict(parts['data'])
    for key in ('courses', 'text', 'questions', 'out', 'ship'):
        data[key] = (path.parent / data[key]).resolve()
    data['languages'] = tuple(data['languages'])
    return Settings(top['id'], top['seed'], Data(**data), Tokenizer(**parts['tokenizer']), Model(**model),
                    Training(**parts['training']), Evaluation(**parts['evaluation']))


def arguments(description: str) -> argparse.ArgumentParser:
    """A parser with the one option that all stages share."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument('--config', type=Path, default=HERE / 'seedling.yaml', help='configuration file (seedling.yaml)')
    return parser
