"""Stage 2: train the byte-level BPE tokenizer on the training side of the text and questions.

The splitting rule is GPT-2's, which llama.cpp knows as pre-tokenizer "gpt-2", so both sides cut text alike.
Writes out/model/tokenizer.json and its companions.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterator

from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
from transformers import PreTrainedTokenizerFast

from chat import END_OF_TEXT, SPECIAL_TOKENS, TEMPLATE
from settings import Settings, arguments, load


def training_text(settings: Settings) -> Iterator[str]:
    """Yields every training text, question and answer once."""
    for language in settings.data.languages:
        for line in (settings.data.out / f'text-train-{language}.jsonl').open(encoding='utf-8'):
            if line.strip():
                yield json.loads(line)['text']
        for line in (settings.data.out / f'questions-{language}.jsonl').open(encoding='utf-8'):
            row = json.loads(line)
            yield from [*row['ask'], row['answer']]


def main() -> None:
    settings = load(arguments(__doc__.splitlines()[0]).parse_args().config)
    started = time.monotonic()
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=True)
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=settings.tokenizer.vocabulary, special_tokens=list(SPECIAL_TOKENS),
        initial_alphabet=sorted(pre_tokenizers.ByteLevel.alphabet()), show_progress=False)
    tokenizer.train_from_iterator(training_text(settings), trainer)
    if tokenizer.get_vocab_size() != settings.tokenizer.vocabulary:
        raise SystemExit(f'only {tokenizer.get_vocab_size()} tokens found: lower tokenizer.vocabulary or add text')
    wrapped = PreTrainedTokenizerFast(tokenizer_object=tokenizer, eos_token=END_OF_TEXT, bos_token=END_OF_TEXT,
                                      pad_token=END_OF_TEXT, clean_up_tokenization_spaces=False)
    wrapped.chat_template = TEMPLATE
    wrapped.save_pretrained(settings.data.out / 'model')
    size = tokens = 0
    for text in training_text(settings):
        size += len(text.encode())
        tokens += len(tokenizer.encode(text).ids)
    print(f'{tokenizer.get_vocab_size()} tokens in {time.monotonic() - started:.1f} s; '
          f'{size} bytes are {tokens} tokens, {size / tokens:.2f} bytes each', flush=True)


if __name__ == '__main__':
    main()
