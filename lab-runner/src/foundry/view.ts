import type { TrainingView } from '@terroir/labs/contract/training.ts';
import type { Foundry } from './foundry.ts';
import type { LiveTraining } from './live-training.ts';
import { isUnderway, isWaiting } from './training.ts';

/** Those that wait for their turn, the next one first. */
export const queueOf = ({ live }: Pick<Foundry, 'live'>): LiveTraining[] =>
  [...live.values()]
    .filter(({ training, gone }) => !gone && isWaiting(training))
    .sort((a, b) => (a.training.queuedAt?.getTime() ?? 0) - (b.training.queuedAt?.getTime() ?? 0));

/** A training as it is shown outside. What is on disk must have been read; see `LiveTraining.ready`. */
export function viewOf(foundry: Pick<Foundry, 'live'>, live: LiveTraining): TrainingView {
  const { training, progress, sources } = live;
  const { id, name, model, state, createdAt, startedAt, finishedAt, settings, published, problem } = training;
  const position = queueOf(foundry).indexOf(live) + 1;
  return {
    ...{ id, name, model, state, createdAt: createdAt.toISOString() },
    ...(position === 0 ? {} : { position }),
    ...(startedAt === undefined ? {} : { startedAt: startedAt.toISOString() }),
    ...(finishedAt === undefined ? {} : { finishedAt: finishedAt.toISOString() }),
    settings,
    sources: sources.map((source) => ({ ...source })),
    ...progress.view(isUnderway(training)),
    ...(published === undefined ? {} : { published }),
    ...(problem === undefined ? {} : { problem }),
  };
}
