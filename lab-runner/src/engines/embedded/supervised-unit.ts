import type { UnitState } from '@terroir/labs/contract/microcloud.ts';
import type { GatewaySpec, InferenceSpec, Unit } from '../engine.ts';
import { EngineError } from '../engine-error.ts';
import { isHealthy } from './health.ts';
import { launchUnit } from './launch-unit.ts';
import { residentBytes } from './process-table.ts';
import { type Running, rest, type Supervised, type Surroundings, stoppedBeforeHealthy } from './supervised.ts';
import { endProcess, type UnitProcess } from './unit-process.ts';

/** One run of the unit's program came to an end that nobody asked for. */
interface Failure {
  readonly why: string;
  readonly wasHealthy: boolean;
  readonly settled: boolean;
}

/**
 * Keeps one unit running until it is asked to end: starts its program, waits until it is healthy, looks after it, and
 * starts it again with growing delays when it ends or hangs.
 */
export class SupervisedUnit implements Supervised {
  readonly spec: GatewaySpec | InferenceSpec;
  readonly #with: Surroundings;
  readonly #ending = new AbortController();
  #graceMs: number;
  #leaving = false;
  #state: UnitState = 'starting';
  #since: Date;
  #program: string;
  #reason: string | undefined;
  #port: number | undefined;
  #url: string | undefined;
  #restarts = 0;
  #memoryBytes: number | undefined;
  #unended: EngineError | undefined;
  #supervision: Promise<void> = Promise.resolve();
  readonly #firstHealthy = Promise.withResolvers<void>();

  constructor(spec: GatewaySpec | InferenceSpec, surroundings: Surroundings) {
    this.spec = spec;
    this.#with = surroundings;
    this.#graceMs = surroundings.timing.graceMs;
    this.#since = surroundings.clock.now();
    this.#program = spec.kind;
    // Nobody may be waiting, as for an adopted unit.
    this.#firstHealthy.promise.catch(() => {});
  }

  get state(): UnitState {
    return this.#state;
  }

