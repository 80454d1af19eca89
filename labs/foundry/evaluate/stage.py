"""Measures the model and its rivals: held-out text, agreement of its files, and the questions it was taught."""

from __future__ import annotations

from typing import Any

from collect.documents import read
from evaluate.agreement import agreement
from evaluate.answers import answers
from evaluate.bench import Bench
from evaluate.held_out import held_out
from evaluate.pieces import PIECE_BYTES, held_pieces, size_of, spread
from evaluate.questions import STRICT, Asked, read_questions
from journal import Journal
from pipeline import report_of
from recipe import Recipe

READS = ('evaluation',)

AGREEMENT_BYTES = 8 << 10
AGREEMENT_COST, QUESTION_COST = 3.0, 100.0  # in bytes of held-out text that take as long: per byte, per question
DEPLOYED = 'gguf-q8_0'  # the file that is served


def inputs(recipe: Recipe) -> str:
    """Rivals lie outside the work folder: their sizes and times of change."""
    found = [rival.file.stat() if rival.file.exists() else None for rival in recipe.evaluation.rivals]
    return repr([one and (one.st_size, one.st_mtime_ns) for one in found])


def run(recipe: Recipe, journal: Journal) -> dict[str, Any]:
    work, rivals = recipe.data.work, recipe.evaluation.rivals
    texts = held_pieces(lambda: read(work / 'documents-held.jsonl'))
    asked = read_questions(work / 'questions.jsonl')
    same = both_read(texts, asked)
    held_cost, same_cost = sum(map(size_of, texts.values())) * (1 + len(rivals)), size_of(same) * AGREEMENT_COST
    bench = Bench(recipe, journal, report_of(recipe, 'convert'), held_cost + same_cost + len(asked) * QUESTION_COST)
    held = held_out(bench, recipe.id, bench.file(DEPLOYED), texts)
    for rival in rivals:
        held += held_out(bench, rival.id, rival.file, texts)
    report = {'held': held, 'pieceBytes': PIECE_BYTES, 'agreement': agreement(bench, same, same_cost),
              'answers': answers(bench, DEPLOYED, asked, QUESTION_COST),
              'acceptable': recipe.evaluation.acceptable, 'strict': STRICT}
    journal.progress(1)
    return report


def both_read(texts: dict[str, list[str]], asked: list[Asked]) -> list[str]:
    """What the model and its files are compared on: some of every language, else of the taught answers."""
    groups = list(texts.values()) or [list(dict.fromkeys(one.answer for one in asked))]
    most = AGREEMENT_BYTES // len(groups)
    return [group[at] for group in groups for at in sorted(spread(len(group), size_of(group), most))]
