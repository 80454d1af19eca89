"""Whether transformers and llama.cpp cut texts into the same tokens."""

from __future__ import annotations

from pathlib import Path

from evaluate.llama_server import Server

Ids = dict[str, list[list[int]]]


def transformers_ids(folder: Path, texts: dict[str, list[str]]) -> Ids:
    """By the tokenizer of a Hugging Face folder; `texts` in groups."""
    from transformers import PreTrainedTokenizerFast  # here, because loading it takes a second

    tokenizer = PreTrainedTokenizerFast.from_pretrained(folder)
    return {group: [tokenizer(text, add_special_tokens=False).input_ids for text in some]
            for group, some in texts.items()}


def llama_ids(server: Server, texts: dict[str, list[str]]) -> Ids:
    """Special tokens in the text count as such, as they do in transformers."""
    return {group: [server.post('/tokenize', {'content': text, 'add_special': False, 'parse_special': True})['tokens']
                    for text in some] for group, some in texts.items()}


def same_ids(folder: Path, server: Server, texts: dict[str, list[str]]) -> Ids:
    """Raises ValueError naming the texts that they cut differently."""
    ours, theirs = transformers_ids(folder, texts), llama_ids(server, texts)
    apart = [text for group, some in texts.items() for text, a, b in zip(some, ours[group], theirs[group]) if a != b]
    if apart:
        raise ValueError(f'transformers and llama.cpp cut {len(apart)} texts differently: {apart[:5]}')
    return ours
