"""Programs that a stage runs beside itself. They never outlive it, whatever ends it."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from journal import Journal, Problem

POLL_SECONDS = 0.1
ENDS_WITHIN_SECONDS = 5.0

PACKAGES = {'llama-quantize': 'llama.cpp-tools', 'llama-server': 'llama.cpp-tools'}
"""Debian's package for each program."""


def program(name: str) -> str:
    """Where the program is. Raises Problem `program-missing`, which says what to install."""
    found = shutil.which(name)
    if found:
        return found
    package = PACKAGES.get(name, name)
    raise Problem('program-missing', f'The program {name} is not on this machine; what was made so far is kept.',
                  f'Install it (on Debian: apt install {package}), then go on with the same run.',
                  program=name, package=package)


@dataclass(frozen=True)
class Child:
    process: subprocess.Popen[bytes]
    said: IO[bytes]

    def last_words(self, most: int = 400) -> str:
        """The end of what the program said, on one line."""
        self.said.seek(0)
        return ' '.join(self.said.read().decode('utf-8', errors='replace').split())[-most:]


@contextmanager
def child(command: list[str | Path]) -> Iterator[Child]:
    """Runs a program for the length of the block.

    It has a session of its own, so that Ctrl-C reaches only us, and dies with us even when we are killed (Linux).
    """
    bound = ['setpriv', '--pdeathsig', 'KILL', '--'] if shutil.which('setpriv') else []
    # On a busy machine, threads that spin at barriers starve each other.
    patient = {'OMP_WAIT_POLICY': 'passive', **os.environ}
    with tempfile.TemporaryFile() as said:
        process = subprocess.Popen([*bound, *command], stdin=subprocess.DEVNULL, stdout=said, stderr=subprocess.STDOUT,
                                   start_new_session=True, env=patient)
        try:
            yield Child(process, said)
        finally:
            end(process)


def end(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is None:
        process.terminate()
    try:
        process.wait(ENDS_WITHIN_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def run_to_end(command: list[str | Path], journal: Journal) -> None:
    """Raises Stopped when the run is asked to stop meanwhile, and Problem `program-failed` with what it said last."""
    with child(command) as running:
        while True:
            try:
                status = running.process.wait(POLL_SECONDS)
                break
            except subprocess.TimeoutExpired:
                journal.check()
        if status != 0:
            name = Path(command[0]).name
            raise Problem('program-failed', f'{name} ended with status {status}: {running.last_words()}',
                          'See whether the disk is full and the program is whole, then go on with the same run.',
                          program=name, status=status)
