"""Documents between stages: JSON lines of {"source", "language", "text"}."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TextIO


@dataclass(frozen=True)
class Document:
    source: str
    language: str
    text: str


def write(documents: Iterable[Document], file: TextIO) -> None:
    for one in documents:
        file.write(json.dumps(asdict(one), ensure_ascii=False) + '\n')


def read(path: Path) -> Iterator[Document]:
    """One at a time. A missing file has none."""
    if not path.exists():
        return
    with path.open(encoding='utf-8') as file:
        for line in file:
            row = json.loads(line)
            yield Document(row['source'], row['language'], row['text'])
