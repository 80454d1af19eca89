"""Results that a run which was stopped need not measure again."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

from durable import write_durably


class Kept:
    """`path`: one JSON object of results by the digest of all that they depend on."""

    def __init__(self, path: Path) -> None:
        self._path = path
        try:
            self._results: dict[str, Any] = json.loads(path.read_text(encoding='utf-8'))
        except (FileNotFoundError, ValueError):
            self._results = {}

    def get(self, depends: Any) -> Any | None:
        """The result kept for the same `depends` (JSON-able)."""
        return self._results.get(digest(depends))

    def put(self, depends: Any, result: Any) -> None:
        self._results[digest(depends)] = result
        write_durably(self._path, json.dumps(self._results, ensure_ascii=False))


def digest(depends: Any) -> str:
    return hashlib.sha256(json.dumps(depends, sort_keys=True).encode()).hexdigest()


def state_of(file: Path) -> list[str | int]:
    """Tells one state of a file from another without reading gigabytes."""
    found = file.stat()
    return [str(file), found.st_size, found.st_mtime_ns]
