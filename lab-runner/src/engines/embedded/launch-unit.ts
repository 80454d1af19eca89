import type { UnitSpec } from '../engine.ts';
import type { FreePorts } from './free-ports.ts';
import { FOLDER_MARK, UNIT_MARK } from './process-table.ts';
import type { Programs } from './programs.ts';
import type { UnitFolder } from './unit-folder.ts';
import { spawnProcess, type UnitProcess } from './unit-process.ts';

/** Where a unit is started, and by what means. */
export interface LaunchPlace {
  /** The engine's folder, as it stands in the mark of every process. */
  readonly units: string;
  readonly folder: UnitFolder;
  readonly programs: Programs;
  readonly ports: FreePorts;
}

/** A process that was started; nothing is known yet of how it fares. Its port, 0 for none, is held until the caller releases it. */
export interface Launched {
  readonly process: UnitProcess;
  readonly port: number;
  readonly program: string;
}

/**
 * Starts a unit's program. The intent is on disk before the process is there, and the process as soon as it is; both
 * the process and all it starts carry the unit's mark in their environment.
 * @throws {EngineError} when there is no such program, or it cannot be started; nothing then runs
 */
export async function launchUnit(
  spec: UnitSpec,
  restarts: number,
  preferredPort: number | undefined,
  { units, folder, programs, ports }: LaunchPlace,
): Promise<Launched> {
  await folder.create();
  await folder.log.bound();
  if (spec.kind === 'inference') await folder.writeKey(spec.key);
  const port = spec.kind === 'foundry' ? 0 : await ports.take(preferredPort);
  try {
    const command = await programs.command(spec, { port, keyFile: folder.keyFile });
    const { program } = command;
    const record = { v: 1, spec, program, port, restarts } as const;
    await folder.writeRecord(record);
    const env = { ...command.env, [FOLDER_MARK]: units, [UNIT_MARK]: spec.id };
    const process = await spawnProcess({ ...command, env }, { cwd: folder.path, log: folder.log.file });
    await folder.writeRecord({ ...record, process: { pid: process.pid, identity: process.identity } });
    return { process, port, program };
  } catch (error) {
    ports.release(port);
    throw error;
  }
}
