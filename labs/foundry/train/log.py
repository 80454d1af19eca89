"""`training-log.csv`: every point and every evaluation of the stages that train, in order."""

from __future__ import annotations

import csv
import io
from pathlib import Path

from durable import write_durably

COLUMNS = ['stage', 'step', 'seconds', 'tokens', 'learning_rate', 'loss', 'language', 'held_loss']
STAGES = ['train', 'instruct']


class Log:
    """Appends to the file; on opening drops what a stage wrote after `step`, and all of later stages."""

    def __init__(self, path: Path, stage: str, step: int) -> None:
        self._path, self._stage = path, stage
        rows = [row for row in _rows(path) if _stays(row, stage, step)]
        write_durably(path, _csv([dict(zip(COLUMNS, COLUMNS)), *rows]))

    def add(self, **values: str | int | float) -> None:
        with self._path.open('a', encoding='utf-8', newline='') as file:
            file.write(_csv([{'stage': self._stage, **values}]))


def _rows(path: Path) -> list[dict[str, str]]:
    try:
        with path.open(encoding='utf-8', newline='') as file:
            return list(csv.DictReader(file))
    except (OSError, UnicodeDecodeError, csv.Error):
        return []


def _stays(row: dict[str, str], stage: str, step: int) -> bool:
    """Torn lines go, which a kill may leave at the end."""
    at = row.get('step') or ''
    whole = None not in row and (row.get('loss') or row.get('held_loss'))
    if row.get('stage') not in STAGES or not at.isdigit() or not whole:
        return False
    if row['stage'] == stage:
        return int(at) <= step
    return STAGES.index(row['stage']) < STAGES.index(stage)


def _csv(rows: list[dict[str, str | int | float]]) -> str:
    text = io.StringIO()
    writer = csv.DictWriter(text, COLUMNS, restval='', extrasaction='ignore', lineterminator='\n')
    writer.writerows(rows)
    return text.getvalue()
