"""Markdown and MDX to plain running text: no front matter, code, drawings, JSX or link targets. Headings and lists
stay.

Works line by line or with patterns that cannot look far ahead: time grows with the length of the text, whatever is in
it.
"""

from __future__ import annotations

import re

FRONT_MATTER = re.compile(r'\A---[ \t]*\n(.*?\n)---[ \t]*(?:\n|\Z)', re.S)
FENCE = re.compile(r' {0,3}(`{3,}|~{3,})(.*)')
MODULE_LINE = re.compile(r'(?:import|export)\b')
NOT_TEXT = (('<svg', '</svg>'), ('<!--', '-->'), ('{/*', '*/}'), ('<script', '</script>'), ('<style', '</style>'))
TAG = re.compile(r'</?[A-Za-z][^<>]*>')
EXPRESSION = re.compile(r'\{[^{}\n]*\}')
LINK = re.compile(r'!?\[([^\[\]]*)\]\((?:[^()\n]|\([^()\n]{0,300}\)){0,2000}\)')
EMPHASIS = re.compile(r'\*\*|`|(?<!\w)__(?=\S)|(?<=\S)__(?!\w)')


def opening_of(source: str) -> str:
    """Title and short description from the front matter, as Markdown; empty when there are none."""
    matter = FRONT_MATTER.match(source)
    found = {key: re.search(rf'(?m)^{key}:[ \t]*(.+?)[ \t]*$', matter.group(1)) if matter else None
             for key in ('title', 'term', 'short', 'summary', 'description')}
    lines = [('# ' if key in ('title', 'term') else '') + _unquoted(match.group(1)) for key, match in found.items()
             if match and match.group(1) not in ('|', '>', '|-', '>-')]
    return ''.join(f'{line}\n\n' for line in lines)


def _unquoted(value: str) -> str:
    return value[1:-1] if len(value) > 1 and value[0] == value[-1] and value[0] in '\'"' else value


def plain(source: str, mdx: bool = False) -> str:
    """`mdx`: lines of JavaScript and expressions in braces are not text either. Line ends are \\n."""
    text = _without_code(FRONT_MATTER.sub('', source), mdx)
    for opening, closing in NOT_TEXT:
        text = _without_between(text, opening, closing)
    text = TAG.sub('', text)
    if mdx:
        text = EXPRESSION.sub('', text)
    return EMPHASIS.sub('', LINK.sub(r'\1', text))


def _without_code(text: str, mdx: bool) -> str:
    """Less fenced code (CommonMark 0.31, section 4.5) and, in MDX, imports and exports up to an empty line."""
    kept, fence, module = [], '', False
    for line in text.split('\n'):
        mark = FENCE.match(line)
        if fence:
            if mark and mark.group(1).startswith(fence) and not mark.group(2).strip():
                fence = ''
            continue
        if mark and not (mark.group(1)[0] == '`' and '`' in mark.group(2)):
            fence = mark.group(1)
            continue
        module = bool(line.strip()) and (module or (mdx and bool(MODULE_LINE.match(line))))
        if not module:
            kept.append(line)
    return '\n'.join(kept)


def _without_between(text: str, opening: str, closing: str) -> str:
    """Leaves out from each opening to its closing; an opening that is never closed stays."""
    parts, at = [], 0
    while (start := text.find(opening, at)) >= 0 and (end := text.find(closing, start)) >= 0:
        parts.append(text[at:start])
        at = end + len(closing)
    return ''.join([*parts, text[at:]])
