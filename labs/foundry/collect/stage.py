"""First stage: gathers text and questions, cleans them, and sets a part aside.

Writes to `data.work`: `documents-train.jsonl` and `documents-held.jsonl` (see documents.py) and `questions.jsonl`.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from collect import documents, split
from collect.documents import Document
from collect.gathering import Gathered, gather, gathered
from collect.kinds import HEAD, kind_of
from collect.questions import as_json_lines, read_questions, report_of
from collect.sources import files_below, missing
from collect.tally import Tally
from durable import replace_durably, write_durably
from journal import Journal, Problem
from recipe import Recipe

READS = ('data', 'languages')
VERSION = 1  # raise when the same input comes out otherwise
LEAST_BYTES = 4096  # of text in all
SIDES = ('train', 'held')


def inputs(recipe: Recipe) -> str:
    """SHA-256 of every byte of the questions and of what may be read of the sources, and of their names."""
    digest = hashlib.sha256(f'{VERSION}'.encode())
    for root in (*recipe.data.sources, *recipe.data.questions):
        for path in files_below(root, (recipe.data.work, recipe.data.artefacts)) if root.exists() else ():
            try:
                with path.open('rb') as file:
                    if path != root and kind_of(path.name, file.read(HEAD)) == 'other':
                        continue
                    file.seek(0)
                    content = hashlib.file_digest(file, 'sha256').hexdigest()
            except OSError:
                content = 'unreadable'
            digest.update(f'\n{path.relative_to(root.parent)}\n{content}'.encode())
    return digest.hexdigest()


def run(recipe: Recipe, journal: Journal) -> dict[str, Any]:
    """Returns the CollectReport that is also told as the event `collected`. Raises Problem, Stopped, OSError."""
    gone = missing((*recipe.data.sources, *recipe.data.questions))
    if gone:
        raise gone
    work, tally, totals = recipe.data.work, Tally(), Totals()
    questions = read_questions(recipe.data.questions, recipe.languages)
    spool = work / 'documents-all.jsonl.part'
    try:
        gather(recipe, journal, tally, spool)
        few = _too_few(spool, recipe, journal)
        held = split.held_out((split.Weighed(one.document.language, one.key, len(one.document.text.encode()))
                               for one in _final(spool, few, recipe.seed)), recipe.data.heldOutShare)
        for one in _final(spool, few, recipe.seed):
            totals.add(one.document, (one.document.language, one.key) in held)
        _refuse_too_little(recipe, tally, totals.bytes)
        for side in SIDES:
            chosen = (one.document for one in _final(spool, few, recipe.seed)
                      if ((one.document.language, one.key) in held) == (side == 'held'))
            replace_durably(work / f'documents-{side}.jsonl', lambda part: _write(chosen, part, totals, journal))
    finally:
        spool.unlink(missing_ok=True)
    write_durably(work / 'questions.jsonl', as_json_lines(questions))
    report = {**totals.report(), 'questions': report_of(questions), 'nearDuplicates': tally.near_duplicates,
              'repaired': tally.repaired, 'personalData': dict(tally.personal), 'leftOut': tally.left_out()}
    journal.tell('collected', report=report)
    return report


class Totals:
    """What of CollectReport is counted over the documents that were kept."""

    def __init__(self) -> None:
        self._documents = dict.fromkeys(SIDES, 0)
        self._languages: dict[str, dict[str, int]] = {}
        self.digest = hashlib.sha256()

    def add(self, one: Document, held: bool) -> None:
        row = self._languages.setdefault(one.language, {'documents': 0, 'trainBytes': 0, 'heldBytes': 0})
        row['documents'] += 1
        row['heldBytes' if held else 'trainBytes'] += len(one.text.encode())
        self._documents['held' if held else 'train'] += 1

    @property
    def bytes(self) -> int:
        return sum(row['trainBytes'] + row['heldBytes'] for row in self._languages.values())

    def report(self) -> dict[str, Any]:
        return {'documents': self._documents, 'languages': self._languages, 'sha256': self.digest.hexdigest()}


def _too_few(spool: Path, recipe: Recipe, journal: Journal) -> set[str]:
    """Languages with so few documents that these are cut into sections, which then are the documents."""
    number = Counter(one.document.language for one in gathered(spool))
    few = {language for language, documents in number.items() if split.too_few(documents, recipe.data.heldOutShare)}
    for language in sorted(few):
        note = f'{language}: too few documents ({number[language]}) to hold one out, so they were cut into sections'
        journal.tell('progress', done=0.92, note=note)
    return few


def _final(spool: Path, few: set[str], seed: int) -> Iterator[Gathered]:
    for one in gathered(spool):
        if one.document.language not in few:
            yield one
            continue
        for text in split.sections(one.document.text):
            yield Gathered(Document(one.document.source, one.document.language, text), split.key_of(text, seed))


def _refuse_too_little(recipe: Recipe, tally: Tally, size: int) -> None:
    """Raises Problem when sources were named and next to nothing came out of them."""
    if not recipe.data.sources or size >= LEAST_BYTES:
        return
    reasons = '; '.join(f'{one["source"]}: {one["detail"]}' for one in tally.left_out()[:5])
    if size == 0:
        raise Problem('corpus-empty', f'No text was found. {reasons}'.strip(), 'Add text, Markdown or PDF files.')
    detail = f'Only {size} bytes of text were found; at least {LEAST_BYTES} are needed. {reasons}'.strip()
    raise Problem('corpus-too-small', detail, 'Add more text.', bytes=size, least=LEAST_BYTES)


def _write(chosen: Iterator[Document], part: Path, totals: Totals, journal: Journal) -> None:
    with part.open('w', encoding='utf-8') as file:
        for one in chosen:
            journal.check()
            documents.write([one], file)
            totals.digest.update(one.text.encode())
