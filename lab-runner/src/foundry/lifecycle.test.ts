import { existsSync } from 'node:fs';
import { appendFile, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { TrainingView } from '@terroir/labs/contract/training.ts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { destroyMicrocloud } from '../microclouds/destroy-microcloud.ts';
import { until } from '../microclouds/room.fixture.ts';
import { at, draft, newMicrocloud, openFoundry, say, stateIs, type TestFoundry, TORCHLESS } from './foundry.fixture.ts';
import type { LiveTraining } from './live-training.ts';
import { removeTraining } from './remove-training.ts';
import { startTraining } from './start-training.ts';
import { stopTraining } from './stop-training.ts';
import { viewOf } from './view.ts';

let foundry: TestFoundry;
let cloud: string;
beforeEach(async () => {
  foundry = await openFoundry();
  cloud = await newMicrocloud(foundry);
});
afterEach(async () => {
  await foundry.close();
});

const runs = (live: LiveTraining) =>
  until(() => foundry.engine.get(live.id)?.state === 'healthy', `${live.training.name} to run`);
const ends = (live: LiveTraining, state: 'stopped' | 'failed' = 'stopped', reason?: string) =>
  foundry.engine.move(live.id, { state, ...(reason === undefined ? {} : { reason }) });
const lastTold = (live: LiveTraining) =>
  foundry.told.filter((one): one is TrainingView => typeof one !== 'string' && one.id === live.id).at(-1);

describe('a training', () => {
  it('is a draft, waits for its turn, runs and is done', async () => {
    const live = await draft(foundry, cloud, { name: 'Contes du Sahel' });
    expect(viewOf(foundry, live)).toMatchObject({
      model: 'contes-du-sahel',
      state: 'draft',
      sources: [{ name: 'a.txt', bytes: 17 }],
      points: [],
    });
    await startTraining(foundry, live);
    await runs(live);
    expect(live.training.state).toBe('running');
    expect(foundry.engine.specs.at(-1)).toMatchObject({ kind: 'foundry', id: live.id, folder: live.folder });
    await say(live, { type: 'stage', stage: 'collect', state: 'started' }, { type: 'done' });
    ends(live);
    await stateIs(live, 'done');
    await live.idle();
    expect(lastTold(live)).toMatchObject({ state: 'done', finishedAt: expect.any(String) });
    // It does nothing any more, so the micro-cloud no longer shows it.
    expect(foundry.engine.get(live.id)).toBeUndefined();
  });

  it('tells what the run tells while it runs', async () => {
    const live = await draft(foundry, cloud);
    await startTraining(foundry, live);
    await runs(live);
    await say(live, { type: 'progress', stage: 'collect', done: 0.5, note: 'a.txt' });
    await until(() => lastTold(live)?.stages[0]?.done === 0.5);
    expect(lastTold(live)?.stages[0]).toMatchObject({ state: 'running', note: 'a.txt' });
  });

  it('stops with its checkpoint when it is asked to, and goes on', async () => {
    const live = await draft(foundry, cloud);
    await startTraining(foundry, live);
    await runs(live);
    await say(live, { type: 'stage', stage: 'train', state: 'started' }, { type: 'stopped' });
    await stopTraining(foundry, live);
    await stateIs(live, 'stopped');
    await live.idle();
    await startTraining(foundry, live);
    await runs(live);
    expect(viewOf(foundry, live)).toMatchObject({ state: 'running', resumedAt: [] });
    await say(live, { type: 'resumed', stage: 'train', step: 40 });
    await until(() => lastTold(live)?.resumedAt[0] === 40);
  });

  it('counts as stopped, too, when it had to be forced', async () => {
    const live = await draft(foundry, cloud);
    await startTraining(foundry, live);
    await runs(live);
    await stopTraining(foundry, live);
    await stateIs(live, 'stopped');
    expect(viewOf(foundry, live).problem).toBeUndefined();
  });

  it('fails with what it said is wrong, which no longer counts when it is started again', async () => {
    const live = await draft(foundry, cloud);
    await startTraining(foundry, live);
    await runs(live);
    const problem = { code: 'corpus-empty', detail: 'No text.', todo: 'Add some.', values: {} };
    await say(live, { type: 'problem', stage: 'collect', ...problem });
    ends(live, 'failed', 'foundry ended with exit code 2.');
    await stateIs(live, 'failed');
    expect(viewOf(foundry, live).problem).toEqual(problem);
    await startTraining(foundry, live);
    await runs(live);
    expect(viewOf(foundry, live).problem).toBeUndefined();
  });

  it('fails when it was killed, with its last words, and goes on when it is started again', async () => {
    const live = await draft(foundry, cloud);
    await startTraining(foundry, live);
    await runs(live);
    await say(live, { type: 'stage', stage: 'train', state: 'started' });
    await appendFile(live.events.path, '{"type":"poi');
    ends(live, 'failed', 'foundry was ended by SIGKILL. Its last words:\nstep 19\nstep 20');
    await stateIs(live, 'failed');
    expect(live.training.problem).toEqual({
      code: 'foundry-crashed',
      detail: 'The training ended without saying why. foundry was ended by SIGKILL.',
      todo: expect.stringContaining('memory'),
      values: {},
    });
    // Its log can still be read.
    expect(foundry.engine.get(live.id)).toBeDefined();
    await live.idle();
    await startTraining(foundry, live);
    await runs(live);
    await say(live, { type: 'resumed', stage: 'train', step: 20 });
    await until(() => lastTold(live)?.resumedAt[0] === 20);
  });

  it('says why the engine could not start it', async () => {
    const live = await draft(foundry, cloud, { rivals: ['terroir-seedling'] });
    foundry.engine.refuse = { kind: 'foundry', error: new Error('no fork') };
    await startTraining(foundry, live);
    await stateIs(live, 'failed');
    expect(live.training.problem?.code).toBe('foundry-not-started');
    expect(foundry.room.reports.join()).toContain('did not start');
  });

  it('does not start without text, without a foundry, or twice', async () => {
    const live = await draft(foundry, cloud);
    foundry.machine = TORCHLESS;
    await expect(startTraining(foundry, live)).rejects.toMatchObject({
      code: 'foundry-missing',
      detail: expect.stringContaining('torch'),
      todo: expect.stringContaining('foundry check'),
    });
    expect(live.training.state).toBe('draft');
    foundry.machine = { ...TORCHLESS, missing: [] };
    const started = await Promise.allSettled([startTraining(foundry, live), startTraining(foundry, live)]);
    expect(started.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    await runs(live);
    await expect(startTraining(foundry, live)).rejects.toMatchObject({ code: 'training-underway' });
    await expect(stopTraining(foundry, await draft(foundry, cloud))).rejects.toMatchObject({
      code: 'training-not-running',
    });
  });

  it('leaves nothing when it is removed, wherever it stands', async () => {
    const [running, waiting, idle] = [
      await draft(foundry, cloud),
      await draft(foundry, cloud),
      await draft(foundry, cloud),
    ];
    await startTraining(foundry, running);
    await startTraining(foundry, waiting);
    await runs(running);
    await Promise.all([running, running, waiting, idle].map((live) => removeTraining(foundry, live)));
    expect([foundry.live.size, await foundry.records.all()]).toEqual([0, []]);
    expect(foundry.engine.list().filter(({ kind }) => kind === 'foundry')).toEqual([]);
    expect([running, waiting, idle].map(({ folder }) => existsSync(folder))).toEqual([false, false, false]);
    expect(foundry.told.filter((one) => typeof one === 'string').sort()).toEqual(
      [running, waiting, idle].map(({ id }) => `gone: ${id}`).sort(),
    );
  });
});

describe('the queue', () => {
  it('runs one at a time, first come first served, and says the place honestly', async () => {
    const other = await newMicrocloud(foundry);
    const [first, second, third] = [
      await draft(foundry, cloud),
      await draft(foundry, other),
      await draft(foundry, cloud),
    ];
    for (const live of [first, second, third]) await startTraining(foundry, live);
    await runs(first);
    const positions = () => [first, second, third].map((live) => viewOf(foundry, live).position);
    expect(positions()).toEqual([undefined, 1, 2]);
    await stopTraining(foundry, second);
    expect(second.training.state).toBe('draft');
    expect(positions()).toEqual([undefined, undefined, 1]);
    await until(() => lastTold(third)?.position === 1);
    await startTraining(foundry, second);
    await say(first, { type: 'done' });
    ends(first);
    await runs(third);
    expect(positions()).toEqual([undefined, 1, undefined]);
    expect(foundry.engine.list().filter(({ kind, state }) => kind === 'foundry' && state === 'healthy')).toHaveLength(
      1,
    );
  });

  it('goes on when the one that ran is removed, or its micro-cloud destroyed', async () => {
    const other = await newMicrocloud(foundry);
    const [first, second, third, doomed] = [
      await draft(foundry, cloud),
      await draft(foundry, other),
      await draft(foundry, cloud),
      await draft(foundry, other),
    ];
    for (const live of [first, second, doomed, third]) await startTraining(foundry, live);
    await runs(first);
    await removeTraining(foundry, first);
    await runs(second);
    await destroyMicrocloud(foundry.room, other);
    await runs(third);
    expect([...foundry.live.keys()]).toEqual([third.id]);
    expect((await foundry.records.all()).map(({ id }) => id)).toEqual([third.id]);
    expect(existsSync(second.folder)).toBe(false);
    expect(foundry.room.reports).toEqual([]);
  });
});

describe('the recipe of a run', () => {
  it('names the text, the start and the rivals, and the engine is told of all it reads', async () => {
    const live = await draft(foundry, cloud, {
      start: 'terroir-seedling',
      texts: ['shipped-en'],
      minutes: 0.5,
      seed: 7,
    });
    await startTraining(foundry, live);
    await runs(live);
    const recipe = await readFile(join(live.folder, 'recipe.yaml'), 'utf8');
    expect(recipe).toContain('base: /models/terroir-seedling.gguf');
    expect(recipe).toMatch(/sources:\n +- source\n +- \/text\/en/);
    expect(recipe).toContain('seed: 7');
    expect(recipe).toContain('minutes: 0.5');
    expect(foundry.engine.specs.at(-1)).toMatchObject({ reads: ['/text/en', '/models/terroir-seedling.gguf'] });
  });
});

describe('after the runner ended', () => {
  /** Another runner over the same data, and over the same engine: its units outlive a runner. */
  async function restart(): Promise<LiveTraining[]> {
    const { data } = foundry.room;
    const { engine } = foundry;
    await foundry.abandon();
    foundry = await openFoundry({ data, engine });
    return [...foundry.live.values()];
  }

  it('follows a run that went on, and loses nothing of what it told meanwhile', async () => {
    const before = await draft(foundry, cloud);
    await startTraining(foundry, before);
    await runs(before);
    await say(before, { type: 'stage', stage: 'collect', state: 'started' });
    const [live] = await restart();
    if (!live) throw new Error('the training is not there');
    await say(live, { type: 'stage', stage: 'collect', state: 'done', seconds: 3 }, { type: 'done' });
    expect(live.training.state).toBe('running');
    ends(live);
    await stateIs(live, 'done');
    expect(viewOf(foundry, live).stages[0]).toMatchObject({ state: 'done', seconds: 3 });
  });

  it.each([
    ['done', [{ type: 'done' } as const]],
    ['stopped', [{ type: 'stopped' } as const]],
    ['failed', []],
  ])('finds a run %s that ended meanwhile', async (state, events) => {
    const before = await draft(foundry, cloud);
    await startTraining(foundry, before);
    await runs(before);
    foundry.engine.units.delete(before.id);
    await say(before, { type: 'stage', stage: 'collect', state: 'started' }, ...events);
    const [live] = await restart();
    if (!live) throw new Error('the training is not there');
    await stateIs(live, state);
    expect(live.training.problem?.code).toBe(state === 'failed' ? 'foundry-interrupted' : undefined);
    expect(viewOf(foundry, live).sources).toHaveLength(1);
  });

  it('moves the queue on, in its old order', async () => {
    const [first, second, third] = [
      await draft(foundry, cloud, { name: 'one' }),
      await draft(foundry, cloud, { name: 'two' }),
      await draft(foundry, cloud, { name: 'three' }),
    ];
    for (const live of [first, third, second]) await startTraining(foundry, live);
    await runs(first);
    foundry.engine.units.delete(first.id);
    const all = await restart();
    const named = (name: string) => all.find((live) => live.training.name === name) as LiveTraining;
    await runs(named('three'));
    expect(named('one').training.state).toBe('failed');
    expect(viewOf(foundry, named('two'))).toMatchObject({ state: 'queued', position: 1 });
  });

  it('ends a unit of a training that nobody remembers', async () => {
    const live = await draft(foundry, cloud);
    await startTraining(foundry, live);
    await runs(live);
    await foundry.records.remove(live.id);
    expect(await restart()).toEqual([]);
    expect(foundry.engine.get(live.id)).toBeUndefined();
  });
});

it('keeps times and events apart from each other', async () => {
  const live = await draft(foundry, cloud);
  await startTraining(foundry, live);
  await runs(live);
  await appendFile(live.events.path, `{"type":"energy","at":"${at}","joules":1,"seconds":2,"method":"rapl"}\n`);
  await until(() => lastTold(live)?.energy !== undefined);
  expect(lastTold(live)?.energy).toEqual({ joules: 1, seconds: 2, method: 'rapl' });
});
