"""Stage 1: gather the project's own text and questions, clean, deduplicate, and set a part aside.

Writes to the `out` folder:
  text-{train,held}-{lang}.jsonl   {"source", "text"}: one section of running text per line
  questions-{lang}.jsonl           {"id", "ask": [...], "held": [...], "answer"}
  data.json                        counts, bytes and SHA-256 of what was read
"""

from __future__ import annotations

import hashlib
import json
import re
import sys
from pathlib import Path

from settings import Settings, arguments, load

FENCE = re.compile(r'^```.*?^```\s*$', re.M | re.S)
FRONT_MATTER = re.compile(r'\A---\n(.*?)\n---\n', re.S)
MODULE_LINE = re.compile(r'^(import|export)\s.*$', re.M)
COMMENT = re.compile(r'\{/\*.*?\*/\}|<!--.*?-->', re.S)
DRAWING = re.compile(r'<svg\b.*?</svg>', re.S)
TAG = re.compile(r'</?[A-Za-z][^<>]*>')
EXPRESSION = re.compile(r'\{[^{}\n]*\}')
LINK = re.compile(r'!?\[([^\]]*)\]\([^)]*\)')
PROPER_SPACES = str.maketrans({'\u00a0': ' ', '\u202f': ' ', '\u2009': ' ', '\u2019': "'", '\u2018': "'", '\u2026': '...'})


def plain(source: str) -> str:
    """MDX or Markdown to plain Markdown text: no front matter, code, JSX or links; headings and lists stay."""
    text = FRONT_MATTER.sub('', source.replace('\r\n', '\n'))
    for pattern in (FENCE, DRAWING, COMMENT, MODULE_LINE, TAG, EXPRESSION):
        text = pattern.sub('', text)
    text = LINK.sub(r'\1', text).replace('**', '').replace('`', '').translate(PROPER_SPACES)
    lines = [line.strip() for line in text.split('\n')]
    return re.sub(r'\n{3,}', '\n\n', '\n'.join(lines)).strip()


def sections(text: str) -> list[str]:
    """Splits at headings; each section keeps its own heading."""
    parts = re.split(r'(?m)^(?=#{1,4} )', text)
    return [part.strip() for part in parts if len(part.strip()) > 80]


def opening_of(source: str) -> str:
    """Title and short definition from the front matter, as Markdown."""
    matter = FRONT_MATTER.match(source)
    found = {key: re.search(rf'(?m)^{key}:\s*["\']?(.+?)["\']?\s*$', matter.group(1)) if matter else None
             for key in ('title', 'term', 'short')}
    lines = [('' if key == 'short' else '# ') + match.group(1) for key, match in found.items() if match]
    return ''.join(f'{line}\n\n' for line in lines).translate(PROPER_SPACES)


def text_files(settings: Settings, language: str) -> list[Path]:
    data = settings.data
    found = [*data.courses.glob(f'**/{language}.mdx'), *data.courses.glob(f'**/{language}.md'),
             *(data.text / language).glob('*.md')]
    return sorted(path for path in found if 'node_modules' not in path.parts)


def goes_to_held(section: str, share: float, seed: int) -> bool:
    """Decides by content alone, so that adding a text never moves another from one side to the other."""
    digest = hashlib.sha256(f'{seed}:{section}'.encode()).digest()
    return int.from_bytes(digest[:4]) / 2**32 < share


def collect_text(settings: Settings, language: str, digest: 'hashlib._Hash') -> dict[str, int]:
    rows: dict[str, list[str]] = {'train': [], 'held': []}
    seen: set[str] = set()
    size = {'train': 0, 'held': 0}
    files = text_files(settings, language)
    for path in files:
        source = path.read_text(encoding='utf-8')
        digest.update(source.encode())
        for section in sections(opening_of(source) + plain(source)):
            key = re.sub(r'\W+', ' ', section).lower().strip()
            if key in seen:
                continue
            seen.add(key)
            side = 'held' if goes_to_held(section, settings.data.heldOutShare, settings.seed) else 'train'
            rows[side].append(json.dumps({'source': path.name, 'text': section}, ensure_ascii=False))
            size[side] += len(section.encode())
    for side, lines in rows.items():
        (settings.data.out / f'text-{side}-{language}.jsonl').write_text('\n'.join(lines) + '\n', encoding='utf-8')
    return {'files': len(files), 'trainSections': len(rows['train']), 'heldSections': len(rows['held']),
            'trainBytes': size['train'], 'heldBytes': size['held']}


def collect_questions(settings: Settings, language: str, digest: 'hashlib._Hash') -> dict[str, int]:
    path = settings.data.questions / f'{language}.jsonl'
    faults, rows, asked, ids = [], [], {}, set()
    for number, line in enumerate(path.read_text(encoding='utf-8').splitlines(), 1):
        digest.update(line.encode())
        row = json.loads(line.translate(PROPER_SPACES))
        if row['id'] in ids:
            faults.append(f'{path.name}:{number}: id {row["id"]} is used twice')
        ids.add(row['id'])
        for question in row['ask'] + row['held']:
            key = re.sub(r'\W+', ' ', question).lower().strip()
            if key in asked:
                faults.append(f'{path.name}:{number}: "{question}" is already asked by {asked[key]}')
            asked[key] = row['id']
        rows.append(row)
    if faults:
        sys.exit('\n'.join(faults))
    target = settings.data.out / f'questions-{language}.jsonl'
    target.write_text(''.join(json.dumps(row, ensure_ascii=False) + '\n' for row in rows), encoding='utf-8')
    return {'answers': len(rows), 'taughtQuestions': sum(len(row['ask']) for row in rows),
            'heldQuestions': sum(len(row['held']) for row in rows)}


def main() -> None:
    settings = load(arguments(__doc__.splitlines()[0]).parse_args().config)
    settings.data.out.mkdir(parents=True, exist_ok=True)
    digest, report = hashlib.sha256(), {}
    for language in settings.data.languages:
        report[language] = {**collect_text(settings, language, digest), **collect_questions(settings, language, digest)}
        print(language, json.dumps(report[language]), flush=True)
    report['sha256'] = digest.hexdigest()
    (settings.data.out / 'data.json').write_text(json.dumps(report, indent=2) + '\n')


if __name__ == '__main__':
    main()
