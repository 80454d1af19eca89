"""Finds the files that a recipe's sources name: single files, folders with all below them, and what is in zips."""

from __future__ import annotations

import os
import stat
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from collect.archive import members
from collect.kinds import ABOUT, HEAD, NOT_READ, READ, kind_of
from collect.tally import Tally
from journal import Problem


@dataclass(frozen=True)
class Source:
    """One file to read. `name`: as the learner knows it, with the folders below the source it was found in."""

    name: str
    kind: str
    size: int
    open: Callable[[], BinaryIO]


def missing(paths: tuple[Path, ...]) -> Problem | None:
    gone = [path for path in paths if not path.exists()]
    if not gone:
        return None
    names = ', '.join(str(path) for path in gone)
    return Problem('source-missing', f'These sources are not there: {names}.',
                   'Put them back, or take them out of the recipe.', names=names)


def files_below(root: Path, but: tuple[Path, ...] = ()) -> Iterator[Path]:
    """Regular files in a stable order: none hidden, in node_modules, behind links, or in the folders `but`."""
    if root.is_file():
        yield root
    for folder, folders, names in os.walk(root, followlinks=False):
        here = Path(folder)
        folders[:] = sorted(name for name in folders
                            if not name.startswith('.') and name not in ('node_modules', '__pycache__', '__MACOSX')
                            and here / name not in but)
        for name in sorted(names):
            path = here / name
            if not name.startswith('.') and stat.S_ISREG(path.lstat().st_mode):
                yield path


def found(roots: tuple[Path, ...], but: tuple[Path, ...], tally: Tally) -> Iterator[Source]:
    """Every source in order. What is left out is told to `tally`; files of other kinds in a folder as one entry."""
    for root in roots:
        others: Counter[str] = Counter()
        if not root.is_file() and not root.is_dir():
            tally.leave_out(root.name, 'unreadable', cause='it is neither a file nor a folder')
        for path in files_below(root, but):
            name = str(path.relative_to(root.parent)) if path != root else path.name
            try:
                yield from _opened(name, path, path != root, others, tally)
            except OSError as cause:
                tally.leave_out(name, 'unreadable', cause=cause.strerror or str(cause))
        if others:
            kinds = ', '.join(f'{number} {kind}' for kind, number in others.most_common(8))
            tally.leave_out(root.name, 'kinds-not-read', number=others.total(), kinds=kinds)


def _opened(name: str, path: Path, in_folder: bool, others: Counter[str], tally: Tally) -> Iterator[Source]:
    if in_folder and ABOUT.fullmatch(path.name):
        tally.leave_out(name, 'about-file')
        return
    with path.open('rb') as file:
        kind = kind_of(path.name, file.read(HEAD))
    if kind == 'zip':
        yield from (Source(f'{name}/{member.name}', member.kind, member.size, member.open)
                    for member in members(path, name, tally))
    elif kind in READ:
        yield Source(name, kind, path.stat().st_size, lambda: path.open('rb'))
    elif kind == 'other' and in_folder:
        others[path.suffix.lower() or path.name] += 1
    else:
        tally.leave_out(name, NOT_READ[kind])
