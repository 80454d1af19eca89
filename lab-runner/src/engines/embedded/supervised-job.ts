import type { UnitState } from '@terroir/labs/contract/microcloud.ts';
import type { FoundrySpec, Unit } from '../engine.ts';
import { EngineError } from '../engine-error.ts';
import { launchUnit } from './launch-unit.ts';
import { residentBytes } from './process-table.ts';
import { type Running, rest, type Supervised, type Surroundings, stoppedBeforeHealthy } from './supervised.ts';
import { endProcess, type UnitProcess } from './unit-process.ts';

/** 3: it was asked to stop from elsewhere, and kept a checkpoint. */
const ENDED_WELL: ReadonlySet<number | undefined> = new Set([0, 3]);

/** Looks after a unit that serves nothing and ends by itself: healthy while it runs, and never started again. */
export class SupervisedJob implements Supervised {
  readonly spec: FoundrySpec;
  readonly #with: Surroundings;
  readonly #ending = new AbortController();
  #graceMs: number;
  #leaving = false;
  #state: UnitState = 'starting';
  #since: Date;
  #program = 'foundry';
  #reason: string | undefined;
  #memoryBytes: number | undefined;
  #unended: EngineError | undefined;
  #supervision: Promise<void> = Promise.resolve();
  readonly #firstHealthy = Promise.withResolvers<void>();

  constructor(spec: FoundrySpec, surroundings: Surroundings) {
    this.spec = spec;
    this.#with = surroundings;
    this.#graceMs = surroundings.timing.jobGraceMs;
    this.#since = surroundings.clock.now();
    this.#firstHealthy.promise.catch(() => {});
  }

  get state(): UnitState {
    return this.#state;
  }

  snapshot(): Unit {
    const { id, microcloud, kind } = this.spec;
    return {
      ...{ id, microcloud, kind, state: this.#state, program: this.#program, since: this.#since, restarts: 0 },
      ...(this.#memoryBytes !== undefined && { memoryBytes: this.#memoryBytes }),
      ...(this.#reason !== undefined && { reason: this.#reason }),
    };
  }

  begin(running?: Running): void {
    this.#supervision = this.#supervise(running);
  }

  async whenHealthy(): Promise<void> {
    await this.#firstHealthy.promise;
  }

  async stop(graceMs = this.#with.timing.jobGraceMs): Promise<void> {
    if (!this.#ending.signal.aborted && this.#state !== 'failed' && this.#state !== 'stopped') {
      this.#graceMs = graceMs;
      this.#become('stopping');
      this.#ending.abort();
    }
    await this.#supervision;
    if (this.#unended) throw this.#unended;
  }

  async leave(): Promise<void> {
    this.#leaving = true;
    this.#ending.abort();
    await this.#supervision;
  }

  async #supervise(running: Running | undefined): Promise<void> {
    try {
      const { process, program } = running ?? (await launchUnit(this.spec, 0, undefined, this.#with));
      this.#program = program;
      try {
        await this.#lookAfter(process);
      } finally {
        if (this.#leaving) process.forget();
        // Also when it has ended by itself: what it started may still be there.
        else await endProcess(process, this.#graceMs, 'leader');
      }
      if (!this.#leaving) await this.#settleAs(process, running !== undefined);
    } catch (error) {
      await this.#fail(error);
    }
    this.#firstHealthy.reject(stoppedBeforeHealthy(this.spec.id));
  }

  async #lookAfter(process: UnitProcess): Promise<void> {
    const { timing, folder } = this.#with;
    const interrupted = AbortSignal.any([this.#ending.signal, process.ended]);
    if (this.#ending.signal.aborted) return;
    this.#memoryBytes = await residentBytes(process.pid);
    this.#become('healthy');
    this.#firstHealthy.resolve();
    while (!interrupted.aborted) {
      await rest(timing.lookMs, interrupted);
      if (interrupted.aborted) return;
      this.#memoryBytes = await residentBytes(process.pid);
      await folder.log.bound();
    }
  }

  async #settleAs(process: UnitProcess, adopted: boolean): Promise<void> {
    this.#memoryBytes = undefined;
    await this.#with.folder.removeRecord().catch(() => {});
    if (this.#ending.signal.aborted || ENDED_WELL.has(process.exitCode())) return this.#become('stopped');
    if (adopted)
      return this.#become('stopped', 'It ended. An earlier runner had started it, so how it ended is not known.');
    this.#become('failed', `${this.#program} ${process.ended.reason}. ${await this.#with.folder.log.lastWords()}`);
  }

  async #fail(error: unknown): Promise<void> {
    this.#memoryBytes = undefined;
    if (error instanceof EngineError && error.code === 'unit-will-not-end') this.#unended = error;
    // A process that is still there stays on record, for the next runner to deal with.
    else await this.#with.folder.removeRecord().catch(() => {});
    this.#become('failed', error instanceof Error ? error.message : String(error));
    this.#firstHealthy.reject(error);
  }

  #become(state: UnitState, reason?: string): void {
    if (state === this.#state && reason === this.#reason) return;
    if (this.#ending.signal.aborted && state !== 'stopped' && state !== 'failed') return;
    this.#state = state;
    this.#reason = reason;
    this.#since = this.#with.clock.now();
    this.#with.changed(this);
  }
}
