"""Files that are either whole or as they were before, whatever happens to the machine meanwhile."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path


def replace_durably(path: Path, write: Callable[[Path], None]) -> None:
    """`write` fills a file beside `path`, which is flushed to disk and then takes its place."""
    part = path.with_name(f'{path.name}.part')
    try:
        write(part)
        with part.open('rb+') as file:
            os.fsync(file.fileno())
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def write_durably(path: Path, text: str) -> None:
    replace_durably(path, lambda part: part.write_text(text, encoding='utf-8'))
