import type { FoundryProblem } from '@terroir/labs/contract/foundry-event.ts';
import type { CreateTraining, TrainingState } from '@terroir/labs/contract/training.ts';

/** A training run as the runner remembers it. What the run itself tells is in its events.jsonl. */
export interface Training {
  /** Also the id of its foundry unit. */
  readonly id: string;
  readonly microcloud: string;
  readonly name: string;
  /** Id that its model would get in the catalogue. */
  readonly model: string;
  readonly state: TrainingState;
  readonly createdAt: Date;
  /** Since when it waits for its turn; kept while it runs. */
  readonly queuedAt?: Date | undefined;
  /** When it ran for the first time. */
  readonly startedAt?: Date | undefined;
  readonly finishedAt?: Date | undefined;
  readonly settings: CreateTraining;
  /** Why it failed. */
  readonly problem?: FoundryProblem | undefined;
  /** Its id in the catalogue of the centre. */
  readonly published?: string | undefined;
}

/** What a run told of its own end. */
export type Ending = 'done' | 'stopped' | FoundryProblem;

export const isWaiting = ({ state }: Training): boolean => state === 'queued';
/** It has the machine's foundry. */
export const isUnderway = ({ state }: Training): boolean => state === 'running' || state === 'stopping';
export const mayStart = ({ state }: Training): boolean =>
  state === 'draft' || state === 'stopped' || state === 'failed';

/** Once the text was collected, a training that may go on is bound to it; one that failed may have failed because of it. */
export function mayChangeSources({ state }: Training, collected: boolean): boolean {
  return state === 'draft' || state === 'failed' || (state === 'stopped' && !collected);
}

/** It waits for its turn. What was wrong before no longer counts. */
export function queued({ problem: _, finishedAt: __, ...rest }: Training, now: Date): Training {
  return { ...rest, state: 'queued', queuedAt: now };
}

/** It left the queue before its turn came. */
export function unqueued({ queuedAt: _, ...rest }: Training): Training {
  return { ...rest, state: rest.startedAt === undefined ? 'draft' : 'stopped' };
}

export function launched(training: Training, now: Date): Training {
  return { ...training, state: 'running', startedAt: training.startedAt ?? now };
}

export const stopping = (training: Training): Training => ({ ...training, state: 'stopping' });

/** It has ended, well or not. Whatever was kept on disk is still there. */
export function settled({ queuedAt: _, problem: __, ...rest }: Training, ending: Ending, now: Date): Training {
  if (typeof ending === 'string') return { ...rest, state: ending, finishedAt: now };
  return { ...rest, state: 'failed', finishedAt: now, problem: ending };
}
