import random

from collect.wordings import Origin, Shared, Wordings, bare
from phrasings import expansions


def of(*patterns: str, held: tuple[str, ...] = ()) -> list[Shared]:
    wordings = Wordings()
    for number, pattern in enumerate(patterns):
        wordings.add(pattern, Origin(f'q:{number}', str(number), False))
    for number, wording in enumerate(held):
        wordings.add_plain(wording, Origin(f'h:{number}', str(number), True))
    return list(wordings.shared())


def test_two_patterns_that_can_say_the_same():
    found = of('(What is|Define) a ledger?', 'define (a|the) LÉDGER')
    assert [(one.wording, one.one.place, one.other.place) for one in found] == [('definealedger', 'q:0', 'q:1')]


def test_patterns_that_cannot():
    assert of('(What is|Define) a ledger?', '(What is|Define) a gateway?') == []


def test_a_held_wording_that_is_taught_even_by_its_own_answer():
    found = of('(What is|What was) (a|the) ledger?', held=('What was the ledger',))
    assert [(one.one.held, one.other.held) for one in found] == [(False, True)]


def test_patterns_of_the_same_answer_may_meet():
    wordings = Wordings()
    for pattern in ('(a|b) c', 'b (c|d)'):
        wordings.add(pattern, Origin('q:1', 'one', False))
    assert list(wordings.shared()) == []


def test_it_agrees_with_spelling_everything_out():
    rng = random.Random(11)

    def pattern(depth: int = 0) -> str:
        parts = [
            (
                rng.choice(['a', 'b', 'ab', ' ', ''])
                if depth > 2 or rng.random() < 0.6
                else '(' + '|'.join(pattern(depth + 1) for _ in range(rng.randint(1, 3))) + ')'
            )
            for _ in range(rng.randint(1, 3))
        ]
        return ''.join(parts)

    met = 0
    for _ in range(300):
        one, other = pattern(), pattern()
        spelled = [{bare(wording) for wording in expansions(each, 10_000)} for each in (one, other)]
        met += bool(spelled[0] & spelled[1])
        assert bool(of(one, other)) == bool(spelled[0] & spelled[1]), (one, other)
    assert 0 < met < 300


def test_a_million_wordings_are_compared_without_being_spelled_out():
    many = ' '.join(['(a|b|)'] * 40)
    assert of(f'{many} x', f'{many} y') == []
    assert len(of(f'{many} x', f'y {many} x')) == 0
    assert len(of(f'{many} x', f'({many} z|x)')) == 1
