"""What a file is: by its first bytes, and by its name only where bytes cannot tell."""

from __future__ import annotations

import re
from pathlib import PurePosixPath

from collect.decoding import is_text

HEAD = 8192  # bytes that are looked at
READ = ('text', 'markdown', 'mdx', 'pdf')
PROSE = {'': 'text', '.txt': 'text', '.text': 'text', '.rst': 'text', '.org': 'text', '.adoc': 'text', '.pdf': 'text',
         '.md': 'markdown', '.markdown': 'markdown', '.mdx': 'mdx'}
ABOUT = re.compile(r'(readme|licen[cs]e(-[\w.-]+)?|copying|changelog|contributing|notice|authors)'
                   r'(\.[a-z]{2,3})?(\.(md|markdown|txt|rst))?', re.I)
OFFICE = (b'[Content_Types].xml', b'mimetypeapplication/', b'word/')
BINARY = (b'\x7fELF', b'MZ\x90', b'\x89PNG', b'\xff\xd8\xff', b'GIF8', b'\x1f\x8b', b'BZh', b'\xfd7zXZ', b'7z\xbc\xaf',
          b'Rar!', b'\xd0\xcf\x11\xe0', b'OggS', b'ID3', b'RIFF', b'GGUF', b'\x28\xb5\x2f\xfd', b'SQLite format')
NOT_READ = {'empty': 'empty', 'binary': 'binary', 'office': 'office-file', 'zip': 'zip-nested',
            'other': 'kind-not-read'}
"""Kinds to the codes of reasons.py; a zip is one only inside another."""


def kind_of(name: str, head: bytes) -> str:
    """One of READ, or `zip`, `office` (a zip too), `binary`, `empty`, `other` (text that is not prose)."""
    suffix = PurePosixPath(name).suffix.lower()
    if not head:
        return 'empty'
    if b'%PDF-' in head[:1024]:
        return 'pdf'
    if head.startswith((b'PK\x03\x04', b'PK\x05\x06')):
        return 'office' if any(mark in head[:2048] for mark in OFFICE) else 'zip'
    if head.startswith(BINARY) or not is_text(head):
        return 'binary'
    return PROSE.get(suffix, 'text' if not re.fullmatch(r'\.[a-z][a-z0-9]{0,5}', suffix) else 'other')
