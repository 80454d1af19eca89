"""Opens zips without unpacking them to disk: members are streamed, and one that misbehaves is left out, not trusted."""

from __future__ import annotations

import stat
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from collect.kinds import ABOUT, HEAD, NOT_READ, READ, kind_of
from collect.tally import Tally

MOST_MEMBERS = 20_000
MOST_BYTES = 512 << 20  # unpacked, in all
MOST_RATIO = 200  # unpacked to packed; running text rarely packs better than 1:10
RATIO_FROM = 1 << 20  # bytes unpacked from which the ratio says something


@dataclass(frozen=True)
class Member:
    name: str
    kind: str
    size: int
    open: Callable[[], BinaryIO]


def members(path: Path, shown: str, tally: Tally) -> Iterator[Member]:
    """Members worth reading, in order of name. `shown`: how the zip is called in what is left out."""
    try:
        archive = zipfile.ZipFile(path)
    except (zipfile.BadZipFile, ValueError, NotImplementedError) as cause:
        tally.leave_out(shown, 'zip-damaged', cause=str(cause))
        return
    with archive:
        entries = sorted((one for one in archive.infolist() if not one.is_dir()), key=lambda one: one.filename)
        if len(entries) > MOST_MEMBERS:
            tally.leave_out(shown, 'zip-too-many', number=len(entries), most=MOST_MEMBERS)
            return
        budget = MOST_BYTES
        for entry in entries:
            name = f'{shown}/{entry.filename}'
            refused = _refused(entry, budget)
            if refused:
                times = entry.file_size // max(1, entry.compress_size)
                tally.leave_out(name, refused, megabytes=MOST_BYTES >> 20, times=times)
            if refused or _ignored(entry.filename):
                continue
            budget -= entry.file_size
            try:
                with archive.open(entry) as file:
                    kind = kind_of(entry.filename, file.read(HEAD))
            except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError) as cause:
                tally.leave_out(name, 'zip-damaged', cause=str(cause))
                continue
            if ABOUT.fullmatch(PurePosixPath(entry.filename).name):
                tally.leave_out(name, 'about-file')
            elif kind in READ:
                yield Member(entry.filename, kind, entry.file_size, lambda entry=entry: archive.open(entry))
            else:
                tally.leave_out(name, NOT_READ[kind])


def _ignored(name: str) -> bool:
    return any(part.startswith('.') or part in ('node_modules', '__MACOSX') for part in PurePosixPath(name).parts)


def _refused(entry: zipfile.ZipInfo, budget: int) -> str | None:
    """Why a member is not opened. Sizes are those the zip claims; zipfile reads no more than that."""
    parts = PurePosixPath(entry.filename.replace('\\', '/')).parts
    absolute = entry.filename.startswith(('/', '\\')) or ':' in entry.filename[:3]
    if '..' in parts or absolute or stat.S_ISLNK(entry.external_attr >> 16):
        return 'zip-path'
    if entry.flag_bits & 0x1:
        return 'zip-locked'
    if entry.file_size > RATIO_FROM and entry.file_size > MOST_RATIO * max(1, entry.compress_size):
        return 'zip-too-dense'
    if entry.file_size > budget:
        return 'zip-too-large'
    return None
