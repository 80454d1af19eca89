import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { until } from '../microclouds/room.fixture.ts';
import { draft, newMicrocloud, one, openFoundry, say, stateIs, type TestFoundry } from './foundry.fixture.ts';
import type { LiveTraining } from './live-training.ts';
import { removeTraining } from './remove-training.ts';
import { addSource, removeSource } from './sources.ts';
import { startTraining } from './start-training.ts';
import { stopTraining } from './stop-training.ts';

let foundry: TestFoundry;
let live: LiveTraining;
beforeEach(async () => {
  foundry = await openFoundry();
  live = await draft(foundry, await newMicrocloud(foundry));
});
afterEach(async () => {
  await foundry.close();
});

const names = () => live.sources.map(({ name }) => name);
const left = () => readdir(live.incomingFolder).catch(() => []);

it('keeps files as they came, in order of name, and replaces one of the same name', async () => {
  await addSource(foundry, live, 'Été à Ségou.txt', one('un'));
  await addSource(foundry, live, 'a.txt', one('other'));
  expect(live.sources).toEqual([
    { name: 'a.txt', bytes: 5 },
    { name: 'Été à Ségou.txt', bytes: 2 },
  ]);
  expect(await readFile(join(live.sourceFolder, 'a.txt'), 'utf8')).toBe('other');
  await addSource(foundry, live, 'Été à Ségou.txt'.normalize('NFD'), one('deux'));
  expect(names()).toEqual(['a.txt', 'Été à Ségou.txt']);
});

it('takes a file out again', async () => {
  await removeSource(foundry, live, 'a.txt');
  expect(names()).toEqual([]);
  await expect(removeSource(foundry, live, 'a.txt')).rejects.toMatchObject({ code: 'source-not-found' });
  await expect(startTraining(foundry, live)).rejects.toMatchObject({ code: 'training-empty' });
});

it.each(['', '.', '..', '../up.txt', 'a/b.txt', 'a\\b.txt', '.hidden', 'a\0b', 'a\nb', ' a.txt', 'x'.repeat(201)])(
  'refuses the name %j',
  async (name) => {
    await expect(addSource(foundry, live, name, one('text'))).rejects.toMatchObject({ code: 'source-name-invalid' });
    await expect(removeSource(foundry, live, name)).rejects.toMatchObject({ code: 'source-name-invalid' });
    expect(names()).toEqual(['a.txt']);
  },
);

describe('a file that is too large', () => {
  it('is refused before it is read, when its sender says how long it is', async () => {
    const never = (async function* () {
      yield* [];
      throw new Error('it was read');
    })();
    const limits = { sizeBytes: 11, most: 10 };
    await expect(addSource(foundry, live, 'b.txt', never, limits)).rejects.toMatchObject({ code: 'source-too-large' });
  });

  it('leaves nothing behind otherwise, and what was there stays', async () => {
    const endless = (async function* () {
      for (;;) yield Buffer.from('0123456789');
    })();
    await expect(addSource(foundry, live, 'a.txt', endless, { most: 100 })).rejects.toMatchObject({
      code: 'source-too-large',
      status: 413,
    });
    expect(live.sources).toEqual([{ name: 'a.txt', bytes: 17 }]);
    expect(await left()).toEqual([]);
  });
});

it('keeps nothing of an upload that broke off', async () => {
  const broken = (async function* () {
    yield Buffer.from('half');
    throw new Error('the connection is gone');
  })();
  await expect(addSource(foundry, live, 'b.txt', broken)).rejects.toThrow('connection');
  expect([names(), await left()]).toEqual([['a.txt'], []]);
});

it('refuses a file for a training that was removed while it arrived', async () => {
  const slow = (async function* () {
    yield Buffer.from('half');
    await removeTraining(foundry, live);
    yield Buffer.from('whole');
  })();
  await expect(addSource(foundry, live, 'b.txt', slow)).rejects.toMatchObject({ code: 'training-not-found' });
});

describe('the text can be changed', () => {
  const change = () => addSource(foundry, live, 'b.txt', one('more'));
  const refused = () => expect(change()).rejects.toMatchObject({ code: 'training-not-editable' });
  const runs = () => until(() => foundry.engine.get(live.id)?.state === 'healthy');

  it('while it was not collected, and not while it runs', async () => {
    await startTraining(foundry, live);
    await refused();
    await runs();
    await stopTraining(foundry, live);
    await stateIs(live, 'stopped');
    await change();
    expect(names()).toEqual(['a.txt', 'b.txt']);
  });

  it('no more once it was collected', async () => {
    await startTraining(foundry, live);
    await runs();
    await say(live, { type: 'stage', stage: 'collect', state: 'done' }, { type: 'stopped' });
    await stopTraining(foundry, live);
    await stateIs(live, 'stopped');
    await refused();
  });

  it('after it failed, since it may have failed because of it', async () => {
    await startTraining(foundry, live);
    await runs();
    await say(live, { type: 'stage', stage: 'collect', state: 'done' });
    foundry.engine.move(live.id, { state: 'failed' });
    await stateIs(live, 'failed');
    await change();
    expect(names()).toEqual(['a.txt', 'b.txt']);
  });
});
