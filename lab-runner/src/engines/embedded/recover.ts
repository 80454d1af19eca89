import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { isHealthy } from './health.ts';
import { type MarkedProcess, markedProcesses, processIdentity } from './process-table.ts';
import type { Timing } from './timing.ts';
import { UnitFolder, type UnitRecord, unitFolders } from './unit-folder.ts';
import { adoptProcess, endProcess, type UnitProcess } from './unit-process.ts';

export interface Recovered {
  readonly adopted: readonly { readonly record: UnitRecord; readonly process: UnitProcess }[];
  /** Ids of units that were known and do not run any more. */
  readonly ended: readonly string[];
}

/**
 * Looks through what an earlier runner left in the engine's folder. A unit whose process runs, is healthy and belongs to
 * a micro-cloud in `keep` is handed over; every other process that carries the engine's mark is ended, and its folder
 * removed. A process that merely has a recorded pid is left alone: it is a stranger unless it started when the record says.
 */
export async function recoverUnits(
  folder: string,
  keep: ReadonlySet<string>,
  timing: Timing,
  signal?: AbortSignal,
): Promise<Recovered> {
  const ids = await unitFolders(folder);
  const marked = await markedProcesses(folder, ids);
  const adopted: { record: UnitRecord; process: UnitProcess }[] = [];
  const ended: string[] = [];
  await Promise.all(
    ids.map(async (id) => {
      const unitFolder = new UnitFolder(join(folder, id));
      const record = await unitFolder.readRecord();
      const process = await findProcess(
        record,
        marked.filter((found) => found.unit === id),
        timing,
      );
      if (record && process && keep.has(record.spec.microcloud) && (await isWell(record, timing, signal))) {
        await unitFolder.writeRecord({ ...record, process: { pid: process.pid, identity: process.identity } });
        adopted.push({ record, process });
        return;
      }
      if (process) await endProcess(process, timing.graceMs);
      await unitFolder.remove();
      ended.push(id);
    }),
  );
  const kept = new Set(adopted.map(({ record }) => record.spec.id));
  await endStrays(
    marked.filter(({ unit }) => !kept.has(unit)),
    timing,
  );
  return { adopted, ended };
}

/** The recorded process, or, when the runner was killed before it could write that down, the one that carries the mark. */
async function findProcess(
  record: UnitRecord | undefined,
  marked: readonly MarkedProcess[],
  timing: Timing,
): Promise<UnitProcess | undefined> {
  const recorded = record?.process;
  if (recorded && (await processIdentity(recorded.pid)) === recorded.identity) {
    return adoptProcess(recorded.pid, recorded.identity, timing.lookMs);
  }
  const leader = marked.find((found) => found.leader);
  const identity = leader && (await processIdentity(leader.pid));
  return identity ? adoptProcess(leader.pid, identity, timing.lookMs) : undefined;
}

/** What units started and outlived them, and units of which no record is left. */
async function endStrays(marked: readonly MarkedProcess[], timing: Timing): Promise<void> {
  for (const { pid, leader } of marked) {
    const identity = await processIdentity(pid);
    if (identity && leader) await endProcess(adoptProcess(pid, identity, timing.lookMs), timing.graceMs);
    else if (identity) process.kill(pid, 'SIGKILL');
  }
}

/** A job is well while it runs. Of the others, a busy machine may be slow to answer once. */
async function isWell({ spec, port }: UnitRecord, timing: Timing, signal?: AbortSignal): Promise<boolean> {
  if (spec.kind === 'foundry') return true;
  for (let tries = 0; tries < timing.unhealthyAfter; tries += 1) {
    signal?.throwIfAborted();
    if (await isHealthy(port, timing.healthAnswerMs)) return true;
    await sleep(timing.startLookMs);
  }
  return false;
}
