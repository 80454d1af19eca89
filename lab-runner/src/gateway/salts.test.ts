import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Salts } from './salts.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'terroir-salts-'));
});
afterEach(() => rm(folder, { recursive: true }));

test('each request has a salt of its own, kept where only this user can read it', async () => {
  const path = join(folder, 'salts.jsonl');
  const salts = new Salts(path, () => {});
  const given = Array.from({ length: 600 }, (_, at) => ({ id: `m${at}`, salt: salts.next(`m${at}`).toString('hex') }));
  await salts.close();
  expect(new Set(given.map(({ salt }) => salt)).size).toBe(600);
  expect(given.every(({ salt }) => salt.length === 32)).toBe(true);
  const kept = (await readFile(path, 'utf8'))
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(kept).toEqual(given);
  expect((await stat(path)).mode & 0o777).toBe(0o600);
});

test('a file that cannot be written is told, and stops nobody', async () => {
  const failures: unknown[] = [];
  const salts = new Salts(join(folder, 'none', 'salts.jsonl'), (error) => failures.push(error));
  expect(salts.next('m1')).toHaveLength(16);
  await salts.close();
  expect(failures).toHaveLength(1);
});
