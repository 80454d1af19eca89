import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { recordsContract } from '../microclouds/records.contract.ts';
import { type Database, openDatabase } from './database.ts';
import { deploymentRecords } from './deployments.ts';
import { microcloudRecords } from './microclouds.ts';

let folder: string;
let db: Database | undefined;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'terroir-store-'));
});
afterEach(async () => {
  await db?.destroy();
  db = undefined;
  await rm(folder, { recursive: true });
});

const open = async (): Promise<Database> => {
  db = await openDatabase(join(folder, 'terroir.db'));
  return db;
};

describe('micro-clouds and deployments in SQLite', () => {
  recordsContract(async () => {
    const opened = await open();
    return { microclouds: microcloudRecords(opened), deployments: deploymentRecords(opened) };
  });
});

it('waits for the disk at every commit', async () => {
  const opened = await open();
  const pragma = async (name: string) =>
    Object.values((await sql.raw(`PRAGMA ${name}`).execute(opened)).rows[0] ?? {})[0];
  expect(await pragma('journal_mode')).toBe('wal');
  expect(await pragma('synchronous')).toBe(2);
  expect(await pragma('foreign_keys')).toBe(1);
});

it('keeps what was written when it is opened again', async () => {
  const microcloud = { id: 'm1', name: 'One', state: 'ready' as const, createdAt: new Date(0) };
  await microcloudRecords(await open()).save(microcloud);
  await db?.destroy();
  expect(await microcloudRecords(await open()).all()).toEqual([microcloud]);
});

it('refuses a second deployment of the same model in one micro-cloud', async () => {
  const opened = await open();
  await microcloudRecords(opened).save({ id: 'm1', name: 'One', state: 'ready', createdAt: new Date(0) });
  const deployment = {
    microcloud: 'm1',
    model: 'seedling',
    device: 'cpu',
    state: 'queued' as const,
    since: new Date(0),
    unitKey: 'k',
  };
  await deploymentRecords(opened).save({ ...deployment, id: 'd1' });
  await expect(deploymentRecords(opened).save({ ...deployment, id: 'd2' })).rejects.toThrow(/UNIQUE/);
});

it('says no to a file that is not a database', async () => {
  await writeFile(join(folder, 'terroir.db'), 'this is text, and long enough to have the length of a header of a page');
  await expect(open()).rejects.toThrow(/not a database/);
});
