"""Reads and checks question files: JSON lines of {"id", "ask": [patterns], "held": [wordings], "answer"}.

Patterns are those of phrasings.py. The language is the file's name (`fr.jsonl`), or "language" in a line.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from chat import SPECIAL_TOKENS
from collect.cleaning import PROPER_SPACES
from collect.wordings import Origin, Wordings, bare
from journal import Problem
from phrasings import PatternError, count, parse

KNOWN = {'id', 'ask', 'held', 'answer', 'language'}
MOST_SHOWN = 40


@dataclass(frozen=True)
class Question:
    language: str
    id: str
    ask: tuple[str, ...]
    held: tuple[str, ...]
    answer: str


def read_questions(paths: tuple[Path, ...], expected: tuple[str, ...]) -> list[Question]:
    """All questions in order. Raises Problem naming every fault as `file:line: what is wrong`, a line each."""
    faults: list[str] = []
    found: list[tuple[str, Question]] = []
    for path in paths:
        for place, row in _rows(path, faults):
            question = _question(row, place, _language(path, row, expected), faults)
            if question:
                found.append((place, question))
    faults += _repeated_ids(found)
    faults += _shared_wordings(found)
    if faults:
        more = [f'… and {len(faults) - MOST_SHOWN} more'] if len(faults) > MOST_SHOWN else []
        raise Problem('questions-faulty', '\n'.join([*faults[:MOST_SHOWN], *more]),
                      'Mend these lines, then start again.', faults=len(faults))
    return [question for _, question in found]


def report_of(questions: list[Question]) -> dict[str, dict[str, int]]:
    """As CollectReport.questions."""
    report: dict[str, dict[str, int]] = {}
    for one in questions:
        row = report.setdefault(one.language, {'answers': 0, 'phrasings': 0, 'held': 0})
        row['answers'] += 1
        row['phrasings'] += sum(count(pattern) for pattern in one.ask)
        row['held'] += len(one.held)
    return report


def as_json_lines(questions: list[Question]) -> str:
    return ''.join(json.dumps(asdict(one), ensure_ascii=False) + '\n' for one in questions)


def _rows(path: Path, faults: list[str]) -> Iterator[tuple[str, dict[str, Any]]]:
    try:
        lines = path.read_text(encoding='utf-8-sig').split('\n')
    except OSError as cause:
        faults.append(f'{path.name}: cannot be read: {cause.strerror or cause}')
        return
    except UnicodeDecodeError:
        faults.append(f'{path.name}: is not UTF-8')
        return
    for number, line in enumerate(lines, 1):
        place = f'{path.name}:{number}'
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except (ValueError, RecursionError) as cause:
            faults.append(f'{place}: is not JSON: {cause}')
            continue
        if isinstance(row, dict):
            yield place, row
        else:
            faults.append(f'{place}: is not an object')


def _language(path: Path, row: dict[str, Any], expected: tuple[str, ...]) -> str | None:
    named = row.get('language', path.stem)
    if isinstance(named, str) and re.fullmatch(r'[a-z]{2,3}', named):
        return named
    return expected[0] if 'language' not in row and len(expected) == 1 else None


def _question(row: dict[str, Any], place: str, language: str | None, faults: list[str]) -> Question | None:
    before = len(faults)
    faults += [f'{place}: {key}: unknown' for key in row if key not in KNOWN]
    if language is None:
        faults.append(f'{place}: language: name the file after it, like fr.jsonl, or give it in the line')
    id_, answer = (_text(row, key, place, faults) for key in ('id', 'answer'))
    ask, held = (_texts(row, key, place, faults) for key in ('ask', 'held'))
    if not ask and not any('ask' in fault for fault in faults[before:]):
        faults.append(f'{place}: ask: give at least one wording')
    for pattern in ask:
        faults += [f'{place}: ask: "{_short(pattern)}": {fault}' for fault in _pattern_faults(pattern)]
    for wording in held:
        if not bare(wording):
            faults.append(f'{place}: held: "{_short(wording)}" has no letter or digit')
    return None if len(faults) > before or not language else Question(language, id_, ask, held, answer)


def _text(row: dict[str, Any], key: str, place: str, faults: list[str]) -> str:
    value = row.get(key)
    if not isinstance(value, str) or not value.strip():
        faults.append(f'{place}: {key}: {"give a text" if key in row else "missing"}')
        return ''
    faults += _special(value, key, place)
    return value.strip().translate(PROPER_SPACES)


def _texts(row: dict[str, Any], key: str, place: str, faults: list[str]) -> tuple[str, ...]:
    values = row.get(key, [])
    if not isinstance(values, list) or not all(isinstance(one, str) and one.strip() for one in values):
        faults.append(f'{place}: {key}: give a list of texts')
        return ()
    faults += _special(''.join(values), key, place)
    return tuple(one.strip().translate(PROPER_SPACES) for one in values)


def _special(text: str, key: str, place: str) -> list[str]:
    return [f'{place}: {key}: must not contain {token}' for token in SPECIAL_TOKENS if token in text]


def _pattern_faults(pattern: str) -> Iterator[str]:
    try:
        parse(pattern)
    except PatternError as fault:
        yield str(fault)
        return
    alone = Wordings()
    alone.add(pattern, Origin('', 'pattern', False))
    alone.add_plain('', Origin('', 'nothing', False))
    if any(True for _ in alone.shared()):
        yield 'one of its wordings is empty'


def _repeated_ids(found: list[tuple[str, Question]]) -> Iterator[str]:
    first: dict[tuple[str, str], str] = {}
    for place, one in found:
        before = first.setdefault((one.language, one.id), place)
        if before != place:
            yield f'{place}: id "{one.id}" is used before, at {before}'


def _shared_wordings(found: list[tuple[str, Question]]) -> Iterator[str]:
    for language in dict.fromkeys(one.language for _, one in found):
        wordings = Wordings()
        for place, one in found:
            if one.language == language:
                for pattern in one.ask:
                    wordings.add(pattern, Origin(place, one.id, False))
                for wording in one.held:
                    wordings.add_plain(wording, Origin(place, one.id, True))
        for both in wordings.shared():
            what = 'the held wording' if both.other.held else 'the wording'
            yield (f'{both.other.place}: {what} "{_short(both.wording)}" is also at {both.one.place} '
                   '(compared without spaces and accents)')
        if wordings.exhausted:
            yield f'{language}: too many wordings to compare them all; use fewer brackets'


def _short(text: str) -> str:
    return text if len(text) <= 80 else f'{text[:77]}…'
