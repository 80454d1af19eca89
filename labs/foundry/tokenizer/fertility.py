"""How many tokens a language costs: the price its speakers pay in context and time."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from tokenizers import Tokenizer

from collect.documents import Document
from journal import Journal


def fertility(tokenizer: Tokenizer, held: Iterable[Document], journal: Journal) -> list[dict[str, Any]]:
    """As Fertility in labs/contract: per language with held-out text, bytes per token and tokens per word.

    A word is what stands between spaces, so the second figure says little of languages written without them.
    """
    sums: dict[str, list[int]] = {}
    for one in held:
        journal.check()
        row = sums.setdefault(one.language, [0, 0, 0])
        row[0] += len(one.text.encode())
        row[1] += len(tokenizer.encode(one.text).ids)
        row[2] += len(one.text.split())
    return [{'language': language, 'bytesPerToken': round(size / tokens, 3), 'tokensPerWord': round(tokens / words, 3)}
            for language, (size, tokens, words) in sorted(sums.items()) if tokens and words]
