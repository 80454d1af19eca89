"""Reads all sources once: scrubs, names the language, leaves out what was said before, and spools the rest."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from collect.documents import Document
from collect.duplicates import SaidBefore
from collect.language import available, identify, named
from collect.reading import texts_of
from collect.scrub import scrubbed
from collect.sources import Source, files_below, found
from collect.split import DOCUMENT, cut, key_of
from collect.tally import Tally
from journal import Journal
from recipe import Recipe

MOST_BYTES = 64 << 20  # of clean text: an hour's reading for a small model, and what finding repeats has memory for
READING = 0.9  # share of the stage's progress


@dataclass(frozen=True)
class Gathered:
    """`key`: decides the side, from the document as it was before repeated paragraphs were left out."""

    document: Document
    key: int


def gather(recipe: Recipe, journal: Journal, tally: Tally, spool: Path) -> None:
    """Fills `spool`, for `gathered`. Raises Stopped, OSError."""
    roots, but = recipe.data.sources, (recipe.data.work, recipe.data.artefacts)
    total = max(1, sum(path.stat().st_size for root in roots for path in files_below(root, but)))
    said, kept, read = SaidBefore(recipe.data.nearDuplicate), 0, 0
    if not available():
        note = 'libexttextcat is not installed: only the names of files tell languages apart'
        journal.tell('progress', done=0, note=note)
    with spool.open('w', encoding='utf-8') as file:
        for source in found(roots, but, tally):
            if kept >= MOST_BYTES:
                tally.leave_out(source.name, 'over-limit', megabytes=MOST_BYTES >> 20)
                continue
            before, left_out = kept, tally.number_left_out
            for text, size in texts_of(source, recipe.data.work, tally):
                read += size
                journal.progress(READING * min(1.0, read / total), source.name)
                for piece in cut(text, DOCUMENT):
                    one = _document(piece, source, recipe, said, tally)
                    if one:
                        kept += len(one.document.text.encode())
                        file.write(_line(one))
                if kept >= MOST_BYTES:
                    tally.leave_out(source.name, 'over-limit', megabytes=MOST_BYTES >> 20)
                    break
            if kept == before and tally.number_left_out == left_out:
                tally.leave_out(source.name, 'no-words')


def gathered(spool: Path) -> Iterator[Gathered]:
    with spool.open(encoding='utf-8') as file:
        for line in file:
            source, language, text, key = json.loads(line)
            yield Gathered(Document(source, language, text), key)


def _line(one: Gathered) -> str:
    document = one.document
    return json.dumps([document.source, document.language, document.text, one.key], ensure_ascii=False) + '\n'


def _document(text: str, source: Source, recipe: Recipe, said: SaidBefore, tally: Tally) -> Gathered | None:
    if recipe.data.scrub:
        text = scrubbed(text, tally.personal)
    if said.document(text):
        tally.leave_out(source.name, 'said-before')
        return None
    language = named(source.name, recipe.languages) or identify(text, recipe.languages)
    rest, dropped = said.without_repeats(text)
    tally.near_duplicates += dropped
    return Gathered(Document(source.name, language, rest), key_of(text, recipe.seed)) if rest else None
