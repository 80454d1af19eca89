import random

from collect.duplicates import SaidBefore, paragraphs, shingles

TEXT = 'In the valley people make bread from chestnut flour, warm water and a great deal of patience every autumn.'


def test_a_document_of_the_same_words_is_known():
    said = SaidBefore(0.8)
    assert not said.document('One, two!')
    assert said.document('one   TWO')
    assert not said.document('one three')


def test_a_paragraph_said_again_with_small_changes_is_left_out():
    said = SaidBefore(0.8)
    again = TEXT.replace('autumn', 'winter')
    assert said.without_repeats(f'{TEXT}\n\nSomething else is told here, at some length, about a mill.')[1] == 0
    assert said.without_repeats(f'Before.\n\n{again}\n\nAfter.') == ('Before.\n\nAfter.', 1)


def test_a_stricter_likeness_keeps_it():
    said = SaidBefore(1.0)
    said.without_repeats(TEXT)
    assert said.without_repeats(TEXT.replace('autumn', 'winter'))[1] == 0
    assert said.without_repeats(TEXT)[1] == 1


def test_short_paragraphs_may_come_again():
    said = SaidBefore(0.8)
    assert said.without_repeats('Yes.\n\nNo.\n\nYes.\n\n## Summary\n\nYes.') == (
        'Yes.\n\nNo.\n\nYes.\n\n## Summary\n\nYes.',
        0,
    )


def test_lines_of_a_block_without_empty_lines_are_judged_one_by_one():
    said = SaidBefore(0.8)
    lines = [' '.join(random.Random(number).choices(TEXT.split(), k=20)) for number in range(60)]
    text, dropped = said.without_repeats('\n'.join(lines + lines[:5]))
    assert dropped == 5
    assert text == '\n'.join(lines)


def test_paragraphs_make_up_the_text():
    text = 'a\n\nb\nc\n\n\n' + 'd e f\n' * 1000 + '\ng'
    assert ''.join(paragraphs(text)) == text


def test_the_index_finds_what_comparing_all_pairs_finds():
    rng = random.Random(7)
    words = [f'w{number}' for number in range(40)]
    texts = [rng.choices(words, k=rng.randint(12, 40)) for _ in range(60)]
    for _ in range(200):
        changed = list(rng.choice(texts))
        for _ in range(rng.randint(0, 3)):
            changed[rng.randrange(len(changed))] = rng.choice(words)
        texts.append(changed)
    said, kept, expected, found = SaidBefore(0.6), [], [], []
    for text in texts:
        here = set(shingles(text).tolist())
        repeated = any(len(here & other) >= 0.6 * len(here | other) for other in kept)
        expected.append(repeated)
        if not repeated:
            kept.append(here)
        found.append(said.without_repeats(' '.join(text))[1] == 1)
    assert found == expected
    assert any(found) and not all(found)
