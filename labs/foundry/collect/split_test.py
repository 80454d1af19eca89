import random

import pytest

from collect.split import LEAST_HELD, Weighed, cut, held_out, key_of, sections, too_few


def documents(texts: list[str], language: str = 'en') -> list[Weighed]:
    return [Weighed(language, key_of(text, 1), 5000) for text in texts]


def test_adding_a_document_moves_no_other():
    texts = [f'document {number}' for number in range(200)]
    before = held_out(documents(texts), 0.1)
    after = held_out(documents([*texts[:50], 'a new one', *texts[50:]]), 0.1)
    assert before <= after
    assert after - before <= {('en', key_of('a new one', 1))}


def test_the_share_is_about_as_asked_and_the_seed_decides_which():
    texts = [f'document {number}' for number in range(2000)]
    assert 0.07 < len(held_out(documents(texts), 0.1)) / 2000 < 0.13
    assert key_of(texts[0], 1) != key_of(texts[0], 2)


@pytest.mark.parametrize('number', [2, 3, 5, 9])
def test_every_language_with_enough_text_has_something_held_out_and_something_to_train_on(number):
    for trial in range(30):
        both = [
            *documents([f'{trial} {at}' for at in range(number)], 'fr'),
            *documents([f'{trial} {at}' for at in range(40)]),
        ]
        held = held_out(both, 0.1)
        for language, total in (('fr', number), ('en', 40)):
            assert 0 < sum(one[0] == language for one in held) < total


def test_a_single_document_is_not_held_out():
    assert held_out(documents(['only']), 0.9) == set()


def test_documents_of_a_few_words_are_held_out_until_they_amount_to_something():
    small = [Weighed('en', key_of(str(at), 1), 50) for at in range(2000)]
    held = held_out(small, 0.01)
    assert 50 * len(held) >= min(LEAST_HELD, 0.01 * 50 * 2000)


def test_too_few_when_the_share_is_less_than_one():
    assert too_few(9, 0.1)
    assert not too_few(10, 0.1)


def test_long_text_is_cut_at_headings_first():
    text = '# One\n' + 'word ' * 300 + '\n\n# Two\n' + 'word ' * 300
    assert [piece[:5] for piece in cut(text, 2000)] == ['# One', '# Two']


@pytest.mark.parametrize('joint', ['\n\n', '\n', '. ', ' ', ''])
def test_pieces_are_no_longer_than_allowed_and_lose_no_word(joint):
    rng = random.Random(3)
    words = [str(rng.randrange(10**8)) for _ in range(2000)]
    pieces = list(cut(joint.join(words), 1000))
    assert all(len(piece) <= 1000 for piece in pieces)
    assert ''.join(''.join(pieces).split()) == ''.join(joint.join(words).split())


def test_sections_keep_their_heading_and_small_ones_join_the_one_before():
    text = '# Title\n\n## First\n\n' + 'a sentence. ' * 20 + '\n\n## Tiny\n\nno.\n\n## Second\n\n' + 'a sentence. ' * 20
    assert [piece.split('\n')[0] for piece in sections(text)] == ['# Title', '## Second']
