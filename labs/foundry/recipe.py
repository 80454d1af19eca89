"""The recipe: the one file that configures every stage, read and checked before any of them does work."""

from __future__ import annotations

import re
from dataclasses import MISSING, dataclass, field, fields, is_dataclass
from pathlib import Path
from types import NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

import yaml


class RecipeError(Exception):
    """Names every fault of a recipe at once, one line each."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__('\n'.join(faults))
        self.faults = faults


@dataclass(frozen=True)
class Data:
    """`sources` are files, folders or zips, relative to the recipe; `work` and `artefacts` are made when missing."""

    sources: tuple[Path, ...]
    questions: tuple[Path, ...] = ()  # JSON lines: one answer and the ways to ask for it per line
    work: Path = Path('work')  # intermediates and checkpoints
    artefacts: Path = Path('artefacts')  # what is handed on
    heldOutShare: float = 0.1  # of documents, never trained on
    nearDuplicate: float = 0.8  # Jaccard likeness of 5-word shingles from which a paragraph counts as said before
    scrub: bool = True  # replace personal data by its kind


@dataclass(frozen=True)
class Tokenizer:
    vocabulary: int = 4096


@dataclass(frozen=True)
class Model:
    """Llama architecture with tied embeddings. `feedForward` is a multiple of 256, so that k-quants stay possible."""

    width: int = 256
    layers: int = 5
    heads: int = 4
    keyValueHeads: int = 2
    feedForward: int = 768
    contextTokens: int = 512


@dataclass(frozen=True)
class Train:
    """Reading running text. The learning rate follows whichever of `steps` and `minutes` is nearer to its end."""

    steps: int = 4000
    minutes: float = 10.0
    tokensPerStep: int = 2048
    learningRate: float = 0.003
    warmUpShare: float = 0.02
    weightDecay: float = 0.1
    evaluateEvery: int = 100  # steps
    sampleEvery: int = 200  # steps
    checkpointEvery: int = 200  # steps
    patience: int = 5  # evaluations without a better held-out loss before it stops early; 0: never


@dataclass(frozen=True)
class Instruct:
    """Learning to answer, after reading. `textShare` of the steps go on reading, so that language is not forgotten."""

    steps: int = 2000
    minutes: float = 10.0
    tokensPerStep: int = 1024
    learningRate: float = 0.0015
    warmUpShare: float = 0.02
    weightDecay: float = 0.05
    textShare: float = 0.05
    evaluateEvery: int = 250
    sampleEvery: int = 500
    checkpointEvery: int = 250
    patience: int = 0


@dataclass(frozen=True)
class Rival:
    """Another model that is measured on the same held-out text."""

    id: str
    file: Path  # GGUF


@dataclass(frozen=True)
class Evaluation:
    acceptable: float = 0.6  # likeness (trigram Dice) to the taught answer from which a reply is acceptable
    answerTokens: int = 160
    rivals: tuple[Rival, ...] = ()


@dataclass(frozen=True)
class Machine:
    threads: int = 0  # 0: one per core
    precision: Literal['auto', 'bf16', 'fp32'] = 'auto'  # auto: bf16 where the processor has it
    wattsPerThread: float = 8.0  # assumed for the energy figure where no meter can be read


@dataclass(frozen=True)
class Card:
    """What the maker says of the model, copied into its card."""

    title: str
    maker: str = 'unknown'
    licence: str = 'unknown'  # SPDX id
    statement: str = ''  # where the text is from, and with whose consent


@dataclass(frozen=True)
class Recipe:
    id: str
    languages: tuple[str, ...]  # BCP 47 primary subtags, the ones expected
    data: Data
    card: Card
    seed: int = 20261122
    base: Path | None = None  # GGUF whose weights and tokenizer training starts from; None: from scratch
    tokenizer: Tokenizer = field(default_factory=Tokenizer)
    model: Model = field(default_factory=Model)
    train: Train = field(default_factory=Train)
    instruct: Instruct | None = None
    evaluation: Evaluation = field(default_factory=Evaluation)
    machine: Machine = field(default_factory=Machine)


def load(path: Path) -> Recipe:
    """Reads YAML (or JSON, which is YAML). Paths become absolute. Raises RecipeError naming every fault."""
    try:
        raw = yaml.safe_load(path.read_text(encoding='utf-8'))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as cause:
        raise RecipeError([f'{path}: cannot be read: {cause}']) from cause
    faults: list[str] = []
    recipe = _value(Recipe, raw, '', path.resolve().parent, faults)
    if not faults:
        faults += _nonsense(recipe)
    if faults:
        raise RecipeError(faults)
    return recipe


def _value(kind: Any, raw: Any, name: str, folder: Path, faults: list[str]) -> Any:
    origin = get_origin(kind)
    if origin in (Union, UnionType):
        if raw is None:
            return None
        return _value(next(one for one in get_args(kind) if one is not NoneType), raw, name, folder, faults)
    if is_dataclass(kind):
        return _section(kind, raw, name, folder, faults)
    if origin is tuple:
        if not isinstance(raw, list):
            faults.append(f'{name}: give a list')
            return ()
        return tuple(_value(get_args(kind)[0], one, f'{name}[{at}]', folder, faults) for at, one in enumerate(raw))
    if origin is Literal:
        if raw not in get_args(kind):
            faults.append(f'{name}: give one of {", ".join(get_args(kind))}')
        return raw
    wanted = {Path: str, float: (int, float)}.get(kind, kind)
    if not isinstance(raw, wanted) or (isinstance(raw, bool) and kind is not bool):
        faults.append(f'{name}: give {"a path" if kind is Path else f"a value of type {kind.__name__}"}')
        return raw
    return (folder / raw).resolve() if kind is Path else kind(raw)


def _section(kind: type, raw: Any, name: str, folder: Path, faults: list[str]) -> Any:
    if not isinstance(raw, dict):
        faults.append(f'{name or "recipe"}: missing, or not a mapping')
        return None
    hints, known, found = get_type_hints(kind), {one.name: one for one in fields(kind)}, {}
    prefix = f'{name}.' if name else ''
    faults += [f'{prefix}{key}: unknown' for key in raw if key not in known]
    for key, one in known.items():
        if key in raw:
            found[key] = _value(hints[key], raw[key], prefix + key, folder, faults)
        elif one.default is MISSING and one.default_factory is MISSING:
            faults.append(f'{prefix}{key}: missing')
        elif isinstance(one.default, Path):
            found[key] = (folder / one.default).resolve()
    return None if faults else kind(**found)


def _nonsense(recipe: Recipe) -> list[str]:
    """Faults that no single value shows."""
    model, data = recipe.model, recipe.data
    checks = [
        (re.fullmatch(r'[a-z0-9][a-z0-9.-]{0,99}', recipe.id), 'id: use lower-case letters, digits, dots and hyphens'),
        (recipe.languages, 'languages: name at least one'),
        (data.sources or data.questions, 'data.sources: name at least one'),
        (0 < data.heldOutShare < 0.9, 'data.heldOutShare: give a share between 0 and 0.9'),
        (300 <= recipe.tokenizer.vocabulary <= 65536, 'tokenizer.vocabulary: give 300 to 65536'),
        (model.feedForward % 256 == 0, 'model.feedForward: must be a multiple of 256'),
        (model.heads > 0 and model.width % model.heads == 0, 'model.width: must divide by model.heads'),
        (model.keyValueHeads > 0 and model.heads % model.keyValueHeads == 0, 'model.heads: must divide by model.keyValueHeads'),
        (model.contextTokens >= 32, 'model.contextTokens: give at least 32'),
        (recipe.train.steps >= 0 and recipe.train.minutes > 0, 'train: give steps and minutes above 0'),
    ]
    return [said for holds, said in checks if not holds]
