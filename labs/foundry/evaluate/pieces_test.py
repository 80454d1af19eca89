from __future__ import annotations

import pytest

from collect.documents import Document
from evaluate.pieces import PIECE_BYTES, held_pieces, pieces, size_of, windows
from toy_fixture import STRINGS

TEXTS = {**{script: ' '.join(some) * 4 for script, some in STRINGS.items()},
         'no spaces': '語' * 2000, 'empty': '', 'short': 'a'}


@pytest.mark.parametrize('text', TEXTS.values(), ids=TEXTS.keys())
def test_pieces_are_the_text_again_and_small_enough(text: str) -> None:
    found = list(pieces(text))
    assert ''.join(found) == text
    assert all(0 < len(piece.encode()) <= PIECE_BYTES for piece in found)


def test_words_stay_whole() -> None:
    words = [f'word{number}' for number in range(2000)]
    assert [word for piece in pieces(' '.join(words)) for word in piece.split()] == words


def held(*texts: str, most: int) -> list[str]:
    return held_pieces(lambda: (Document('here', 'en', text) for text in texts), most).get('en', [])


def test_of_long_text_evenly_spread_pieces_are_read() -> None:
    found = held(' '.join(f'{number:05}' for number in range(20_000)), most=10_000)
    assert 9_000 <= size_of(found) <= 10_000
    assert int(found[-1].split()[0]) > 15_000


def test_short_text_is_read_whole() -> None:
    assert held('one', ' \n', 'two', most=100) == ['one', 'two']
    assert held(most=100) == []


def test_each_language_is_read_by_itself() -> None:
    documents = [Document('here', language, 'word ' * 1000) for language in ('fr', 'en', 'fr')]
    found = held_pieces(lambda: documents, 3000)
    assert list(found) == ['en', 'fr']
    assert all(2000 <= size_of(some) <= 4000 for some in found.values())


@pytest.mark.parametrize('number', [1, 15, 16, 17, 100])
def test_windows_score_every_token_once_within_the_context(number: int) -> None:
    tokens = list(range(100, 100 + number))
    found = windows(0, tokens, 16)
    assert [token for window in found for token in window.tokens[-window.scored:]] == tokens
    assert all(window.tokens[0] == 0 and len(window.tokens) <= 16 for window in found)
    assert all(len(window.tokens) - window.scored >= 8 for window in found[1:])
