import random
from itertools import product

import pytest

from phrasings import PatternError, count, expansions, parse, sample


def test_every_choice_of_every_bracket_is_a_wording():
    assert expansions("(What is|What's) a (ledger|register)( in Terroir|)?", 100) == [
        'What is a ledger in Terroir?',
        'What is a ledger?',
        'What is a register in Terroir?',
        'What is a register?',
        "What's a ledger in Terroir?",
        "What's a ledger?",
        "What's a register in Terroir?",
        "What's a register?",
    ]


def test_brackets_nest():
    assert expansions('(Tell (me|us)|Say) why', 10) == ['Tell me why', 'Tell us why', 'Say why']


def test_an_empty_alternative_leaves_no_double_space():
    assert set(expansions('(Please |) tell ( me|) more ', 10)) == {
        'Please tell me more',
        'Please tell more',
        'tell me more',
        'tell more',
    }


def test_a_backslash_takes_signs_literally():
    assert expansions(r'What does \(a\|b\) mean, \\ and \n?', 5) == [r'What does (a|b) mean, \ and \n?']


def test_count_needs_no_expansion():
    assert count('(a|b|c)(d|(e|f)g)' + '(x|y)' * 200) == 9 * 2**200


@pytest.mark.parametrize(
    ('pattern', 'fault'),
    [
        ('What is (a ledger', '"(" at character 9 is never closed'),
        ('What (is|was a ledger', '"(" at character 6 is never closed'),
        ('What is) a ledger', '")" without "(" at character 8'),
        ('this|that', '"|" outside brackets at character 5'),
        ('(' * 30 + ')' * 30, 'nested more than 20 deep'),
    ],
)
def test_a_faulty_pattern_says_where(pattern, fault):
    with pytest.raises(PatternError) as raised:
        parse(pattern)
    assert fault in str(raised.value)


def test_when_asked_for_few_they_are_spread_over_all_alternatives():
    few = expansions('(a|b|c|d) (1|2|3|4|5|6|7|8)', 8)
    assert len(few) == 8
    assert {wording[0] for wording in few} == set('abcd')


def test_expansions_are_those_of_a_plain_product():
    first, second, third = ['ask', 'tell'], ['', 'me', 'us'], ['why', 'how']
    assert expansions('(ask|tell) (|me|us) (why|how)', 99) == [
        ' '.join(' '.join(words).split()) for words in product(first, second, third)
    ]


def test_a_sample_is_one_of_the_wordings_and_the_same_for_the_same_seed():
    pattern = '(What (is|was)|Define) (a|the|) (ledger|log( book|))?'
    every = set(expansions(pattern, 1000))
    drawn = [sample(pattern, random.Random(seed)) for seed in range(200)]
    assert set(drawn) <= every
    assert len(set(drawn)) > len(every) / 2
    assert drawn == [sample(pattern, random.Random(seed)) for seed in range(200)]


def test_a_pattern_of_countless_wordings_is_sampled_and_spread():
    pattern = ' '.join(['(a|b|c)'] * 300)
    assert len(sample(pattern, random.Random(1))) == 599
    assert len(expansions(pattern, 5)) == 5
