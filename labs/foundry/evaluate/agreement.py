"""Whether the files say what the trained model says: perplexity of torch, ONNX and GGUF over the same tokens."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from evaluate.bench import Bench
from evaluate.kept import state_of
from evaluate.llama_server import each, serving
from evaluate.logits import Logits, by_onnx, by_torch, surprise_by
from evaluate.pieces import Window, windows
from evaluate.scoring import reading_of, surprise_in
from evaluate.surprise import NOTHING, Surprise
from evaluate.tokenizers_agree import llama_ids, transformers_ids

TOLERANCE = 0.001  # relative difference of perplexity, for the files that are not quantised
EXACT = ('gguf-f16', 'onnx')
GGUF, ONNX = ('gguf-f16', 'gguf-q8_0', 'gguf-q4_k_m'), ('onnx', 'onnx-q8')

Told = Callable[[float], None]


def agreement(bench: Bench, texts: list[str], cost: float) -> dict[str, Any]:
    """Perplexities by kind of file, their differences relative to torch's, and in how many texts tokenizers part."""
    depends = ['agreement', texts, [state_of(bench.file(kind)) for kind in (*GGUF, *ONNX)]]
    told = bench.begin(cost, 'agreement')
    if bench.kept.get(depends) is None:
        bench.kept.put(depends, measured(bench, texts, told))
    return bench.kept.get(depends)


def measured(bench: Bench, texts: list[str], told: Told) -> dict[str, Any]:
    folder, full = bench.recipe.data.work / 'model', bench.file('gguf-f16')
    reading = reading_of(full, bench.context)
    cut = transformers_ids(folder, {'all': texts})['all']
    read = [window for tokens in cut for window in windows(reading.start, tokens, reading.context)]
    readers = [('torch', lambda: by_torch(folder, bench.threads)),
               *((kind, lambda kind=kind: by_onnx(bench.file(kind), bench.threads)) for kind in ONNX)]
    parts, found = len(readers) + len(GGUF), {}
    for at, (kind, load) in enumerate(readers):
        found[kind] = by_logits(load(), read, lambda share, at=at: told((at + share) / parts))
    for at, kind in enumerate(GGUF, len(readers)):
        with serving(bench.file(kind), reading.context, bench.threads, bench.journal) as servers:
            if kind == 'gguf-f16':
                theirs = llama_ids(servers[0], {'all': texts})['all']
            some = each(servers, read, lambda server, window: surprise_in(server, reading, window), bench.journal,
                        lambda share, at=at: told((at + share) / parts))
            found[kind] = sum(some, NOTHING)
    differ = sum(ours != others for ours, others in zip(cut, theirs))
    return {**compared({kind: one.perplexity for kind, one in found.items()}), 'tokens': found['torch'].tokens,
            'texts': len(texts), 'tokenizersDiffer': differ}


def by_logits(logits: Logits, read: list[Window], told: Told) -> Surprise:
    total = NOTHING
    for at, window in enumerate(read):
        told(at / len(read))
        total += surprise_by(logits, window)
    return total


def compared(perplexities: dict[str, float]) -> dict[str, Any]:
    trained = perplexities['torch']
    differences = {kind: round(found / trained - 1, 6) for kind, found in perplexities.items() if kind != 'torch'}
    return {'perplexities': {kind: round(found, 4) for kind, found in perplexities.items()}, 'differences': differences,
            'tolerance': TOLERANCE, 'agree': all(abs(differences[kind]) <= TOLERANCE for kind in EXACT)}
