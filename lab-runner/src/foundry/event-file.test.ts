import { appendFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { EventFile } from './event-file.ts';

let folder: string;
let path: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'terroir-events-'));
  path = join(folder, 'events.jsonl');
});
afterEach(async () => {
  await rm(folder, { recursive: true });
});

const line = (step: number, more = '') =>
  `{"type":"resumed","at":"2026-11-22T10:00:00.000Z","stage":"train","step":${step}${more}}\n`;

async function read(file: EventFile): Promise<(number | string)[]> {
  const steps: (number | string)[] = [];
  await file.readNew((event) => steps.push('step' in event ? event.step : event.type));
  return steps;
}

it('reads nothing where no file is yet', async () => {
  expect(await read(new EventFile(path))).toEqual([]);
});

it('reads each event once, and all again from the start', async () => {
  const file = new EventFile(path);
  await writeFile(path, line(1) + line(2));
  expect(await read(file)).toEqual([1, 2]);
  expect(await read(file)).toEqual([]);
  await appendFile(path, line(3));
  expect(await read(file)).toEqual([3]);
  expect(await read(new EventFile(path))).toEqual([1, 2, 3]);
});

it('waits for the rest of a line that is being written, also inside a character', async () => {
  const file = new EventFile(path);
  const whole = Buffer.from(
    '{"type":"sample","at":"2026-11-22T10:00:00.000Z","stage":"train","step":7,"prompt":"É","text":"été €"}\n',
  );
  for (let cut = 0; cut < whole.length - 1; cut += 1) {
    await appendFile(path, whole.subarray(cut, cut + 1));
    expect(await read(file)).toEqual([]);
  }
  await appendFile(path, whole.subarray(-1));
  expect(await read(file)).toEqual([7]);
  expect(file.damaged).toBe(0);
});

it('passes over damaged lines, and those that are no events, and counts them', async () => {
  const file = new EventFile(path);
  await writeFile(path, `${line(1)}{"type":"resu\n\n\0\0\0\n[]\n{"type":"unheard-of","at":"x"}\n${line(2)}`);
  expect(await read(file)).toEqual([1, 2]);
  expect(file.damaged).toBe(4);
});

it('passes over a line that no run writes, and goes on behind it', async () => {
  const file = new EventFile(path);
  await writeFile(path, Buffer.alloc(40 * 2 ** 20, 'x'));
  await appendFile(path, `\n${line(5)}`);
  expect(await read(file)).toEqual([5]);
});

it('ends a line that a crash has cut, so that the next run’s first event is whole', async () => {
  const file = new EventFile(path);
  await file.seal();
  await writeFile(path, `${line(1)}{"type":"poi`);
  await file.seal();
  await appendFile(path, line(2));
  await file.seal();
  expect(await read(file)).toEqual([1, 2]);
  expect(file.damaged).toBe(1);
});
