import { mkdir, realpath } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock } from '../../ports.ts';
import type { Engine, EngineListener, EngineReport, Unit, UnitSpec } from '../engine.ts';
import { EngineError } from '../engine-error.ts';
import { claimFolder } from './claim.ts';
import { FreePorts } from './free-ports.ts';
import { listGpus } from './gpus.ts';
import { INFERENCE_MISSING, installedPrograms, type Programs, pickEnvironment } from './programs.ts';
import { recoverUnits } from './recover.ts';
import type { Running, Supervised } from './supervised.ts';
import { SupervisedJob } from './supervised-job.ts';
import { SupervisedUnit } from './supervised-unit.ts';
import { DEFAULT_TIMING, type Timing } from './timing.ts';
import { UnitFolder } from './unit-folder.ts';

export interface EmbeddedEngineOptions {
  /** Where the engine keeps what it must know after a crash, and what units print. One runner at a time. */
  readonly folder: string;
  readonly clock: Clock;
  /** Where llama-server and nvidia-smi are looked for; the PATH of this process when absent. */
  readonly path?: string;
  /** What units are; the installed programs when absent. */
  readonly programs?: Programs;
  /** The program that runs Python, as it is now; python3 of the path when absent. */
  readonly python?: () => Promise<string | undefined>;
  readonly timing?: Partial<Timing>;
}

const UNIT_ID = /^[a-z0-9][a-z0-9-]{0,127}$/;
const LOG_LINES = 200;

/**
 * Runs units as local processes: each in a session of its own, so that a crash of the runner leaves them serving, and
 * each on record, so that the next runner adopts or ends them.
 */
export function createEmbeddedEngine(options: EmbeddedEngineOptions): Engine {
  const path = options.path ?? process.env.PATH ?? '';
  const environment = pickEnvironment(process.env);
  const programs = options.programs ?? installedPrograms(path, environment, options.python);
  const timing = { ...DEFAULT_TIMING, ...options.timing };
  const ports = new FreePorts();
  const units = new Map<string, Supervised>();
  const listeners = new Set<EngineListener>();
  let closed = false;

  const root = (async () => {
    await mkdir(options.folder, { recursive: true, mode: 0o700 });
    return await realpath(options.folder);
  })();
  root.catch(() => {});

  const changed = (unit: Supervised): void => {
    if (units.get(unit.spec.id) !== unit) return;
    const now = unit.snapshot();
    for (const listener of listeners) {
      try {
        listener(now);
      } catch (error) {
        // A listener's fault is not the unit's: supervision goes on.
        process.emitWarning(error instanceof Error ? error : String(error));
      }
    }
  };

  async function supervise(spec: UnitSpec): Promise<Supervised> {
    const folder = new UnitFolder(join(await root, spec.id));
    const surroundings = { units: await root, folder, programs, ports, timing, clock: options.clock, changed };
    return spec.kind === 'foundry' ? new SupervisedJob(spec, surroundings) : new SupervisedUnit(spec, surroundings);
  }

  async function forget(unit: Supervised): Promise<void> {
    await unit.stop(timing.graceMs);
    if (units.get(unit.spec.id) !== unit) return;
    units.delete(unit.spec.id);
    await new UnitFolder(join(await root, unit.spec.id)).remove();
  }

  function list(microcloud?: string): readonly Unit[] {
    return [...units.values()]
      .filter((unit) => microcloud === undefined || unit.spec.microcloud === microcloud)
      .map((unit) => unit.snapshot());
  }

  return {
    kind: 'embedded',

    report: async (signal): Promise<EngineReport> => {
      const [gpus, inference] = await Promise.all([
        listGpus(path, { ...environment, PATH: path }, signal),
        programs.inference(signal),
      ]);
      const base = { kind: 'embedded', gpus } as const;
      if (inference) return { ...base, ready: true, inference };
      return { ...base, ready: false, inference: 'none', reason: `Nothing here can run a model. ${INFERENCE_MISSING}` };
    },

    recover: async (keep, signal) => {
      assertOpen(closed);
      await claimFolder(await root);
      const found = await recoverUnits(await root, keep, timing, signal);
      const adopted: Unit[] = [];
      for (const { record, process } of found.adopted) {
        const unit = await supervise(record.spec);
        units.set(unit.spec.id, unit);
        const running: Running = { process, port: record.port, program: record.program, restarts: record.restarts };
        unit.begin(running);
        await unit.whenHealthy();
        adopted.push(unit.snapshot());
      }
      return { adopted, ended: found.ended };
    },

    start: async (spec, signal) => {
      assertOpen(closed);
      signal?.throwIfAborted();
      if (!UNIT_ID.test(spec.id)) throw invalidId(spec.id);
      const unit = await supervise(spec);
      const former = units.get(spec.id);
      if (former && former.state !== 'stopped' && former.state !== 'failed') throw alreadyThere(spec.id);
      assertOpen(closed);
      units.set(spec.id, unit);
      changed(unit);
      unit.begin();
      const abort = () => void unit.stop().catch(() => {});
      signal?.addEventListener('abort', abort, { once: true });
      try {
        await unit.whenHealthy();
        signal?.throwIfAborted();
        return unit.snapshot();
      } catch (error) {
        if (!signal?.aborted) throw error;
        await forget(unit);
        throw signal.reason;
      } finally {
        signal?.removeEventListener('abort', abort);
      }
    },

    stop: async (id, { graceMs } = {}) => {
      await units.get(id)?.stop(graceMs);
    },

    forget: async (id) => {
      const unit = units.get(id);
      if (unit) await forget(unit);
    },

    destroy: async (microcloud) => {
      await all([...units.values()].filter((unit) => unit.spec.microcloud === microcloud).map(forget));
    },

    get: (id) => units.get(id)?.snapshot(),
    list,

    logs: async (id, { lines = LOG_LINES } = {}) =>
      units.has(id) ? await new UnitFolder(join(await root, id)).log.tail(lines) : [],

    watch: (listener) => {
      // Wrapped, so that the same function may watch twice and each be ended by itself.
      const mine: EngineListener = (unit) => listener(unit);
      listeners.add(mine);
      return () => listeners.delete(mine);
    },

    close: async ({ leave = false } = {}) => {
      closed = true;
      await all([...units.values()].map((unit) => (leave ? unit.leave() : unit.stop())));
      listeners.clear();
    },
  };
}

/** Waits for all, also when one fails, and then fails as the first of them did. */
async function all(work: readonly Promise<void>[]): Promise<void> {
  await Promise.allSettled(work);
  await Promise.all(work);
}

function assertOpen(closed: boolean): void {
  if (!closed) return;
  throw new EngineError('engine-closed', {
    status: 503,
    detail: 'The engine is being closed and starts nothing more.',
    todo: 'Start Terroir again.',
  });
}

const invalidId = (id: string) =>
  new EngineError('unit-id-invalid', {
    status: 422,
    detail: `"${id}" cannot be a unit's id.`,
    todo: 'Use lower-case letters, digits and hyphens, 128 at most.',
    field: 'id',
  });

const alreadyThere = (id: string) =>
  new EngineError('unit-exists', {
    status: 409,
    detail: `Unit ${id} is there already.`,
    todo: 'Stop it first, or use another id.',
    field: 'id',
  });
