import type { FoundryStage } from '@terroir/labs/contract/foundry-event.ts';
import { describe, expect, it } from 'vitest';
import { judgeTraining, type TrainingCheck } from './judge-training.ts';
import type { TrainingFacts } from './subject.ts';

const training = (more: Partial<TrainingFacts> = {}): TrainingFacts => ({
  ...{ model: 'mine', stages: [], samples: [], resumedAt: [], scores: [] },
  ...more,
});
const stage = (name: FoundryStage, state: 'waiting' | 'running' | 'done' | 'skipped') => ({
  stage: name,
  state,
  done: 0,
});
const sample = (step: number) => ({ stage: 'train' as const, step, prompt: 'Once', text: 'x' });
const score = (model: string, language: string, bitsPerByte: number) => ({
  ...{ model, language, bytes: 9, perplexity: 2 ** bitsPerByte, bitsPerByte },
});
const judged = (check: TrainingCheck, ...trainings: readonly TrainingFacts[]) => judgeTraining(check, trainings, []);

it('a stage that any training has done', () => {
  const check: TrainingCheck = { kind: 'training-stage', stage: 'train' };
  expect(judged(check)).toEqual({ passed: false, found: { stage: 'train', state: 'none' } });
  const running = training({ stages: [stage('collect', 'done'), stage('train', 'running')] });
  expect(judged(check, running)).toEqual({ passed: false, found: { stage: 'train', state: 'running' } });
  const done = training({ stages: [stage('train', 'done')] });
  expect(judged(check, running, done)).toEqual({ passed: true, found: { stage: 'train', state: 'done' } });
});

it('samples, from the number asked for on', () => {
  const check: TrainingCheck = { kind: 'training-samples', atLeast: 2 };
  expect(judged(check)).toEqual({ passed: false, found: { samples: 0 } });
  expect(judged(check, training({ samples: [sample(1)] }), training({ samples: [sample(1)] })).passed).toBe(false);
  expect(judged(check, training({ samples: [sample(1), sample(2)] }))).toEqual({ passed: true, found: { samples: 2 } });
});

it('that one was stopped and resumed', () => {
  const check: TrainingCheck = { kind: 'training-resumed' };
  expect(judged(check, training())).toEqual({ passed: false, found: { resumed: 0 } });
  expect(judged(check, training(), training({ resumedAt: [40] })).passed).toBe(true);
});

describe('a model that is better than a rival', () => {
  const check: TrainingCheck = { kind: 'training-better', than: 'seedling' };

  it('needs fewer bits per byte in one language at least', () => {
    const scores = [
      score('mine', 'en', 3),
      score('seedling', 'en', 2),
      score('mine', 'wo', 1.5),
      score('seedling', 'wo', 2.5),
    ];
    expect(judged(check, training({ scores }))).toEqual({
      passed: true,
      found: { language: 'wo', own: 1.5, rival: 2.5 },
    });
    expect(judged(check, training({ scores: scores.slice(0, 2) }))).toEqual({
      passed: false,
      found: { language: 'en', own: 3, rival: 2 },
    });
  });

  it('is compared on the same text only, and with that rival', () => {
    const mine = training({ scores: [score('mine', 'en', 1), score('other', 'en', 9), score('seedling', 'fr', 9)] });
    const another = training({ model: 'his', scores: [score('seedling', 'en', 9)] });
    expect(judged(check, mine, another)).toEqual({ passed: false, found: { scores: 0 } });
  });
});

it('a model that was published, and deployed', () => {
  const mine = training({ published: 'mine-2' });
  expect(judged({ kind: 'training-published' }, training())).toEqual({ passed: false, found: { state: 'none' } });
  expect(judged({ kind: 'training-published' }, training(), mine)).toEqual({
    passed: true,
    found: { model: 'mine-2' },
  });

  const deployed = (model: string, state: 'starting' | 'ready') =>
    judgeTraining({ kind: 'own-model-deployed' }, [training(), mine], [{ model, state }]);
  expect(deployed('seedling', 'ready')).toEqual({ passed: false, found: { state: 'none' } });
  expect(deployed('mine-2', 'starting')).toEqual({ passed: false, found: { model: 'mine-2', state: 'starting' } });
  expect(deployed('mine-2', 'ready')).toEqual({ passed: true, found: { model: 'mine-2', state: 'ready' } });
});
