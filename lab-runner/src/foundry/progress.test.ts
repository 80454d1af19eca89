import type { FoundryEvent, FoundryStage } from '@terroir/labs/contract/foundry-event.ts';
import { describe, expect, it } from 'vitest';
import { Progress } from './progress.ts';

const at = '2026-11-22T10:00:00.000Z';
const stage = (name: FoundryStage, state: 'started' | 'done' | 'kept' | 'skipped', seconds?: number): FoundryEvent => ({
  ...{ type: 'stage', at, stage: name, state },
  ...(seconds === undefined ? {} : { seconds }),
});
const point = (step: number, loss = 5, of: FoundryStage = 'train'): FoundryEvent => ({
  ...{ type: 'point', at, stage: of, step, steps: 1000, seconds: step, tokens: step * 10, loss, tokensPerSecond: 10 },
});
const held = (step: number, en: number): FoundryEvent => ({ type: 'held', at, stage: 'train', step, losses: { en } });
const sample = (step: number, text: string, prompt = 'Once'): FoundryEvent => ({
  ...{ type: 'sample', at, stage: 'train', step, prompt, text },
});

function after(...events: readonly FoundryEvent[]): Progress {
  const progress = new Progress();
  for (const event of events) progress.take(event);
  return progress;
}
const statesOf = (progress: Progress, running = true) => progress.view(running).stages.map(({ state }) => state);

describe('the stages', () => {
  it('wait until they are told of', () => {
    expect(new Progress().view(false).stages.map((one) => [one.stage, one.state, one.done])).toEqual(
      ['collect', 'tokenizer', 'train', 'instruct', 'convert', 'evaluate', 'card'].map((name) => [name, 'waiting', 0]),
    );
  });

  it('go by, with how far they are and how long they took', () => {
    const progress = after(
      stage('collect', 'started'),
      stage('collect', 'done', 2.5),
      stage('tokenizer', 'kept'),
      stage('train', 'started'),
      { type: 'progress', at, stage: 'train', done: 0.4, note: 'half way' },
    );
    expect(progress.view(true).stages.slice(0, 4)).toEqual([
      { stage: 'collect', state: 'done', done: 1, seconds: 2.5 },
      { stage: 'tokenizer', state: 'done', done: 1 },
      { stage: 'train', state: 'running', done: 0.4, note: 'half way' },
      { stage: 'instruct', state: 'waiting', done: 0 },
    ]);
    expect(progress.isDone('collect')).toBe(true);
    expect(statesOf(progress, false)[2]).toBe('waiting');
  });

  it('keep their bar when they go on, and begin anew when what they build on has changed', () => {
    const cut = [stage('train', 'started'), { type: 'progress', at, stage: 'train', done: 0.4 } as const];
    expect(after(...cut, stage('collect', 'kept'), stage('train', 'started')).view(true).stages[2]?.done).toBe(0.4);
    const anew = after(...cut, point(3), stage('collect', 'started'));
    expect(anew.view(true).stages[2]).toEqual({ stage: 'train', state: 'waiting', done: 0 });
    expect(anew.view(true).points).toEqual([]);
  });

  it('may be skipped', () => {
    expect(statesOf(after(stage('instruct', 'skipped')))[3]).toBe('skipped');
  });
});

