"""Stage 3: train the model on running text and taught answers together (a mixed schedule).

Most steps answer questions; a share of them reads text, so that the model also meets whole paragraphs. Ctrl-C keeps a
checkpoint; the same command goes on from it. Writes out/model, checkpoint.pt, training-log.csv and training.json.
"""

from __future__ import annotations

import csv
import json
import math
import os
import random
import time
from dataclasses import replace

os.environ.setdefault('HF_HUB_OFFLINE', '1')
os.environ.setdefault('UCX_LOG_LEVEL', 'fatal')
os.environ.setdefault('OMP_WAIT_POLICY', 'passive')  # on a busy machine, threads that spin at barriers starve each other

import torch
from torch.nn.functional import cross_entropy
from transformers import LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast

from batches import IGNORED, Batches
from settings import Settings, arguments, load

COLUMNS = ('step', 'seconds', 'tokens', 'learning_rate', 'text_loss', 'answer_loss', 'held_en', 'held_fr')


def new_model(settings: Settings) -> LlamaForCausalLM:
    shape = settings.model
    config = LlamaConfig(
        vocab_size=settings.tokenizer.vocabulary, hidden_size=shape.width, intermediate_size=shape.feedForward,
        num_hidden_layers=shape.layers, num_attention_heads=shape.heads, num_key_value_heads=shape.keyValueHeads,
        max_position_embeddings=shape.contextTokens, rope_theta=10000.0, rms_norm_eps=1e-5, tie_word_embeddings=True,
        bos_token_id=0, eos_token_id=0, pad_token_id=0)
    config._attn_implementation = 'eager'  # on processors, several times faster in bf16 than the fused kernel
    return LlamaForCausalLM(config)


def loss_of(model: LlamaForCausalLM, ids: torch.Tensor, labels: torch.Tensor, weights: torch.Tensor,
            precision: str) -> torch.Tensor:
    """Weighted mean cross-entropy in nats per scored token; logits are computed only where a label counts."""
    targets = labels[:, 1:]
    counted = targets != IGNORED
    with torch.autocast('cpu', dtype=torch.bfloat16, enabled=precision == 'bf16'):
        states = model.model(ids[:, :-1], use_cache=False).last_hidden_state
        logits = model.lm_head(states[counted])
    each = cross_entropy(logits.float(), targets[counted], reduction='none')
    shares = weights[:, 1:][counted]
    return (each * shares).sum() / shares.sum()


@torch.no_grad()
def held_loss(model: LlamaForCausalLM, stream: torch.Tensor, context: int, precision: str, windows: int) -> float:
    """Mean loss in nats per token over the first windows of held-out text; not a number when there is none."""
    model.eval()
    total = count = 0.0
    for start in range(0, min(len(stream) - 1, windows * context), context):
        part = stream[start:start + context + 1][None]
        total += loss_of(model, part, part, torch.ones(part.shape), precision).item() * (part.shape[1] - 1)
        count += part.shape[1] - 1
    model.train()
    return total / count if count else math.nan


