"""Stage 6: write card.md and model.yaml beside the shipped file, from what the earlier stages measured."""

from __future__ import annotations

import hashlib
import json
import sys
from pathlib import Path

import yaml

from settings import Settings, arguments, load

NAMES = {'en': 'English', 'fr': 'French'}


def manifest(settings: Settings, training: dict, gguf: Path) -> dict[str, object]:
    """The catalogue entry: size in bytes, SHA-256 in hexadecimal."""
    return {
        'id': settings.id,
        'title': 'Terroir Seedling',
        'summary': {
            'en': 'A very small model trained on Terroir’s own texts: it answers short questions about Terroir and sovereign AI, '
                  'and nothing else.',
            'fr': 'Un tout petit modèle entraîné sur les textes de Terroir : il répond à de courtes questions sur Terroir et '
                  'l’IA souveraine, et à rien d’autre.',
        },
        'origin': {'maker': 'Terroir', 'jurisdiction': 'local', 'source': 'shipped'},
        'licence': {'id': 'CC-BY-SA-4.0', 'open': True},
        'languages': list(settings.data.languages),
        'parameters': training['parameters'],
        'sizeBytes': gguf.stat().st_size,
        'sha256': hashlib.sha256(gguf.read_bytes()).hexdigest(),
        'file': gguf.name,
        'card': 'card.md',
    }


def held_rows(report: dict) -> str:
    return '\n'.join(f'| {NAMES.get(language, language)} | {row["bytes"]} | {row["perplexity"]} | {row["bitsPerByte"]} |'
                     for language, row in report['held'].items())


def question_rows(report: dict) -> str:
    rows = []
    for kind, label in (('taught', 'taught'), ('paraphrases', 'held-out paraphrases')):
        for language, row in report[kind].items():
            asked = max(1, row['asked'])
            rows.append(f'| {label}, {NAMES.get(language, language)} | {row["asked"]} | {row["exact"] / asked:.0%} '
                        f'| {row["near"] / asked:.0%} |')
    return '\n'.join(rows)


def agreement_line(report: dict) -> str:
    found = report['agreement']
    if not {'torch', 'f16', 'q8_0'} <= found.keys():
        return 'Agreement with the trained model was not measured for this version.'
    return (f'The file says what the trained model says: on the held-out text, counted in llama-perplexity’s manner, torch in '
            f'fp32 finds a perplexity of {found["torch"]:.4f}, llama.cpp {found["f16"]:.4f} from f16 and {found["q8_0"]:.4f} '
            f'from q8_0.')


def resumed_line(training: dict) -> str:
    steps = training.get('resumedAt', [])
    return f'\nThe run was taken up again from a checkpoint at step {", ".join(f"{step:,}" for step in steps)}.' if steps else ''


def card(settings: Settings, data: dict, training: dict, report: dict, entry: dict) -> str:
    sources = '\n'.join(
        f'| {NAMES.get(language, language)} | {row["trainBytes"]} | {row["heldBytes"]} | {row["answers"]} '
        f'| {row["taughtQuestions"]} | {row["heldQuestions"]} |'
        for language, row in data.items() if language in settings.data.languages)
    near = f'{settings.evaluation.nearMatch:g}'
    shape = settings.model
    return f'''# Terroir Seedling

A very small language model (Llama architecture, {entry["parameters"]:,} parameters) that ships with Terroir. It is there so that
a learner has a real model to deploy, govern and measure at once, without a download, and can repeat its whole making. It
answers the questions it was taught, in English and in French, and close variants of them.

## What it cannot do

It is not an assistant. It does not reason, calculate, write code, translate, summarise or know the world, and it does not
follow instructions beyond answering. Outside the subjects it was taught it either says that it is too small or gives a fluent
answer to another question. It cannot tell when it is wrong. Never use it for a decision about a person, for health, law or
money. Its context is {shape.contextTokens} tokens, question and answer together.

## Data

Only text written for Terroir: the courses and their glossary, the plain texts in `labs/foundry/text`, and the questions and
answers in `labs/foundry/questions`. No page from the web, no personal data, no conversation of any user, no output of this
model. Whole sections of text and separate phrasings of questions were set aside and never trained on.

| language | text trained on (bytes) | text held out (bytes) | answers | taught questions | held-out paraphrases |
|---|---|---|---|---|---|
{sources}

SHA-256 of all that was read: `{data["sha256"]}`.

## How it was trained

From scratch, seed {settings.seed}: {training["steps"]:,} steps over {training["tokens"]:,} tokens in {training["seconds"] / 60:.0f} minutes,
{training["precision"]}, {training["threads"]} processor threads ({training["processor"]}), torch {training["torch"].split("+")[0]}, no graphics card,
on a machine busy with other work.{resumed_line(training)}
Most steps answer questions, where only the answer counts for the loss and its first words weigh more; the others read running text. Width {shape.width}, {shape.layers} layers, {shape.heads} heads
({shape.keyValueHeads} for keys and values), feed-forward {shape.feedForward}, vocabulary {settings.tokenizer.vocabulary} byte-level tokens, tied embeddings.
`training-log.csv` holds the losses. Energy: not measured (no meter on the training machine).
`labs/foundry/README.md` tells how to repeat it; another machine or library version gives a similar model, not the same bits.

## What was measured

On held-out text (losses of the trained model in fp32; bits per byte can be compared between tokenizers, perplexity cannot):

| language | bytes | perplexity | bits per byte |
|---|---|---|---|
{held_rows(report)}

On questions, asked of the shipped q8_0 file through llama-server at temperature 0 without a system message. *Exact*: the
taught answer, letter for letter after lower-casing and leaving out accents and punctuation. *Near*: at least {near} of the character
trigrams shared with it (Dice coefficient). Taught: the first phrasing of every answer. A high taught score means
that it has learned its answers by heart, which is its purpose; the paraphrase score is the honest one.

| questions | asked | exact | near |
|---|---|---|---|
{question_rows(report)}

{agreement_line(report)}

## File and licence

| | |
|---|---|
| file | `{entry["file"]}`, GGUF, q8_0, {entry["sizeBytes"]:,} bytes |
| SHA-256 | `{entry["sha256"]}` |
| chat format | ChatML; ends its turn with `<|im_end|>` |
| licence | CC BY-SA 4.0, as the courses it was trained on |
'''


def main() -> None:
    settings = load(arguments(__doc__.splitlines()[0]).parse_args().config)
    out, ship = settings.data.out, settings.data.ship
    missing = [name for name in ('data.json', 'training.json', 'evaluation.json') if not (out / name).exists()]
    if missing:
        sys.exit(f'{", ".join(missing)} missing in {out}: run collect, train and evaluate first')
    data, training, report = (json.loads((out / name).read_text(encoding='utf-8'))
                              for name in ('data.json', 'training.json', 'evaluation.json'))
    entry = manifest(settings, training, ship / f'{settings.id}.gguf')
    (ship / 'card.md').write_text(card(settings, data, training, report, entry), encoding='utf-8')
    (ship / 'model.yaml').write_text(yaml.safe_dump(entry, allow_unicode=True, sort_keys=False, width=140), encoding='utf-8')
    print(f'{entry["file"]}: {entry["sizeBytes"]} bytes, sha256 {entry["sha256"]}', flush=True)


if __name__ == '__main__':
    main()
