"""Bytes of unknown encoding to text, block by block, so that no file has to fit into memory.

UTF-8 is tried first; a line that is not UTF-8 is read as the encoding that its bytes suggest, so a file of mixed
encodings comes out whole. UTF-16 and UTF-32 are known by their byte order mark, UTF-16 without one by its zero bytes.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from typing import AnyStr, BinaryIO

import charset_normalizer

BLOCK = 1 << 20  # bytes
MARKS = ((codecs.BOM_UTF8, 'utf-8'), (codecs.BOM_UTF32_LE, 'utf-32-le'), (codecs.BOM_UTF32_BE, 'utf-32-be'),
         (codecs.BOM_UTF16_LE, 'utf-16-le'), (codecs.BOM_UTF16_BE, 'utf-16-be'))
CONTROLS = bytes(set(range(32)) - {9, 10, 12, 13, 27})  # 12: page break, 27: colours
WESTERN = set('ÀÂÄÅÆÇÈÉÊËÌÍÎÏÑÒÓÔÖÙÚÛÜßàâãäåæçèéêëìíîïñòóôõöøùúûüÿœŒ«»¡¿°€§©·–—‘’“”„…•\u00a0ªº²³½')
LEGACY = ('cp1252', 'cp1250', 'cp1251', 'cp1253', 'cp1254', 'cp1255', 'cp1256', 'cp1257', 'koi8_r', 'mac_roman',
          'cp850', 'iso8859_2', 'gb18030', 'big5', 'shift_jis', 'euc_jp', 'euc_kr')


class NotText(Exception):
    """The bytes are not text, from the start or from somewhere on."""


def text_blocks(stream: BinaryIO) -> Iterator[tuple[str, bool]]:
    """Yields (text, repaired), each at most about 1 MiB, cut at a line end where there is one, else at a space.

    `repaired`: the block was not UTF-8. Raises NotText at the first block that is not text.
    """
    head = stream.read(BLOCK)
    mark, encoding = next(((mark, name) for mark, name in MARKS if head.startswith(mark)), (b'', _wide(head)))
    head = head[len(mark):]
    if encoding in (None, 'utf-8'):
        yield from _narrow_blocks(head, stream)
    else:
        yield from _wide_blocks(head, stream, encoding)


def is_text(head: bytes) -> bool:
    """Judges by the beginning of a file, which may end inside a character."""
    return head.startswith(tuple(mark for mark, _ in MARKS)) or bool(_wide(head)) or not _is_binary(head)


def _wide(head: bytes) -> str | None:
    """UTF-16 without a mark: nearly every second byte of most scripts' spaces and letters is zero."""
    sample = head[:4096]
    half = len(sample) // 2
    if half < 8:
        return None
    even, odd = sample[0::2].count(0), sample[1::2].count(0)
    if odd > 0.4 * half and even < 0.02 * half:
        return 'utf-16-le'
    return 'utf-16-be' if even > 0.4 * half and odd < 0.02 * half else None


def _wide_blocks(head: bytes, stream: BinaryIO, encoding: str) -> Iterator[tuple[str, bool]]:
    decoder, carry, data = codecs.getincrementaldecoder(encoding)('replace'), '', head
    while data:
        text = carry + decoder.decode(data)
        if text.count('\ufffd') + text.count('\0') > 0.02 * len(text):
            raise NotText
        data = stream.read(BLOCK)
        at = _last_break(text, '\n', ' ') if data else len(text)
        carry = text[at:]
        if text[:at]:
            yield text[:at], True


def _narrow_blocks(head: bytes, stream: BinaryIO) -> Iterator[tuple[str, bool]]:
    carry, data = b'', head
    while data:
        if _is_binary(data):
            raise NotText
        block = carry + data
        data = stream.read(BLOCK)
        at = _last_break(block, b'\n', b' ') if data else len(block)
        if at == len(block) and data:  # no break at all: at least not inside a character
            while at > len(block) - 4 and block[at - 1] & 0xC0 == 0x80:
                at -= 1
            at -= 1 if block[at - 1] >= 0xC0 else 0
        carry = block[at:]
        yield decode(block[:at])


def _last_break(block: AnyStr, line: AnyStr, space: AnyStr) -> int:
    """Where to cut, so that what is carried on is short; the end where there is no break in the second half."""
    for separator in (line, space):
        at = block.rfind(separator) + 1
        if at > len(block) // 2:
            return at
    return len(block)


def _is_binary(block: bytes) -> bool:
    return b'\0' in block or len(block) - len(block.translate(None, CONTROLS)) > 0.005 * len(block)


def decode(block: bytes) -> tuple[str, bool]:
    """Text, and whether anything in it was not UTF-8."""
    try:
        return block.decode('utf-8'), False
    except UnicodeDecodeError:
        pass
    lines = [_strict(line) for line in block.splitlines(keepends=True)]
    encoding = legacy(b''.join(line for line in lines if isinstance(line, bytes))[:1 << 16])
    return ''.join(line if isinstance(line, str) else line.decode(encoding, 'replace') for line in lines), True


def _strict(line: bytes) -> str | bytes:
    try:
        return line.decode('utf-8')
    except UnicodeDecodeError:
        loose = line.decode('utf-8', 'replace')
        wide = len(re.findall(r'[^\x00-\x7f\ufffd]', loose))
        return loose if wide > 4 * loose.count('\ufffd') else line


def legacy(sample: bytes) -> str:
    """The 8-bit or East Asian encoding that bytes most likely have; Western European is tried first."""
    western = sample.decode('cp1252', 'replace')
    high = [character for character in western if character >= '\x80']
    letters = sum(character.isalpha() for character in western)
    usual = sum(character in WESTERN for character in high)
    if high and usual >= 0.97 * len(high) and len(high) < 0.5 * max(1, letters):
        return 'cp1252'
    best = charset_normalizer.from_bytes(sample, cp_isolation=list(LEGACY), threshold=0.4).best()
    return best.encoding if best else 'cp1252'
