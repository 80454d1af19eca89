import { mkdir, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { TrainingView } from '@terroir/labs/contract/training.ts';
import { describe, expect, it, onTestFinished } from 'vitest';
import { temporaryFolder } from '../models/centre.fixture.ts';
import { type } from './console.fixture.ts';

const stages = (['collect', 'tokenizer', 'train', 'instruct', 'convert', 'evaluate', 'card'] as const).map((stage) => ({
  ...{ stage, state: 'waiting' as const, done: 0 },
}));
const view = (more: Partial<TrainingView> = {}): TrainingView => ({
  ...{ id: 't1', name: 'Contes', model: 'contes', state: 'draft', createdAt: '2026-01-01T00:00:00.000Z' },
  settings: { name: 'Contes', languages: ['fr'] },
  ...{ sources: [], stages, points: [], held: [], samples: [], resumedAt: [], artefacts: [], scores: [] },
  ...more,
});
const running = view({
  state: 'running',
  stages: stages.map((one) => (one.stage === 'train' ? { ...one, state: 'running', done: 0.25 } : one)),
  points: [{ stage: 'train', step: 9, steps: 90, seconds: 30, tokens: 9, loss: 4.5, tokensPerSecond: 9000.4 }],
  held: [{ stage: 'train', step: 9, losses: { fr: 4.75 } }],
});
const done = view({
  state: 'done',
  scores: [{ model: 'contes', language: 'fr', bytes: 9, perplexity: 20.5, bitsPerByte: 1.5 }],
  energy: { joules: 7200, seconds: 120, method: 'assumed' },
  artefacts: [{ name: 'contes-q8_0.gguf', kind: 'gguf-q8_0', bytes: 1, sha256: 'a'.repeat(64) }],
});

/** A runner with the micro-clouds `clouds` and one training, which is as the next of `states` says at each look. */
async function runner(options: { clouds?: readonly string[]; states?: readonly TrainingView[] } = {}) {
  const states = [...(options.states ?? [view()])];
  const asked: { call: string; body: string }[] = [];
  const clouds = (options.clouds ?? ['m1']).map((id) => ({
    ...{ id, name: `Cloud ${id}`, state: 'ready', baseUrl: 'x', createdAt: '2026-01-01T00:00:00.000Z' },
    ...{ units: [], deployments: [] },
  }));
  const next = () => (states.length > 1 ? states.shift() : states[0]);
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    const call = `${request.method} ${request.url}`;
    asked.push({ call, body });
    const answer = () => {
      if (call === 'GET /api/microclouds') return clouds;
      if (/^GET .*trainings$/.test(call)) return call.includes(clouds.at(-1)?.id ?? '') ? [states[0]] : [];
      if (call.endsWith('/publish')) return { id: 'contes', sha256: 'a'.repeat(64) };
      return next();
    };
    if (request.method === 'DELETE') response.writeHead(204).end();
    else response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(answer()));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  const { port } = server.address() as AddressInfo;
  return { asked, environment: { TERROIR_PORT: String(port), TERROIR_DATA: '/nowhere/terroir' } };
}

async function texts(): Promise<string> {
  const folder = await temporaryFolder();
  await mkdir(join(folder, 'more', '.git'), { recursive: true });
  await writeFile(join(folder, 'a.txt'), 'one');
  await writeFile(join(folder, 'more', 'b.md'), 'two');
  await writeFile(join(folder, 'more', '.git', 'c'), 'hidden');
  return folder;
}
const create = ['training', 'create', '--name', 'Contes', '--language', 'fr,wo'];

