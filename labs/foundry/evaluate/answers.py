"""How many of the questions it was taught the served file answers, by language and set."""

from __future__ import annotations

from contextlib import nullcontext
from dataclasses import asdict
from typing import Any

from evaluate.bench import Bench
from evaluate.kept import state_of
from evaluate.llama_server import each, serving
from evaluate.questions import Asked, Reply, ask, tally

TOLD = ('language', 'set', 'asked', 'exact', 'acceptable')


def answers(bench: Bench, kind: str, asked: list[Asked], cost_each: float) -> list[dict[str, Any]]:
    """Announces each language and set. `kind` of file; `cost_each`: of one question, for the progress."""
    file, most = bench.file(kind), bench.recipe.evaluation.answerTokens
    groups: dict[tuple[str, str], list[Asked]] = {}
    for one in asked:
        groups.setdefault((one.language, one.set), []).append(one)
    depends = {key: [state_of(file), most, [[one.question, one.answer] for one in group]]
               for key, group in groups.items()}
    todo = [key for key in groups if bench.kept.get(depends[key]) is None]
    found = []
    with serving(file, bench.context, bench.threads, bench.journal) if todo else nullcontext([]) as servers:
        for key, group in groups.items():
            told = bench.begin(cost_each * len(group), f'{key[0]}: {key[1]}')
            if key in todo:
                replies = each(servers, group, lambda server, one: ask(server, one, most), bench.journal, told)
                bench.kept.put(depends[key], [asdict(reply) for reply in replies])
            replies = [Reply(**reply) for reply in bench.kept.get(depends[key])]
            result = {'language': key[0], 'set': key[1], **tally(group, replies, bench.recipe.evaluation.acceptable)}
            bench.journal.tell('answers', **{name: result[name] for name in TOLD})
            found.append(result)
    return found