describe('the curve', () => {
  it('goes on where it was after a kill: what came after the checkpoint is replaced', () => {
    const before = [point(1, 9), point(2, 8), point(3, 7), held(2, 8.1), held(3, 7.1), sample(2, 'b'), sample(3, 'c')];
    const progress = after(...before, { type: 'resumed', at, stage: 'train', step: 2 }, point(3, 6.9), sample(3, 'd'));
    const { points, held: evaluations, samples, resumedAt } = progress.view(true);
    expect(points.map(({ step, loss }) => [step, loss])).toEqual([
      [1, 9],
      [2, 8],
      [3, 6.9],
    ]);
    expect(evaluations.map(({ step }) => step)).toEqual([2]);
    expect(samples.map(({ text }) => text)).toEqual(['b', 'd']);
    expect(resumedAt).toEqual([2]);
  });

  it('has one point for a step, the later one, also when it was not said that a run went on', () => {
    const { points } = after(point(1, 9), point(2, 8), point(1, 7)).view(true);
    expect(points.map(({ step, loss }) => [step, loss])).toEqual([[1, 7]]);
  });

  it('of a later stage goes when an earlier one is trained again', () => {
    const { points } = after(point(1), point(2), point(1, 3, 'instruct'), point(2, 4)).view(true);
    expect(points.map((one) => one.stage)).toEqual(['train', 'train']);
  });

  it('is thinned evenly to 400 points, however long the run', () => {
    const progress = after(...Array.from({ length: 10_000 }, (_, step) => point(step + 1)));
    const steps = progress.view(true).points.map(({ step }) => step);
    expect(steps.length).toBeLessThanOrEqual(400);
    expect([steps[0], steps.at(-1)]).toEqual([1, 10_000]);
    const gaps = steps.slice(1).map((step, index) => step - (steps[index] ?? 0));
    expect(Math.max(...gaps)).toBeLessThan(60);
  });

  it('shows the last 20 samples, several prompts at one step among them', () => {
    const progress = after(
      ...Array.from({ length: 15 }, (_, step) => [sample(step, 'x'), sample(step, 'y', 'Il')]).flat(),
    );
    const { samples } = progress.view(true);
    expect(samples).toHaveLength(20);
    expect(samples.at(-1)).toMatchObject({ step: 14, prompt: 'Il' });
  });
});

describe('results', () => {
  const artefact = (name: string, of: FoundryStage, sha256 = 'a'.repeat(64)): FoundryEvent => ({
    ...{ type: 'artefact', at, stage: of, name, kind: 'gguf-q8_0', bytes: 1, sha256 },
  });
  const score = (model: string, bitsPerByte: number): FoundryEvent => ({
    ...{ type: 'score', at, stage: 'evaluate', model, language: 'en', bytes: 9, perplexity: 7, bitsPerByte },
  });

  it('are kept as they were told last', () => {
    const progress = after(
      artefact('m.gguf', 'convert'),
      artefact('m.gguf', 'convert', 'b'.repeat(64)),
      score('mine', 2),
      score('mine', 1.5),
      score('other', 3),
      { type: 'energy', at, joules: 10, seconds: 2, method: 'assumed', watts: 5 },
      { type: 'energy', at, joules: 20, seconds: 4, method: 'assumed', watts: 5 },
      { type: 'early-stop', at, stage: 'train', step: 90, best: 60 },
    );
    const { artefacts, scores, energy, stoppedEarlyAt } = progress.view(false);
    expect(artefacts.map(({ sha256 }) => sha256[0])).toEqual(['b']);
    expect(scores.map(({ model, bitsPerByte }) => [model, bitsPerByte])).toEqual([
      ['mine', 1.5],
      ['other', 3],
    ]);
    expect(energy).toEqual({ joules: 20, seconds: 4, method: 'assumed', watts: 5 });
    expect(stoppedEarlyAt).toBe(90);
  });

  it('go when the stage that made them, or one before it, runs again', () => {
    const before = [artefact('m.gguf', 'convert'), artefact('card.md', 'card'), score('mine', 2)];
    const again = (name: FoundryStage) => after(...before, stage(name, 'started')).view(true);
    expect(again('card').artefacts.map(({ name }) => name)).toEqual(['m.gguf']);
    expect(again('card').scores).toHaveLength(1);
    expect(again('train')).toMatchObject({ artefacts: [], scores: [] });
  });
});

describe('the end of a run', () => {
  const problem = { code: 'disk-full', detail: 'Full.', todo: 'Free some.', values: { bytes: 3 } };

  it('is what it said last', () => {
    expect(after({ type: 'done', at }).ending).toBe('done');
    expect(after({ type: 'stopped', at }).ending).toBe('stopped');
    expect(after({ type: 'problem', at, stage: 'train', ...problem }).ending).toEqual(problem);
  });

  it('no longer counts once the next one has begun', () => {
    expect(after({ type: 'stopped', at }, stage('collect', 'kept')).ending).toBeUndefined();
    const progress = after({ type: 'stopped', at });
    progress.begin();
    expect(progress.ending).toBeUndefined();
  });
});
