from __future__ import annotations

import pytest

from evaluate.likeness import likeness, normal


@pytest.mark.parametrize(('left', 'right'), [('Élan vital !', 'elan VITAL'), ('a  b\n', 'A, b.'), ('كِتاب', 'كتاب')])
def test_case_accents_and_punctuation_do_not_count(left: str, right: str) -> None:
    assert normal(left) == normal(right)
    assert likeness(left, right) == 1


def test_is_between_nothing_and_all() -> None:
    assert likeness('xyz', 'abc') == 0
    assert 0.4 < likeness('The ledger keeps every entry.', 'The ledger keeps a copy.') < 0.8
    assert likeness('', 'abc') < 0.5
