"""Text of a PDF by poppler's pdftotext, made into paragraphs again."""

from __future__ import annotations

import re
import shutil
import subprocess
import threading
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

MOST_BYTES = 64 << 20  # of a PDF's text
MOST_SECONDS = 120
HYPHEN = re.compile(r'([^\W\d_])[-\u00ad\u2010]\n([^\W\d_])')
LEAST_LETTERS_PER_PAGE = 20  # fewer on average: pictures of pages


class Unread(Exception):
    """`code`: a key of REASONS."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def text_of(stream: BinaryIO, folder: Path) -> str:
    """`folder`: where a copy lies while it is read, since pdftotext seeks. Raises Unread, OSError."""
    copy = folder / 'source.pdf.part'
    try:
        with copy.open('wb') as file:
            shutil.copyfileobj(stream, file, 1 << 20)
        pages = _pages(copy)
    finally:
        copy.unlink(missing_ok=True)
    letters = sum(map(str.isalpha, ''.join(pages)))
    if letters < LEAST_LETTERS_PER_PAGE * max(1, len(pages)):
        raise Unread('pdf-without-text')
    return '\n\n'.join(_flowing(page) for page in _without_running_heads(pages))


def _pages(path: Path) -> list[str]:
    command = ['pdftotext', '-q', '-enc', 'UTF-8', '-eol', 'unix', str(path), '-']
    try:
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    except FileNotFoundError:
        raise Unread('pdftotext-missing') from None
    late = threading.Timer(MOST_SECONDS, process.kill)
    late.start()
    try:
        with process:
            text = process.stdout.read(MOST_BYTES)
            enough = len(text) == MOST_BYTES
            if enough:
                process.kill()
    finally:
        late.cancel()
    if process.returncode and not enough:
        raise _unread(process.returncode, path)
    return text.decode('utf-8', 'replace').removesuffix('\f').split('\f')


def _unread(status: int, path: Path) -> Unread:
    if status < 0:
        return Unread('pdf-slow')
    if status == 3 or b'/Encrypt' in path.read_bytes():
        return Unread('pdf-locked')
    return Unread('pdf-damaged')


def _without_running_heads(pages: list[str]) -> Iterator[str]:
    """Leaves out page numbers, and first and last lines that most pages share but for their digits."""
    edges = [page.strip().split('\n') for page in pages if page.strip()]
    shared = Counter(line for lines in edges for line in {_masked(lines[0]), _masked(lines[-1])})
    heads = {line for line, number in shared.items() if len(pages) >= 3 and number > len(pages) / 2}
    for page in pages:
        lines = page.strip().split('\n')
        while lines and _is_head(lines[0], heads):
            del lines[0]
        while lines and _is_head(lines[-1], heads):
            del lines[-1]
        yield '\n'.join(lines)


def _is_head(line: str, heads: set[str]) -> bool:
    return not line.strip() or bool(re.fullmatch(r'[\W_]*\d{1,4}[\W_]*', line)) or _masked(line) in heads


def _masked(line: str) -> str:
    return re.sub(r'\d+', '0', line.strip())


def _flowing(page: str) -> str:
    """Joins the lines of a paragraph, and the halves of a word that was divided at a line's end."""
    joined = HYPHEN.sub(lambda at: at.group() if at.group(2).isupper() else at.group(1) + at.group(2), page)
    return re.sub(r'(?<=\S)[ \t]*\n(?=[^\n])', ' ', joined)
