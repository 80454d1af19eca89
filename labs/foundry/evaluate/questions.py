"""Asks the model what it was taught, through llama.cpp's server at temperature 0, without a system turn."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from evaluate.likeness import likeness, normal
from evaluate.llama_server import Refused, Server
from phrasings import expansions

STRICT = 0.8  # a second, harder figure beside the recipe's own


@dataclass(frozen=True)
class Asked:
    """A question with the taught answer. `set`: 'taught' in words it was taught with, 'held' in words it never saw."""

    id: str
    language: str
    set: str
    question: str
    answer: str


@dataclass(frozen=True)
class Reply:
    text: str
    likeness: float
    exact: bool


def read_questions(path: Path) -> list[Asked]:
    """Every answer by the first wording it was taught with, and by all that were held out."""
    if not path.exists():
        return []
    rows = [json.loads(line) for line in path.read_text(encoding='utf-8').splitlines() if line.strip()]
    return [Asked(row['id'], row['language'], kind, question, row['answer'])
            for row in rows for kind, questions in (('taught', expansions(row['ask'][0], 1)), ('held', row['held']))
            for question in questions]


def ask(server: Server, asked: Asked, most_tokens: int) -> Reply:
    """A question that does not fit into the context gets an empty reply."""
    body = {'messages': [{'role': 'user', 'content': asked.question}], 'temperature': 0, 'max_tokens': most_tokens,
            'cache_prompt': False}
    try:
        text = server.post('/v1/chat/completions', body)['choices'][0]['message']['content'].strip()
    except Refused as refusal:
        if refusal.status != 400:
            raise
        text = ''
    return Reply(text, likeness(text, asked.answer), normal(text) == normal(asked.answer))


def tally(asked: list[Asked], replies: list[Reply], acceptable: float) -> dict[str, Any]:
    """Counts of `exact`, `acceptable` and `strict` replies, and every one that was not acceptable."""
    wrong = [{'id': one.id, 'question': one.question, 'reply': reply.text, 'likeness': round(reply.likeness, 3)}
             for one, reply in zip(asked, replies) if reply.likeness < acceptable]
    return {'asked': len(asked), 'exact': sum(reply.exact for reply in replies), 'acceptable': len(asked) - len(wrong),
            'strict': sum(reply.likeness >= STRICT for reply in replies), 'wrong': wrong}

