import { spawn } from 'node:child_process';
import { open } from 'node:fs/promises';
import { setPriority } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { EngineError } from '../engine-error.ts';
import { processIdentity } from './process-table.ts';

/** How a program is started. */
export interface Command {
  /** What it is, for people, e.g. "llama-server 0.7.0". */
  readonly program: string;
  readonly file: string;
  readonly args: readonly string[];
  /** Its whole environment. */
  readonly env: Readonly<Record<string, string>>;
  /** How far it stands back when others want the processor, 0 to 19; 0 when absent. */
  readonly niceness?: number;
}

/** A process that heads a group of its own. It may be no child of ours: one that an earlier runner started. */
export interface UnitProcess {
  readonly pid: number;
  /** See `processIdentity`. */
  readonly identity: string;
  /** Aborts when the process has ended; the reason is a text such as "ended with exit code 1". */
  readonly ended: AbortSignal;
  /** Undefined while it runs, when a signal ended it, and for one that is no child of ours. */
  exitCode(): number | undefined;
  /** Stops looking at it. What it does from then on is no more known. */
  forget(): void;
}

/** From SIGKILL to the end: only a process that waits for a broken disk takes longer. */
const FORCED_END_MS = 10_000;
const LOOK_MS = 25;

/**
 * Starts a program in a session of its own, so that neither Ctrl-C nor the end of this process reaches it, with all it
 * prints appended to `log`.
 * @throws {EngineError} `program-not-found` when it cannot be started at all
 */
export async function spawnProcess(command: Command, options: { cwd: string; log: string }): Promise<UnitProcess> {
  const log = await open(options.log, 'a', 0o600);
  try {
    const child = spawn(command.file, command.args, {
      cwd: options.cwd,
      env: command.env,
      detached: true,
      windowsHide: true,
      stdio: ['ignore', log.fd, log.fd],
    });
    const ended = new AbortController();
    child.once('exit', (code, signal) =>
      ended.abort(signal ? `was ended by ${signal}` : `ended with exit code ${code ?? 'unknown'}`),
    );
    child.unref();
    // At once: on Linux only threads that are made from now on stand back as well.
    if (command.niceness !== undefined && child.pid !== undefined) standBack(child.pid, command.niceness);
    await new Promise<void>((resolve, reject) => {
      child.once('spawn', resolve);
      child.once('error', reject);
    });
    const { pid } = child;
    if (pid === undefined) throw new Error('it has no process id');
    const identity = (await processIdentity(pid)) ?? '';
    return { pid, identity, ended: ended.signal, exitCode: () => child.exitCode ?? undefined, forget: () => {} };
  } catch (error) {
    throw new EngineError('program-not-found', {
      status: 500,
      detail: `${command.program} could not be started: ${error instanceof Error ? error.message : error}.`,
      todo: `Check that ${command.file} is there and may be run.`,
      cause: error,
    });
  } finally {
    await log.close();
  }
}

/** Takes over a process that is not our child: we learn of its end by looking every `lookMs`. */
export function adoptProcess(pid: number, identity: string, lookMs: number): UnitProcess {
  const ended = new AbortController();
  const forgotten = new AbortController();
  const look = async () => {
    while ((await processIdentity(pid)) === identity) {
      await sleep(lookMs, undefined, { signal: forgotten.signal, ref: false });
    }
    ended.abort('is gone');
  };
  look().catch(() => {});
  return { pid, identity, ended: ended.signal, exitCode: () => undefined, forget: () => forgotten.abort() };
}

/**
 * Ends a process with all it started in its group: asks, and after `graceMs` forces.
 * @param whom is asked: one that has to keep its work first still needs what it started
 * @throws {EngineError} `unit-will-not-end` when even force does not help
 */
export async function endProcess(
  unit: UnitProcess,
  graceMs: number,
  whom: 'group' | 'leader' = 'group',
): Promise<void> {
  try {
    const runs = async () => !unit.ended.aborted && (await processIdentity(unit.pid)) === unit.identity;
    if (graceMs > 0 && (await runs())) {
      if (whom === 'group') signalGroup(unit.pid, 'SIGTERM');
      else send(unit.pid, 'SIGTERM');
      await goneWithin(runs, graceMs);
    }
    // Also when the first of the group has ended: what it started may still be there.
    signalGroup(unit.pid, 'SIGKILL');
    if (await goneWithin(runs, FORCED_END_MS)) return;
  } finally {
    unit.forget();
  }
  throw new EngineError('unit-will-not-end', {
    status: 500,
    detail: `Process ${unit.pid} did not end, not even by force.`,
    todo: 'It most likely waits for a disk or a device that does not answer. It ends when that does, or at the next restart of the machine.',
  });
}

/** A signal to the whole group; when nothing of it is left, nothing happens. */
function signalGroup(pid: number, signal: NodeJS.Signals): void {
  send(process.platform === 'win32' ? pid : -pid, signal);
}

function send(to: number, signal: NodeJS.Signals): void {
  try {
    process.kill(to, signal);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
  }
}

/** It may have ended already; and what cannot be made to stand back runs all the same. */
function standBack(pid: number, niceness: number): void {
  try {
    setPriority(pid, niceness);
  } catch (error) {
    process.emitWarning(error instanceof Error ? error : String(error));
  }
}

async function goneWithin(runs: () => Promise<boolean>, ms: number): Promise<boolean> {
  for (let waited = 0; await runs(); waited += LOOK_MS) {
    if (waited >= ms) return false;
    await sleep(LOOK_MS);
  }
  return true;
}
