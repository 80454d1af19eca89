"""What a run tells the outside: one JSON object per line in events.jsonl, and a line for people on the terminal.

The lab-runner follows the file, so a run goes on, and nothing is missed, while the runner is away. The shapes are those of
`FoundryEvent` in labs/contract/foundry-event.ts.
"""

from __future__ import annotations

import json
import signal
import sys
import threading
import time
from datetime import datetime, timezone
from pathlib import Path
from typing import Any


class Stopped(Exception):
    """Raised inside a stage after it was asked to stop and has kept what it needs to go on."""


class Problem(Exception):
    """Something the learner can mend. `code` is stable; `values` fill its translated text; nothing was lost."""

    def __init__(self, code: str, detail: str, todo: str, **values: str | int | float) -> None:
        super().__init__(f'{detail} {todo}')
        self.code, self.detail, self.todo, self.values = code, detail, todo, values


class Journal:
    def __init__(self, path: Path | None) -> None:
        """`path` None: nothing is written, only told (tests, single stages by hand)."""
        self._file = path.open('a', encoding='utf-8') if path else None
        self._stop = threading.Event()
        self._told = 0.0
        self.stage = ''

    def listen(self) -> None:
        """From here on SIGTERM and SIGINT ask the run to stop; a second one ends it at once."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._asked)

    def _asked(self, number: int, _frame: object) -> None:
        if self._stop.is_set():
            sys.exit(128 + number)
        self._stop.set()

    @property
    def stopping(self) -> bool:
        return self._stop.is_set()

    def check(self) -> None:
        """Call often, where nothing would be lost. Raises Stopped when the run was asked to stop."""
        if self._stop.is_set():
            raise Stopped

    def tell(self, type: str, **fields: Any) -> None:
        """Appends one event. The writing is whole or absent: a line is one write."""
        event = {'type': type, 'at': datetime.now(timezone.utc).isoformat(timespec='milliseconds').replace('+00:00', 'Z'),
                 **({'stage': self.stage} if self.stage and 'stage' not in fields else {}), **fields}
        if self._file:
            self._file.write(json.dumps(event, ensure_ascii=False, allow_nan=False) + '\n')
            self._file.flush()
        if type != 'progress':
            said = ' '.join(f'{key}={_short(value)}' for key, value in event.items() if key not in ('type', 'at', 'stage'))
            print(f'{event.get("stage", ""):>9}  {type} {said}'.rstrip(), flush=True)

    def progress(self, done: float, note: str = '') -> None:
        """Share done of the running stage, 0 to 1. Told at most four times a second. Raises Stopped when asked to stop."""
        self.check()
        now = time.monotonic()
        if now - self._told >= 0.25 or done >= 1:
            self._told = now
            self.tell('progress', done=round(min(1.0, max(0.0, done)), 4), **({'note': note} if note else {}))

    def close(self) -> None:
        if self._file:
            self._file.close()


def _short(value: Any) -> str:
    text = f'{value:.4g}' if isinstance(value, float) else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 120 else f'{text[:117]}…'
