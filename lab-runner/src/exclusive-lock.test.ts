import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, onTestFinished } from 'vitest';
import { type ExclusiveLock, isExclusivelyLocked, takeExclusiveLock } from './exclusive-lock.ts';

const LOCK = new URL('./exclusive-lock.ts', import.meta.url);
const HOLD = `
  import { takeExclusiveLock } from ${JSON.stringify(LOCK)};
  console.log(takeExclusiveLock(process.argv[1]) ? 'held' : 'refused');
  setInterval(() => {}, 60_000);
`;
let folder: string;
let path: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'terroir-lock-'));
  path = join(folder, 'lock');
});
afterEach(() => rm(folder, { recursive: true }));

function take(): ExclusiveLock | undefined {
  const lock = takeExclusiveLock(path);
  if (lock) onTestFinished(() => lock.release());
  return lock;
}

it('is one holder’s until it is released, and leaves nothing beside it', async () => {
  expect(isExclusivelyLocked(path)).toBe(false);
  const first = takeExclusiveLock(path);
  expect(first).toBeDefined();
  expect(isExclusivelyLocked(path)).toBe(true);
  expect(take()).toBeUndefined();
  expect(await readdir(folder)).toEqual(['lock']);
  first?.release();
  expect(isExclusivelyLocked(path)).toBe(false);
  expect(take()).toBeDefined();
});

it('is refused while another process holds it, and free again after kill -9 of that process', async () => {
  const holder = spawn(process.execPath, ['--input-type=module', '-e', HOLD, path], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(() => void holder.kill('SIGKILL'));
  const [said] = await once(holder.stdout, 'data');
  expect(String(said)).toBe('held\n');
  expect(take()).toBeUndefined();
  expect(isExclusivelyLocked(path)).toBe(true);

  holder.kill('SIGKILL');
  await once(holder, 'exit');
  expect(isExclusivelyLocked(path)).toBe(false);
  expect(take()).toBeDefined();
});

it('says what is wrong with a file that is no lock, or in no folder', async () => {
  await writeFile(path, 'x'.repeat(4096));
  expect(take).toThrow('not a database');
  expect(isExclusivelyLocked(path)).toBe(false);
  expect(() => takeExclusiveLock(join(folder, 'none', 'lock'))).toThrow('unable to open');
});