describe('training create', () => {
  it('creates, sends files and those of folders, and starts', async () => {
    const { asked, environment } = await runner({
      states: [view(), view(), view(), view({ state: 'queued', position: 2 })],
    });
    const folder = await texts();
    const options = ['--minutes', '2.5', '--start', 'terroir-seedling', '--rival', 'a b', '--seed', '0'];
    const { exitCode, out } = await type([...create, folder, ...options], { environment });
    expect([exitCode, out]).toEqual([0, 'Training t1 is queued, at place 2.']);
    const trainings = '/api/microclouds/m1/trainings';
    expect(asked.map(({ call }) => call)).toEqual([
      'GET /api/microclouds',
      `POST ${trainings}`,
      `PUT ${trainings}/t1/sources/a.txt`,
      `PUT ${trainings}/t1/sources/more.b.md`,
      `POST ${trainings}/t1/start`,
    ]);
    expect(JSON.parse(asked[1]?.body ?? '')).toEqual({
      ...{
        name: 'Contes',
        languages: ['fr', 'wo'],
        minutes: 2.5,
        start: 'terroir-seedling',
        rivals: ['a', 'b'],
        seed: 0,
      },
    });
    expect([asked[2]?.body, asked[3]?.body]).toEqual(['one', 'two']);
  });

  it('may only make a draft, of a text that ships', async () => {
    const { asked, environment } = await runner();
    const { out } = await type([...create, '--text', 'local-model-fr', '--draft', '--json'], { environment });
    expect(JSON.parse(out)).toEqual(view());
    expect(asked.some(({ call }) => call.endsWith('/start'))).toBe(false);
  });

  it('shows a person how it goes, until it has ended', async () => {
    const states = [view(), view(), view({ state: 'queued', position: 1 }), running, done];
    const { environment } = await runner({ states });
    const { exitCode, out, progress } = await type([...create, join(await texts(), 'a.txt')], {
      environment,
      answers: [],
    });
    expect(exitCode).toBe(0);
    expect(progress).toEqual([
      'sending a.txt (1 of 1)',
      'Contes  waits for its turn, at place 1',
      'Contes  train 25 % · loss 4.500 · held out fr 4.750 · 9000 tokens/s · 2 min left',
    ]);
    expect(out).toContain('Contes (t1) is done.');
    expect(out).toMatch(/Held out +fr: contes 1\.500 bits per byte/);
    expect(out).toMatch(/Energy +2\.0 Wh in 2 min, assumed/);
  });

  it('lets the training go on when a person stops looking', async () => {
    const { environment } = await runner({ states: [view(), view(), running] });
    const stop = new AbortController();
    const file = join(await texts(), 'a.txt');
    const typed = type([...create, file, '--wait'], { environment, signal: stop.signal });
    setTimeout(() => stop.abort(), 300);
    const { exitCode, out } = await typed;
    expect([exitCode, out]).toEqual([130, expect.stringMatching(/goes on.*\n.*training stop t1/)]);
  });

  it('ends with 1 when the training failed, and says why', async () => {
    const problem = { code: 'corpus-empty', detail: 'No text was found.', todo: 'Add some.', values: {} };
    const { environment } = await runner({ states: [view(), view(), view({ state: 'failed', problem })] });
    const { exitCode, out } = await type([...create, '--wait', join(await texts(), 'a.txt')], { environment });
    expect([exitCode, out]).toEqual([1, expect.stringContaining('No text was found.\nAdd some.')]);
  });

  it.each([
    ['--language en', '--name'],
    ['--name x', '--language'],
    ['--name x --language en', 'FILE is missing'],
    ['--name x --language en --text a --minutes many', '--minutes takes a number'],
    ['--name x --language en --text a --start gpt', 'cannot start from "gpt"'],
  ])('typed wrongly: %s', async (typed, why) => {
    const { asked, environment } = await runner();
    const { exitCode, notes } = await type(`training create ${typed}`, { environment });
    expect([exitCode, notes]).toEqual([2, expect.stringContaining(why)]);
    expect(asked.filter(({ call }) => call.startsWith('POST'))).toEqual([]);
  });

  it('asks which micro-cloud is meant when there are several', async () => {
    const { environment } = await runner({ clouds: ['m1', 'm2'] });
    const { exitCode, notes } = await type([...create, '--text', 'a'], { environment });
    expect([exitCode, notes]).toEqual([2, expect.stringContaining('m2 (Cloud m2)')]);
  });

  it('creates nothing when a file is not there, or two would have one name', async () => {
    const { asked, environment } = await runner();
    const folder = await texts();
    const gone = await type([...create, join(folder, 'gone.txt'), '--json'], { environment });
    expect(JSON.parse(gone.out).error.code).toBe('file-not-readable');
    const twice = await type([...create, folder, join(folder, 'a.txt'), '--json'], { environment });
    expect(JSON.parse(twice.out).error.code).toBe('file-names-alike');
    expect(asked).toEqual([]);
  });
});

describe('a training by its id', () => {
  it('is found in whichever micro-cloud it is', async () => {
    const { asked, environment } = await runner({ clouds: ['m1', 'm2'], states: [done] });
    expect((await type('training show t1', { environment })).out).toContain('Contes (t1) is done.');
    expect((await type('training publish t1', { environment })).out).toContain('Published as contes.');
    expect((await type('training stop t1', { environment })).out).toContain('training start t1');
    expect((await type('training start t1', { environment })).out).toBe('Training t1 is done.');
    expect((await type('training remove t1 --json', { environment })).out).toBe('{"id":"t1","removed":true}');
    expect(asked.map(({ call }) => call)).toContain('DELETE /api/microclouds/m2/trainings/t1');
  });

  it('may not be there', async () => {
    const { environment } = await runner();
    const { exitCode, notes } = await type('training show t9', { environment });
    expect([exitCode, notes]).toEqual([1, expect.stringContaining('training list')]);
  });
});

it('training list', async () => {
  const { environment } = await runner({ states: [running] });
  expect((await type('training list', { environment })).out).toMatch(/t1 +Contes +running +4\.500/);
  const none = await runner({ clouds: ['m1', 'm2'], states: [running] });
  expect((await type('training list --microcloud m1', none)).out).toBe('There are no trainings.');
});

it('foundry check says what is missing, and what to do', async () => {
  const folder = await temporaryFolder();
  const missing = [{ name: 'torch', detail: 'torch is not installed.', todo: 'apt install python3-torch' }];
  const told = { versions: { python: '3.14' }, missing, threads: 2, precision: 'fp32' };
  const python = join(folder, 'python3');
  const environment = { TERROIR_DATA: folder, TERROIR_PYTHON: python, PATH: process.env.PATH };
  const say = (said: object) => writeFile(python, `#!/bin/sh\necho '${JSON.stringify(said)}'\n`, { mode: 0o755 });
  await say(told);
  const { exitCode, out } = await type('foundry check', { environment });
  expect([exitCode, out]).toEqual([1, expect.stringMatching(/Missing +torch: .*\n +apt install python3-torch/)]);
  await say({ ...told, missing: [], versions: { torch: '2', blas: 'openblas-pthread' } });
  const ready = await type('foundry check', { environment });
  expect([ready.exitCode, ready.out]).toEqual([
    0,
    expect.stringMatching(/Note .*poppler-utils[\s\S]*Note .*libopenblas0-openmp/),
  ]);
  expect(JSON.parse((await type('foundry check --json', { environment })).out)).toMatchObject({ ready: true, python });
});
