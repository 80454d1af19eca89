import io
import tracemalloc

import pytest

from collect.decoding import BLOCK, NotText, is_text, text_blocks

FRENCH = "L'été, les élèves cueillent des châtaignes près du château.\nL'hiver, ils lisent à côté du poêle.\n"
RUSSIAN = 'Рынок открывается в шесть часов утра и закрывается до полудня по воскресеньям.\n'


def read(data: bytes) -> tuple[str, bool]:
    blocks = list(text_blocks(io.BytesIO(data)))
    return ''.join(text for text, _ in blocks), any(repaired for _, repaired in blocks)


@pytest.mark.parametrize('encoding', ['utf-8', 'utf-8-sig'])
def test_utf_8_needs_no_repair(encoding):
    assert read(FRENCH.encode(encoding)) == (FRENCH, False)


@pytest.mark.parametrize(
    ('text', 'encoding'),
    [
        (FRENCH, 'utf-16'),
        (FRENCH, 'utf-16-le'),
        (FRENCH, 'utf-16-be'),
        (FRENCH, 'utf-32'),
        (FRENCH, 'latin-1'),
        (FRENCH.replace("'", '’') + '« œuvre » – 5 €', 'cp1252'),
        ('Été à Orléans', 'latin-1'),
        (RUSSIAN, 'cp1251'),
    ],
)
def test_other_encodings_are_converted(text, encoding):
    assert read(text.encode(encoding)) == (text, True)


def test_lines_of_different_encodings_in_one_file():
    assert read(FRENCH.encode() + FRENCH.encode('latin-1') + FRENCH.encode()) == (FRENCH * 3, True)


def test_utf_8_with_a_broken_character_stays_utf_8():
    text, repaired = read((FRENCH.replace('\n', ' ') * 2).encode()[:-1] + b'\xc3')
    assert repaired
    assert 'châtaignes' in text


def test_what_is_not_text_is_refused():
    for data in (b'\x00\x01\x02' * 100, bytes(range(32)) * 50):
        assert not is_text(data)
        with pytest.raises(NotText):
            list(text_blocks(io.BytesIO(data)))


def test_what_came_before_bytes_that_are_not_text_is_kept():
    found = []
    with pytest.raises(NotText):
        for text, _ in text_blocks(io.BytesIO(b'word ' * BLOCK + b'\0' * BLOCK)):
            found.append(text)
    assert ''.join(found).startswith('word word')


class Endless(io.RawIOBase):
    """One line of `blocks` times `unit`, made as it is read."""

    def __init__(self, unit: bytes, size: int) -> None:
        self._unit, self._left = unit, size

    def read(self, size: int = -1) -> bytes:
        size = min(size, self._left)
        self._left -= size
        return (self._unit * (size // len(self._unit) + 1))[:size]


@pytest.mark.parametrize('unit', [b'mot ', b'a', 'é'.encode()], ids=['words', 'no-spaces', 'two-byte-letters'])
def test_one_endless_line_is_read_in_bounded_memory(unit):
    size, seen = 64 << 20, 0
    tracemalloc.start()
    for text, repaired in text_blocks(Endless(unit, size)):
        assert len(text) <= 2 * BLOCK
        assert not repaired
        seen += len(text.encode())
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert seen == size
    assert peak < 24 << 20
