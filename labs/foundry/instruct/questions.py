"""The questions to learn, and where their answers part from each other."""

from __future__ import annotations

import json
from pathlib import Path

from collect.questions import Question


def read(path: Path) -> list[Question]:
    rows = [json.loads(line) for line in path.read_text(encoding='utf-8').splitlines() if line.strip()]
    return [Question(row['language'], row['id'], tuple(row['ask']), tuple(row['held']), row['answer']) for row in rows]


def parting(answers: list[tuple[int, ...]]) -> list[int]:
    """For each answer, how many of its first tokens tell it from all other answers that are not the same."""
    ordered = sorted(set(answers))
    shared = [common(one, other) for one, other in zip(ordered, ordered[1:])]
    least = {one: max([0, *shared[max(0, at - 1):at + 1]]) + 1 for at, one in enumerate(ordered)}
    return [min(len(one), least[one]) for one in answers]


def common(one: tuple[int, ...], other: tuple[int, ...]) -> int:
    """Length of the beginning that two sequences share."""
    return next((at for at, (left, right) in enumerate(zip(one, other)) if left != right), min(len(one), len(other)))
