import { afterEach, describe } from 'vitest';
import { trainingRecordsContract } from '../foundry/records.contract.ts';
import { type Database, openDatabase } from './database.ts';
import { microcloudRecords } from './microclouds.ts';
import { trainingRecords } from './trainings.ts';

let db: Database | undefined;
afterEach(async () => {
  await db?.destroy();
});

describe('trainings in SQLite', () => {
  trainingRecordsContract(async () => {
    db = await openDatabase(':memory:');
    const microclouds = microcloudRecords(db);
    for (const id of ['m1', 'm2']) await microclouds.save({ id, name: id, state: 'ready', createdAt: new Date(0) });
    return { trainings: trainingRecords(db), forget: (id) => microclouds.remove(id) };
  });
});
