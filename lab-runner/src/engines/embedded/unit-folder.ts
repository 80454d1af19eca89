import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type Static, Type } from 'typebox';
import { writeDurably } from '../../durable-file.ts';
import { readJsonIfSound } from '../../json-file.ts';
import type { UnitSpec } from '../engine.ts';
import { UnitLog } from './unit-log.ts';

/**
 * What is written down about a unit, so that a later runner knows it again. Written twice for each start: before, with
 * the port it will have (the intent), and after, with the process. A runner that is killed in between leaves an intent,
 * and a process that carries the unit's mark in its environment.
 */
export const UnitRecord = Type.Object({
  v: Type.Literal(1),
  spec: Type.Union([
    Type.Object({
      kind: Type.Literal('gateway'),
      id: Type.String(),
      microcloud: Type.String(),
      folder: Type.String(),
    }),
    Type.Object({
      kind: Type.Literal('inference'),
      id: Type.String(),
      microcloud: Type.String(),
      model: Type.String(),
      file: Type.String(),
      device: Type.String(),
      key: Type.String(),
      contextTokens: Type.Optional(Type.Integer({ minimum: 1 })),
    }),
    Type.Object({
      kind: Type.Literal('foundry'),
      id: Type.String(),
      microcloud: Type.String(),
      folder: Type.String(),
      reads: Type.Array(Type.String()),
    }),
  ]),
  program: Type.String(),
  port: Type.Integer({ minimum: 0, maximum: 65_535, description: '0: it listens nowhere' }),
  restarts: Type.Integer({ minimum: 0 }),
  process: Type.Optional(Type.Object({ pid: Type.Integer({ minimum: 1 }), identity: Type.String() })),
});
export type UnitRecord = Static<typeof UnitRecord>;

const RECORD = 'unit.json';

/** One unit's own folder, readable by its owner alone: it holds the key that the unit demands. */
export class UnitFolder {
  readonly path: string;
  readonly keyFile: string;
  readonly log: UnitLog;

  constructor(path: string) {
    this.path = path;
    this.keyFile = join(path, 'key');
    this.log = new UnitLog(join(path, 'unit.log'));
  }

  async create(): Promise<void> {
    await mkdir(this.path, { recursive: true, mode: 0o700 });
  }

  async writeKey(key: string): Promise<void> {
    await writeDurably(this.keyFile, `${key}\n`, 0o600);
  }

  async writeRecord(record: Omit<UnitRecord, 'spec'> & { readonly spec: UnitSpec }): Promise<void> {
    await writeDurably(join(this.path, RECORD), `${JSON.stringify(record, null, 2)}\n`, 0o600);
  }

  /** Undefined when there is none, or when it cannot be read as one. */
  async readRecord(): Promise<UnitRecord | undefined> {
    return await readJsonIfSound(join(this.path, RECORD), UnitRecord);
  }

  /** What it printed stays readable. */
  async removeRecord(): Promise<void> {
    await rm(join(this.path, RECORD), { force: true });
    await rm(this.keyFile, { force: true });
  }

  async remove(): Promise<void> {
    await rm(this.path, { recursive: true, force: true, maxRetries: 3 });
  }
}

/** The ids of all units that have a folder under `folder`. */
export async function unitFolders(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  return entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
}
