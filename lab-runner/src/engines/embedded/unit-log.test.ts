import { appendFile, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { UnitLog } from './unit-log.ts';

describe('UnitLog', () => {
  let folder: string;
  let log: UnitLog;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'terroir-log-'));
    log = new UnitLog(join(folder, 'unit.log'));
  });
  afterEach(async () => {
    await rm(folder, { recursive: true });
  });

  it('gives the last lines, with and without a newline at the end', async () => {
    await appendFile(log.file, 'one\ntwo\nthree');
    expect(await log.tail(2)).toEqual(['two', 'three']);
    await appendFile(log.file, '\n');
    expect(await log.tail(9)).toEqual(['one', 'two', 'three']);
  });

  it('gives nothing where nothing was printed', async () => {
    expect(await log.tail(5)).toEqual([]);
    await log.bound();
  });

  it('sets a large file aside, and still gives lines from before', async () => {
    await appendFile(log.file, 'old 1\nold 2\n');
    await log.bound(8);
    await appendFile(log.file, 'new\n');
    expect(await readFile(log.file, 'utf8')).toBe('new\n');
    expect(await log.tail(2)).toEqual(['old 2', 'new']);
  });

  it('leaves a small file alone', async () => {
    await appendFile(log.file, 'old\n');
    await log.bound(8);
    expect(await readFile(log.file, 'utf8')).toBe('old\n');
  });

  it('begins with a whole line when it reads the end of a long file', async () => {
    const lines = Array.from({ length: 40_000 }, (_, at) => `line ${at}`);
    await appendFile(log.file, lines.join('\n'));
    const tail = await log.tail(100_000);
    expect(tail).toEqual(lines.slice(-tail.length));
    expect(tail.length).toBeLessThan(lines.length);
  });
});
