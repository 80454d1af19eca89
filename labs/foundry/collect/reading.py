"""One source to clean text, in pieces that fit into memory."""

from __future__ import annotations

import errno
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path

from collect.cleaning import mended, tidy
from collect.decoding import NotText, text_blocks
from collect.markup import opening_of, plain
from collect.pdf import MOST_SECONDS, Unread, text_of
from collect.sources import Source
from collect.tally import Tally


def texts_of(source: Source, folder: Path, tally: Tally) -> Iterator[tuple[str, int]]:
    """Yields (clean text, bytes it was read from), at most about 1 MiB each for all but PDFs.

    What cannot be read is told to `tally`, after what could. Raises OSError when the disk is full. `folder`: for
    temporary files. A Markdown file above 1 MiB is cleaned in parts, so a code block that spans two of them stays.
    """
    repaired = False
    try:
        for text, size, mended_here in _pieces(source, folder):
            repaired = repaired or mended_here
            yield text, size
    except Unread as cause:
        tally.leave_out(source.name, cause.code, seconds=MOST_SECONDS)
    except NotText:
        tally.leave_out(source.name, 'binary-from')
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as cause:
        tally.leave_out(source.name, 'zip-damaged', cause=str(cause))
    except OSError as cause:
        if cause.errno in (errno.ENOSPC, errno.EDQUOT):
            raise
        tally.leave_out(source.name, 'unreadable', cause=cause.strerror or str(cause))
    tally.repaired += repaired


def _pieces(source: Source, folder: Path) -> Iterator[tuple[str, int, bool]]:
    with source.open() as stream:
        if source.kind == 'pdf':
            yield tidy(text_of(stream, folder)), source.size, False
            return
        first = True
        for block, converted in text_blocks(stream):
            text, mojibake = mended(block)
            text = text.replace('\r\n', '\n')
            if source.kind != 'text':
                text = (opening_of(text) if first else '') + plain(text, source.kind == 'mdx')
            first = False
            yield tidy(text), len(block.encode()), converted or mojibake
