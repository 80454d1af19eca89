import { afterEach, describe, expect, it } from 'vitest';
import { labRecordsContract } from '../labs/records.contract.ts';
import { type Database, openDatabase } from './database.ts';
import { labRecords } from './labs.ts';
import { microcloudRecords } from './microclouds.ts';
import { sessionRecords } from './sessions.ts';

let db: Database | undefined;
afterEach(async () => {
  await db?.destroy();
});

describe('labs in SQLite', () => {
  labRecordsContract(async () => {
    db = await openDatabase(':memory:');
    const microclouds = microcloudRecords(db);
    for (const id of ['m1', 'm2']) await microclouds.save({ id, name: id, state: 'ready', createdAt: new Date(0) });
    return { labs: labRecords(db), forget: (id) => microclouds.remove(id) };
  });
});

it('remembers sessions until they expire or are removed', async () => {
  db = await openDatabase(':memory:');
  const sessions = sessionRecords(db);
  await sessions.add({ tokenSha256: 'a', expiresAt: new Date(1000) });
  await sessions.add({ tokenSha256: 'b', expiresAt: new Date(2000) });
  await sessions.add({ tokenSha256: 'c', expiresAt: new Date(3000) });
  await sessions.removeExpired(new Date(1000));
  await sessions.remove('c');
  expect(await sessions.expiryOf('a')).toBeUndefined();
  expect(await sessions.expiryOf('b')).toEqual(new Date(2000));
  expect(await sessions.expiryOf('c')).toBeUndefined();
});
