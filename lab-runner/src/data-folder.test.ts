import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type DataFolder, isHeld, readAnnouncement, takeDataFolder } from './data-folder.ts';

let parent: string;
const held: DataFolder[] = [];

beforeEach(async () => {
  parent = await mkdtemp(join(tmpdir(), 'terroir-data-'));
});
afterEach(async () => {
  for (const folder of held.splice(0)) folder.release();
  await rm(parent, { recursive: true });
});

const take = async (path: string): Promise<DataFolder> => {
  const folder = await takeDataFolder(path);
  held.push(folder);
  return folder;
};

it('makes the folder, for this user alone, and leaves no probe in it', async () => {
  const path = join(parent, 'a', 'b');
  await take(path);
  expect((await stat(path)).mode & 0o777).toBe(0o700);
  expect((await readdir(path)).filter((name) => !name.startsWith('runner.lock'))).toEqual([]);
});

it('is held by one, who is named to the next, and free again afterwards', async () => {
  const first = await take(parent);
  await first.announce('http://127.0.0.1:4321/');
  await expect(takeDataFolder(parent)).rejects.toMatchObject({
    code: 'data-folder-in-use',
    detail: expect.stringContaining(`process ${process.pid}, at http://127.0.0.1:4321/`),
    field: 'TERROIR_DATA',
  });
  held.pop()?.release();
  await take(parent);
});

it('is not held by what somebody who crashed left behind', async () => {
  await writeFile(join(parent, 'runner.json'), '{"pid":1,"url":"http://127.0.0.1:4321/"}');
  await writeFile(join(parent, 'runner.lock'), '');
  expect(isHeld(parent)).toBe(false);
  await take(parent);
  expect(isHeld(parent)).toBe(true);
  expect(readAnnouncement(parent)).toBeUndefined();
});

it('says so when the folder cannot be written to', async () => {
  await writeFile(join(parent, 'file'), '');
  await expect(takeDataFolder(join(parent, 'file', 'below'))).rejects.toMatchObject({
    code: 'data-folder-unusable',
    detail: expect.stringContaining('ENOTDIR'),
    todo: expect.stringContaining('TERROIR_DATA'),
  });
});

it('says so when the lock is no lock', async () => {
  await writeFile(join(parent, 'runner.lock'), 'x'.repeat(4096));
  await expect(takeDataFolder(parent)).rejects.toMatchObject({ code: 'data-folder-unusable' });
});
