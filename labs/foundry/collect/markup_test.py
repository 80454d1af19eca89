from collect.markup import opening_of, plain

LESSON = '''---
title: "Whose machine answers?"
summary: A question makes a journey.
---
import Figure from './figure'
export const shown = {
  one: 1,
}

## A morning

An [answer](https://example.org/a_(b)) came from **far** away.<Source id="aws" /> It took `nine` seconds{' '}today.

```js
const code = 'left out'
```

<svg><path d="M0 0" /></svg>
{/* for translators */}
<Note kind="aside">
The note stays.
</Note>
'''


def test_mdx_keeps_what_a_reader_reads():
    text = plain(LESSON, mdx=True)
    assert [line for line in text.split('\n') if line.strip()] == [
        '## A morning',
        'An answer came from far away. It took nine secondstoday.',
        'The note stays.',
    ]


def test_title_and_summary_come_from_the_front_matter():
    assert opening_of(LESSON) == '# Whose machine answers?\n\nA question makes a journey.\n\n'
    assert opening_of('No front matter: title: x') == ''


def test_markdown_may_speak_of_imports_and_braces():
    text = 'import taxes rose by half.\n\nThe set {a, b} has two members.'
    assert plain(text) == text
    assert 'import' not in plain(text, mdx=True)


def test_fences_end_with_one_as_long_and_an_open_one_runs_to_the_end():
    assert plain('a\n````\n```\ncode\n````\nb\n~~~\ncode') == 'a\nb'


def test_what_is_never_closed_stays():
    assert plain('2 <!-- 3') == '2 <!-- 3'


def test_hostile_text_does_not_stall():
    for piece in ('[', '<svg', '![](', '{', '<a ', '```js\n', '**', '{/*'):
        plain(piece * (300_000 // len(piece)), mdx=True)
