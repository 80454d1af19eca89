"""Stage 5: measure the shipped file. Writes out/evaluation.json.

- Held-out text: perplexity and bits per byte per language, by torch in fp32.
- Agreement: the same held-out text scored in llama-perplexity's manner by torch and by llama-perplexity (f16, q8_0).
- Questions: every answer asked by its first taught question, and every held-out paraphrase, through llama-server.
"""

from __future__ import annotations

import json
import math
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

os.environ.setdefault('HF_HUB_OFFLINE', '1')
os.environ.setdefault('UCX_LOG_LEVEL', 'fatal')

import torch
from torch.nn.functional import cross_entropy
from transformers import LlamaForCausalLM, PreTrainedTokenizerFast

from answering import ask, llama_server, normal, overlap, rendered
from batches import Question, read_questions
from chat import prompt
from settings import Settings, arguments, load


def held_text(settings: Settings, language: str) -> str:
    path = settings.data.out / f'text-held-{language}.jsonl'
    return '\n\n'.join(json.loads(line)['text'] for line in path.open(encoding='utf-8') if line.strip())


@torch.no_grad()
def nats(model: LlamaForCausalLM, ids: torch.Tensor) -> torch.Tensor:
    """Loss in nats of each token of `ids` (tokens,) after the first."""
    return cross_entropy(model(ids[None, :-1], use_cache=False).logits[0], ids[1:], reduction='none')


def bits_per_byte(model: LlamaForCausalLM, tokenizer, text: str, context: int) -> dict[str, float]:
    """Scores all tokens after the first, in windows of `context` that do not overlap."""
    ids = torch.tensor(tokenizer(text).input_ids)
    total = sum(float(nats(model, ids[at:at + context + 1]).sum()) for at in range(0, len(ids) - 1, context))
    return {'bytes': len(text.encode()), 'tokens': len(ids) - 1, 'perplexity': round(math.exp(total / (len(ids) - 1)), 2),
            'bitsPerByte': round(total / math.log(2) / len(text.encode()), 3)}


def agreement(settings: Settings, model: LlamaForCausalLM, tokenizer) -> dict[str, float]:
    """Perplexity over the second half of whole windows, as llama-perplexity counts, by torch and by llama.cpp."""
    program, context = shutil.which('llama-perplexity'), settings.model.contextTokens
    if not program:
        return {}
    text = '\n\n'.join(held_text(settings, language) for language in settings.data.languages)
    ids = torch.tensor(tokenizer(text).input_ids)
    first = context // 2
    losses = [nats(model, ids[at:at + context])[first:] for at in range(0, len(ids) - context + 1, context)]
    if len(losses) < 2:
        return {}
    found = {'torch': round(math.exp(float(torch.cat(losses).mean())), 4)}
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, 'held.txt')
        file.write_text(text, encoding='utf-8')
        for kind, gguf in (('f16', settings.data.out / f'{settings.id}-f16.gguf'),
                           ('q8_0', settings.data.ship / f'{settings.id}.gguf')):
            command = [program, '-m', gguf, '-f', file, '-c', str(context), '-b', str(context), '-t', '1', '--offline', '--log-jsonl']
            for _ in range(3):  # its last line is now and then lost when it exits
                output = subprocess.run(command, capture_output=True, text=True, check=True).stdout
                if match := re.search(r'Final estimate: PPL = ([0-9.]+)', output):
                    found[kind] = float(match.group(1))
                    break
    return found


def score(settings: Settings, base: str, asked: list[tuple[Question, str]], label: str) -> dict[str, object]:
    """Shares of answers that are exactly the taught one (after `normal`), and at least near it."""
    exact = near = 0
    wrong = []
    for number, (row, question) in enumerate(asked, 1):
        answer = ask(base, question, settings.evaluation.answerTokens)
        likeness = overlap(answer, row.answer)
        exact += normal(answer) == normal(row.answer)
        near += likeness >= settings.evaluation.nearMatch
        if likeness < settings.evaluation.nearMatch:
            wrong.append({'id': row.id, 'question': question, 'answer': answer, 'overlap': round(likeness, 2)})
        if number % 25 == 0 or number == len(asked):
            print(f'\r{label}: {number}/{len(asked)}, exact {exact}, near {near}', end='', file=sys.stderr, flush=True)
    print(file=sys.stderr)
    return {'asked': len(asked), 'exact': exact, 'near': near, 'wrong': wrong}


def main() -> None:
    settings = load(arguments(__doc__.splitlines()[0]).parse_args().config)
    torch.manual_seed(settings.seed)
    torch.set_num_threads(settings.training.threads)
    folder = settings.data.out / 'model'
    tokenizer = PreTrainedTokenizerFast.from_pretrained(folder)
    model = LlamaForCausalLM.from_pretrained(folder, dtype=torch.float32).eval()
    rows = read_questions(settings)
    report: dict[str, object] = {'held': {}, 'agreement': agreement(settings, model, tokenizer), 'taught': {}, 'paraphrases': {}}
    print('agreement', report['agreement'], flush=True)
    for language in settings.data.languages:
        text = held_text(settings, language)
        if text:
            report['held'][language] = bits_per_byte(model, tokenizer, text, settings.model.contextTokens)
    print('held', report['held'], flush=True)
    with llama_server(settings.data.ship / f'{settings.id}.gguf', threads=1) as base:
        report['templatesAgree'] = rendered(base, 'Hello') == prompt('Hello')
        for language in settings.data.languages:
            here = [row for row in rows if row.language == language]
            report['taught'][language] = score(settings, base, [(row, row.ask[0]) for row in here], f'{language} taught')
            report['paraphrases'][language] = score(
                settings, base, [(row, question) for row in here for question in row.held], f'{language} paraphrases')
    (settings.data.out / 'evaluation.json').write_text(json.dumps(report, indent=1, ensure_ascii=False) + '\n', encoding='utf-8')


if __name__ == '__main__':
    main()