class Run:
    """A training run that can be cut and taken up again."""

    def __init__(self, settings: Settings) -> None:
        self.settings, self.plan = settings, settings.training
        torch.manual_seed(settings.seed)
        torch.set_num_threads(self.plan.threads)
        self.tokenizer = PreTrainedTokenizerFast.from_pretrained(settings.data.out / 'model')
        self.batches = Batches(settings, self.tokenizer)
        self.model = new_model(settings)
        matrices = [p for p in self.model.parameters() if p.dim() > 1]
        vectors = [p for p in self.model.parameters() if p.dim() <= 1]
        self.optimiser = torch.optim.AdamW(
            [{'params': matrices, 'weight_decay': self.plan.weightDecay}, {'params': vectors, 'weight_decay': 0.0}],
            lr=self.plan.learningRate, betas=(0.9, 0.95), fused=True)
        self.step, self.tokens, self.seconds = 0, 0, 0.0
        self.resumed: list[int] = []
        self.checkpoint = settings.data.out / 'checkpoint.pt'

    def save(self) -> None:
        part = self.checkpoint.with_suffix('.part')
        torch.save({'model': self.model.state_dict(), 'optimiser': self.optimiser.state_dict(),
                    'batches': self.batches.state(), 'step': self.step, 'tokens': self.tokens,
                    'seconds': self.seconds, 'resumed': self.resumed}, part)
        part.replace(self.checkpoint)

    def resume(self) -> None:
        state = torch.load(self.checkpoint, weights_only=True)
        self.model.load_state_dict(state['model'])
        self.optimiser.load_state_dict(state['optimiser'])
        self.batches.resume(state['batches'])
        self.step, self.tokens, self.seconds = state['step'], state['tokens'], state['seconds']
        self.resumed = [*state.get('resumed', []), self.step]
        print(f'going on from step {self.step}', flush=True)

    def progress(self) -> float:
        return max(self.step / self.plan.steps, self.seconds / 60 / self.plan.minutes)

    def one_step(self, done: float) -> tuple[str, float, float]:
        """Returns what was read, the loss in nats per token and the learning rate."""
        warm = self.plan.warmUpShare
        rate = done / warm if done < warm else 0.02 + 0.98 * 0.5 * (1 + math.cos(math.pi * (done - warm) / (1 - warm)))
        rate = max(rate, 0.001) * self.plan.learningRate
        for group in self.optimiser.param_groups:
            group['lr'] = rate
        share = self.plan.textShareAtStart + (self.plan.textShareAtEnd - self.plan.textShareAtStart) * done
        kind = 'text' if random.Random(f'{self.settings.seed}:kind:{self.step}').random() < share else 'answers'
        ids, labels, weights = self.batches.text(self.step) if kind == 'text' else self.batches.answers()
        loss = loss_of(self.model, ids, labels, weights, self.plan.precision)
        self.optimiser.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(self.model.parameters(), 1.0)
        self.optimiser.step()
        self.tokens += ids.numel()
        return kind, loss.item(), rate

    def train(self) -> None:
        fresh = self.step == 0
        with (self.settings.data.out / 'training-log.csv').open('w' if fresh else 'a', newline='') as file:
            log = csv.writer(file)
            if fresh:
                log.writerow(COLUMNS)
            means: dict[str, float] = {}
            while (done := self.progress()) < 1:
                started = time.monotonic()
                kind, loss, rate = self.one_step(done)
                means[kind] = loss if kind not in means else 0.95 * means[kind] + 0.05 * loss
                self.step += 1
                self.seconds += time.monotonic() - started
                if self.step % 25 == 0:
                    held = self.held(12) if self.step % self.plan.evaluateEvery == 0 else ['', '']
                    log.writerow([self.step, round(self.seconds, 1), self.tokens, f'{rate:.3g}',
                                  *(round(means.get(k, 0), 4) for k in ('text', 'answers')), *held])
                    file.flush()
                    print(f'{done:6.1%}  step {self.step}  {self.seconds:.0f} s  {self.tokens / self.seconds:.0f} tok/s  '
                          f'text {means.get("text", 0):.3f}  answers {means.get("answers", 0):.3f}  held {held}', flush=True)
                if self.step % self.plan.checkpointEvery == 0:
                    self.save()

    def held(self, windows: int) -> list[float]:
        return [round(held_loss(self.model, self.batches.streams['held'][language], self.settings.model.contextTokens,
                                self.plan.precision, windows), 4) for language in self.settings.data.languages]

    def finish(self) -> None:
        out = self.settings.data.out
        self.model.save_pretrained(out / 'model')
        report = {'parameters': sum(p.numel() for p in self.model.parameters()), 'steps': self.step, 'resumedAt': self.resumed, 'tokens': self.tokens,
                  'seconds': round(self.seconds), 'precision': self.plan.precision, 'threads': self.plan.threads,
                  'epochsOfQuestions': self.batches.epoch, 'torch': torch.__version__,
                  'processor': torch.backends.cpu.get_cpu_capability()}
        (out / 'training.json').write_text(json.dumps(report, indent=2) + '\n')
        print(json.dumps(report), flush=True)


def main() -> None:
    parser = arguments(__doc__.splitlines()[0])
    parser.add_argument('--minutes', type=float, help='stop after this many minutes of training instead')
    parser.add_argument('--restart', action='store_true', help='ignore an earlier checkpoint')
    options = parser.parse_args()
    settings = load(options.config)
    if options.minutes:
        settings = replace(settings, training=replace(settings.training, minutes=options.minutes))
    run = Run(settings)
    if run.checkpoint.exists() and not options.restart:
        run.resume()
    try:
        run.train()
    except KeyboardInterrupt:
        run.save()
        raise SystemExit(f'stopped at step {run.step}; the same command goes on from there')
    run.finish()


if __name__ == '__main__':
    main()
