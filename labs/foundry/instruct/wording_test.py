from __future__ import annotations

import random

from instruct.wording import fewer_words, slipped, varied, without_accents


def test_a_question_stays_recognisable() -> None:
    rng = random.Random(1)
    found = [varied("Où est l'été du grand moulin ?", 'fr', rng) for _ in range(300)]
    assert found.count("Où est l'été du grand moulin ?") > 100
    assert any(one.endswith('moulin') for one in found) and any('ete' in one for one in found)
    assert all(one.strip() and '<|' not in one for one in found)


def test_a_language_without_openings_is_varied_too() -> None:
    rng = random.Random(1)
    assert len({varied('¿Dónde está el molino viejo?', 'es', rng) for _ in range(50)}) > 10


def test_words_are_left_out_but_never_all() -> None:
    rng = random.Random(3)
    found = [fewer_words('one two three four', rng) for _ in range(200)]
    assert min(map(len, found)) >= 3 and len(set(found)) > 5
    assert fewer_words('river mill', rng) == 'river mill'


def test_a_slip_swaps_two_neighbours() -> None:
    slip = slipped('the old mill', random.Random(2))
    assert slip != 'the old mill' and sorted(slip) == sorted('the old mill')
    assert slipped('mill', random.Random(2)) == 'mill'


def test_accents_go() -> None:
    assert without_accents('Où est la forêt ?') == 'Ou est la foret ?'
