"""Makes text uniform: one way to write a space, an apostrophe, an accent; nothing invisible; nothing that is no
language.

Typographic spaces, apostrophes and the ellipsis become the plain ones of a keyboard, in learners' texts too. A small
vocabulary should not spend tokens on variants of a space; people will type the plain ones when they ask the model;
and a model that goes on from another one meets the characters which that one knows. Quotation marks, dashes, and the
punctuation of other scripts say something, and stay.
"""

from __future__ import annotations

import re

import ftfy

from chat import SPECIAL_TOKENS

PROPER_SPACES = str.maketrans({
    **dict.fromkeys('\u00a0\u202f\u2007\u2009\u200a\u2002\u2003\u3000\t', ' '),
    '\u2019': "'", '\u2018': "'", '\u2026': '...',
    **dict.fromkeys('\u00ad\u200b\u2060\ufeff\ufffd\u200e\u200f', None),
    **dict.fromkeys('\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069', None),  # direction marks
})
FIXES = ftfy.TextFixerConfig(fix_encoding=False, uncurl_quotes=False, fix_character_width=False, explain=False)
UNSPACED = re.compile(r'[!-~]{400,}')  # base64, minified code, one key held down
SPECIAL = re.compile('|'.join(re.escape(token) for token in SPECIAL_TOKENS))


def mended(text: str) -> tuple[str, bool]:
    """Text with mojibake undone, and whether there was any."""
    if text.isascii():
        return text, False
    fixed = ftfy.fix_encoding(text)
    return fixed, fixed != text


def tidy(text: str) -> str:
    """Lines are stripped, and at most one empty line stays between paragraphs."""
    text = text if text.isascii() and '&' not in text else ftfy.fix_text(text, FIXES)
    text = text.replace('\r\n', '\n').replace('\r', '\n').replace('\f', '\n\n').translate(PROPER_SPACES)
    text = SPECIAL.sub('', UNSPACED.sub('', text))
    text = '\n'.join(re.sub(r' {2,}', ' ', line).strip() for line in text.split('\n'))
    return re.sub(r'\n{3,}', '\n\n', text).strip()
