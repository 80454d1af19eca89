"""The files that a run hands on, each with its size and digest."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

from journal import Journal


def sha256(path: Path) -> str:
    with path.open('rb') as file:
        return hashlib.file_digest(file, 'sha256').hexdigest()


def tell_artefact(journal: Journal, folder: Path, name: str, kind: str) -> dict[str, Any]:
    """Announces the file `name` below `folder`; returns its name, kind, bytes and SHA-256."""
    facts = {'name': name, 'kind': kind, 'bytes': (folder / name).stat().st_size, 'sha256': sha256(folder / name)}
    journal.tell('artefact', **facts)
    return facts
