import { setTimeout as sleep } from 'node:timers/promises';
import type { UnitState } from '@terroir/labs/contract/microcloud.ts';
import type { Clock } from '../../ports.ts';
import type { Unit, UnitSpec } from '../engine.ts';
import { EngineError } from '../engine-error.ts';
import type { Launched, LaunchPlace } from './launch-unit.ts';
import type { Timing } from './timing.ts';

/** A unit that is looked after, from its start to its end. */
export interface Supervised {
  readonly spec: UnitSpec;
  readonly state: UnitState;
  /** The unit as it is now. */
  snapshot(): Unit;
  /** Starts supervision, of a new process or of one that runs. */
  begin(running?: Running): void;
  /** Resolves when it is healthy for the first time. @throws {EngineError} `unit-failed`, `unit-stopped` and what starting throws */
  whenHealthy(): Promise<void>;
  /** Ends it and resolves when nothing of it runs. What it printed stays. @throws {EngineError} `unit-will-not-end` */
  stop(graceMs?: number): Promise<void>;
  /** Ends supervision and leaves the process as it is, for the next runner to adopt. */
  leave(): Promise<void>;
}

/** What a supervised unit works with. */
export interface Surroundings extends LaunchPlace {
  readonly timing: Timing;
  readonly clock: Clock;
  /** Called after every change of state. */
  readonly changed: (unit: Supervised) => void;
}

/** A process that runs already and was found healthy. */
export interface Running extends Launched {
  readonly restarts: number;
}

export const stoppedBeforeHealthy = (id: string) =>
  new EngineError('unit-stopped', {
    status: 409,
    detail: `Unit ${id} was asked to end before it was ready.`,
    todo: 'Start it again if it is still wanted.',
  });

/** Waits, but not longer than until the signal aborts. */
export async function rest(ms: number, signal: AbortSignal): Promise<void> {
  await sleep(ms, undefined, { signal }).catch(() => {});
}