  /** The unit as it is now. */
  snapshot(): Unit {
    const { spec } = this;
    return {
      id: spec.id,
      microcloud: spec.microcloud,
      kind: spec.kind,
      state: this.#state,
      program: this.#program,
      since: this.#since,
      restarts: this.#restarts,
      ...(spec.kind === 'inference' && { model: spec.model }),
      ...(this.#url !== undefined && { url: this.#url }),
      ...(this.#memoryBytes !== undefined && { memoryBytes: this.#memoryBytes }),
      ...(this.#reason !== undefined && { reason: this.#reason }),
    };
  }

  /** Starts supervision, of a new process or of one that runs. */
  begin(running?: Running): void {
    if (running) this.#restarts = running.restarts;
    this.#supervision = this.#supervise(running);
  }

  /** Resolves when it is healthy for the first time. @throws {EngineError} `unit-failed`, `unit-stopped` and what starting throws */
  async whenHealthy(): Promise<void> {
    await this.#firstHealthy.promise;
  }

  /** Ends it and resolves when nothing of it runs. What it printed stays. @throws {EngineError} `unit-will-not-end` */
  async stop(graceMs = this.#with.timing.graceMs): Promise<void> {
    if (!this.#ending.signal.aborted && this.#state !== 'failed') {
      this.#graceMs = graceMs;
      this.#become('stopping');
      this.#ending.abort();
    }
    await this.#supervision;
    if (this.#unended) throw this.#unended;
  }

  /** Ends supervision and leaves the process as it is, for the next runner to adopt. */
  async leave(): Promise<void> {
    this.#leaving = true;
    this.#ending.abort();
    await this.#supervision;
  }

  async #supervise(running: Running | undefined): Promise<void> {
    try {
      await this.#runUntilGivenUp(running);
      if (this.#leaving) this.#firstHealthy.reject(stoppedBeforeHealthy(this.spec.id));
      else await this.#settle('stopped', undefined, stoppedBeforeHealthy(this.spec.id));
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      await this.#settle('failed', why, error);
    }
  }

  async #settle(state: 'stopped' | 'failed', reason: string | undefined, error: unknown): Promise<void> {
    this.#memoryBytes = undefined;
    if (error instanceof EngineError && error.code === 'unit-will-not-end') this.#unended = error;
    // A process that is still there stays on record, for the next runner to deal with.
    else await this.#with.folder.removeRecord().catch(() => {});
    this.#become(state, reason);
    this.#firstHealthy.reject(error);
  }

  /** Returns when asked to end. @throws {EngineError} `unit-failed` when it failed too often */
  async #runUntilGivenUp(first: Running | undefined): Promise<void> {
    const { timing } = this.#with;
    let running = first;
    let hasBeenHealthy = first !== undefined;
    for (let failures = 0; ; this.#restarts += 1) {
      const failure = await this.#runOnce(running);
      running = undefined;
      if (!failure) return;
      hasBeenHealthy ||= failure.wasHealthy;
      failures = failure.settled ? 1 : failures + 1;
      if (failures >= (hasBeenHealthy ? timing.failuresMost : timing.startsMost)) {
        throw await this.#givenUp(failure.why, failures);
      }
      const delay = Math.min(timing.backoffFirstMs * 2 ** (failures - 1), timing.backoffMostMs);
      this.#become('backing-off', `The program ${failure.why}. It is started again in ${delay / 1000} s.`);
      await rest(delay, this.#ending.signal);
      if (this.#ending.signal.aborted) return;
    }
  }

  /** One run of the program, from start to end. Undefined when it ended because that was asked for. */
  async #runOnce(running: Running | undefined): Promise<Failure | undefined> {
    if (!running) this.#become('starting');
    // The same port where it can be had: whoever knows the unit's address then need not learn another.
    const preferred = this.#url === undefined ? undefined : this.#port;
    const { process, port, program } = running ?? (await launchUnit(this.spec, this.#restarts, preferred, this.#with));
    this.#port = port;
    this.#program = program;
    this.#with.ports.hold(port);
    const interrupted = AbortSignal.any([this.#ending.signal, process.ended]);
    try {
      const failure = running ? undefined : await this.#untilHealthy(process, port, interrupted);
      if (failure) return { why: failure, wasHealthy: false, settled: false };
      if (this.#ending.signal.aborted) return undefined;
      this.#url = `http://127.0.0.1:${port}`;
      this.#memoryBytes = await residentBytes(process.pid);
      this.#become('healthy');
      this.#firstHealthy.resolve();
      const begun = this.#now();
      const why = await this.#lookAfter(process, port, interrupted);
      return why ? { why, wasHealthy: true, settled: this.#now() - begun >= this.#with.timing.settledMs } : undefined;
    } finally {
      if (this.#leaving) process.forget();
      else await endProcess(process, this.#graceMs);
      this.#with.ports.release(port);
      this.#memoryBytes = undefined;
    }
  }

  /** Undefined when healthy, or when interrupted by a request to end; else why not. */
  async #untilHealthy(process: UnitProcess, port: number, interrupted: AbortSignal): Promise<string | undefined> {
    const { timing } = this.#with;
    const within = this.spec.kind === 'gateway' ? timing.gatewayStartMs : timing.inferenceStartMs;
    for (const begun = this.#now(); this.#now() - begun < within; await rest(timing.startLookMs, interrupted)) {
      const healthy = !interrupted.aborted && (await isHealthy(port, timing.healthAnswerMs));
      if (this.#ending.signal.aborted) return undefined;
      if (process.ended.aborted) return String(process.ended.reason);
      if (healthy) return undefined;
    }
    return `was not ready after ${within / 1000} s`;
  }

  /** Returns why it has to be started again; undefined when it was asked to end. */
  async #lookAfter(process: UnitProcess, port: number, interrupted: AbortSignal): Promise<string | undefined> {
    const { timing, folder } = this.#with;
    for (let unanswered = 0; ; ) {
      await rest(timing.lookMs, interrupted);
      if (this.#ending.signal.aborted) return undefined;
      if (process.ended.aborted) return String(process.ended.reason);
      unanswered = (await isHealthy(port, timing.healthAnswerMs)) ? 0 : unanswered + 1;
      if (interrupted.aborted) continue;
      this.#memoryBytes = await residentBytes(process.pid);
      await folder.log.bound();
      if (unanswered === 0 && this.#state === 'unhealthy') this.#become('healthy');
      if (unanswered === timing.unhealthyAfter) {
        this.#become('unhealthy', `It has not answered ${unanswered} times in a row when asked whether it is well.`);
      }
      if (unanswered >= timing.hungAfter) return `did not answer ${unanswered} times in a row and was ended`;
    }
  }

  async #givenUp(why: string, failures: number): Promise<EngineError> {
    const times = failures === 1 ? '' : `, after ${failures} tries`;
    return new EngineError('unit-failed', {
      status: 500,
      detail: `${this.#program} ${why}${times}. ${await this.#with.folder.log.lastWords()}`,
      todo:
        this.spec.kind === 'inference'
          ? 'Read its log. Most often the file is of a kind that this program cannot run, or memory does not suffice: try a smaller model.'
          : 'Read its log, and start the micro-cloud again.',
    });
  }

  #become(state: UnitState, reason?: string): void {
    if (state === this.#state && reason === this.#reason) return;
    if (this.#ending.signal.aborted && state !== 'stopped' && state !== 'failed') return;
    this.#state = state;
    this.#reason = reason;
    this.#since = this.#with.clock.now();
    this.#with.changed(this);
  }

  #now(): number {
    return this.#with.clock.now().getTime();
  }
}
