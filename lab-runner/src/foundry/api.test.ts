import { MicrocloudEvent } from '@terroir/labs/contract/event.ts';
import { Problem } from '@terroir/labs/contract/problem.ts';
import { FoundryReport, TrainingList, TrainingView } from '@terroir/labs/contract/training.ts';
import { createParser } from 'eventsource-parser';
import type { FastifyInstance } from 'fastify';
import { Value } from 'typebox/value';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loopbackAccess } from '../access/access.ts';
import { buildApp } from '../http/app.ts';
import { eventRoutes } from '../microclouds/event-routes.ts';
import { until } from '../microclouds/room.fixture.ts';
import { artefactRoutes } from './artefact-routes.ts';
import { made, newMicrocloud, openFoundry, type TestFoundry, TORCHLESS } from './foundry.fixture.ts';
import type { LiveTraining } from './live-training.ts';
import { trainingRoutes } from './routes.ts';
import { sourceRoutes } from './source-routes.ts';

let foundry: TestFoundry;
let app: FastifyInstance;
let base: string;
beforeEach(async () => {
  foundry = await openFoundry();
  base = `/api/microclouds/${await newMicrocloud(foundry)}/trainings`;
  app = await buildApp({
    version: '1',
    guard: loopbackAccess(),
    siteFolder: foundry.room.data,
    rooms: [
      trainingRoutes(foundry),
      sourceRoutes(foundry),
      artefactRoutes(foundry, foundry.room.data),
      eventRoutes(foundry.room),
    ],
  });
});
afterEach(async () => {
  await app.close();
  await foundry.close();
});

const headers = { host: '127.0.0.1:4321' };
const get = (url: string) => app.inject({ url, headers });
const send = (method: 'POST' | 'PUT' | 'DELETE', url: string, payload?: string | Buffer | object, type?: string) =>
  app.inject({
    method,
    url,
    headers: { ...headers, ...(type ? { 'content-type': type } : {}) },
    ...(payload === undefined ? {} : { payload }),
  });
const settings = { name: 'My text', languages: ['en'], texts: ['shipped-en'] };

async function create(): Promise<LiveTraining> {
  const { id } = (await send('POST', base, settings)).json();
  return foundry.live.get(id) as LiveTraining;
}

describe('the calls of the contract', () => {
  it('GET /api/foundry', async () => {
    const report = (await get('/api/foundry')).json();
    expect(Value.Errors(FoundryReport, report)).toEqual([]);
    expect(report).toMatchObject({ ready: true, missing: [], texts: [{ id: 'shipped-en', documents: 3 }] });
    expect(JSON.stringify(report)).not.toContain('/text/en');
    foundry.machine = TORCHLESS;
    expect((await get('/api/foundry')).json()).toMatchObject({ ready: false, missing: [{ name: 'torch' }] });
  });

  it('POST and GET trainings', async () => {
    const created = await send('POST', base, settings);
    expect([created.statusCode, created.headers.location]).toEqual([201, `${base}/${created.json().id}`]);
    expect(Value.Errors(TrainingView, created.json())).toEqual([]);
    const listed = await get(base);
    expect(Value.Errors(TrainingList, listed.json())).toEqual([]);
    expect(listed.json()).toEqual([(await get(`${base}/${created.json().id}`)).json()]);
  });

  it('PUT and DELETE sources, of any type, empty ones too', async () => {
    const { id } = await create();
    const put = await send(
      'PUT',
      `${base}/${id}/sources/${encodeURIComponent('Été.md')}`,
      Buffer.from('# É'),
      'text/plain',
    );
    expect([put.statusCode, put.json().sources]).toEqual([200, [{ name: 'Été.md', bytes: 4 }]]);
    expect((await send('PUT', `${base}/${id}/sources/b.json`, { a: 1 })).json().sources).toHaveLength(2);
    expect((await send('PUT', `${base}/${id}/sources/c`, Buffer.from('no type'))).json().sources).toHaveLength(3);
    expect((await send('DELETE', `${base}/${id}/sources/c`)).json().sources).toHaveLength(2);
  });

  it('POST start and stop, DELETE', async () => {
    const { id } = await create();
    const started = await send('POST', `${base}/${id}/start`);
    expect([started.statusCode, ['queued', 'running'].includes(started.json().state)]).toEqual([202, true]);
    await until(() => foundry.engine.get(id)?.state === 'healthy');
    expect((await send('POST', `${base}/${id}/stop`)).statusCode).toBe(202);
    expect((await send('DELETE', `${base}/${id}`)).statusCode).toBe(204);
    expect((await get(`${base}/${id}`)).statusCode).toBe(404);
  });

  it('GET artefacts and the card', async () => {
    const live = await create();
    const file = (path: string) => get(`${base}/${live.id}/artefacts/${path}`);
    expect((await get(`${base}/${live.id}/card`)).json().code).toBe('training-not-ready');
    await made(live, 'card', 'card.md', '# Mine');
    await made(live, 'onnx', 'onnx/onnx/model.onnx', Buffer.from([1, 2, 3]));
    await made(live, 'report', 'report.json', '{}');
    await made(live, 'log', 'training-log.csv', 'a,b');
    const card = await get(`${base}/${live.id}/card`);
    expect([card.body, card.headers['content-type']]).toEqual(['# Mine', 'text/markdown; charset=utf-8']);
    const onnx = await file('onnx/onnx/model.onnx');
    expect([onnx.rawPayload, onnx.headers['content-type']]).toEqual([
      Buffer.from([1, 2, 3]),
      'application/octet-stream',
    ]);
    expect(onnx.headers['content-disposition']).toContain('model.onnx');
    expect((await file('report.json')).headers['content-type']).toContain('application/json');
    expect((await file('training-log.csv')).headers['content-type']).toContain('text/csv');
  });
});

it('is told on the events of its micro-cloud', async () => {
  const cloud = base.split('/')[3] ?? '';
  const answer = await app.inject({ url: `/api/microclouds/${cloud}/events`, headers, payloadAsStream: true });
  const told: MicrocloudEvent[] = [];
  const parser = createParser({ onEvent: ({ data }) => told.push(JSON.parse(data)) });
  answer
    .stream()
    .setEncoding('utf8')
    .on('data', (text: string) => parser.feed(text));
  const { id } = await create();
  await send('POST', `${base}/${id}/start`);
  await until(() => told.some((event) => event.type === 'training' && event.training.state === 'running'));
  await send('DELETE', `${base}/${id}`);
  await until(() => told.some((event) => event.type === 'training-gone' && event.id === id));
  for (const event of told) expect(Value.Errors(MicrocloudEvent, event)).toEqual([]);
});

describe('what cannot be answered', () => {
  it.each(['..%2f..%2frecipe.yaml', '%2e%2e/recipe.yaml', 'onnx', '', 'nothing.gguf', '%00', '/etc/passwd'])(
    'no artefact at %j',
    async (path) => {
      const live = await create();
      await made(live, 'onnx', 'onnx/model.onnx', 'x');
      const answer = await get(`${base}/${live.id}/artefacts/${path}`);
      expect(answer.statusCode).toBeGreaterThanOrEqual(400);
      expect(answer.statusCode).toBeLessThan(500);
    },
  );

  it.each([
    ['a name that is missing', { languages: ['en'] }, 'input-invalid'],
    ['no language', { ...settings, languages: [] }, 'input-invalid'],
    ['a member that is not known', { ...settings, epochs: 3 }, 'input-invalid'],
    ['a text that does not ship', { ...settings, texts: ['mine'] }, 'text-not-found'],
    ['a rival that is not here', { ...settings, rivals: ['far-away'] }, 'model-not-installed'],
  ])('%s', async (_, body, code) => {
    const answer = await send('POST', base, body);
    expect(Value.Check(Problem, answer.json())).toBe(true);
    expect(answer.json().code).toBe(code);
    expect((await get(base)).json()).toEqual([]);
  });

  it('names what is not there, and trainings of another micro-cloud are not', async () => {
    const { id } = await create();
    expect((await get(`${base}/nobody`)).json().code).toBe('training-not-found');
    const other = await newMicrocloud(foundry);
    expect((await get(`/api/microclouds/${other}/trainings/${id}`)).json().code).toBe('training-not-found');
    expect((await get('/api/microclouds/nobody/trainings')).json().code).toBe('microcloud-not-found');
  });

  it('a name of a file that leads elsewhere', async () => {
    const { id } = await create();
    const answer = await send(
      'PUT',
      `${base}/${id}/sources/${encodeURIComponent('../../gateway.json')}`,
      'x',
      'text/plain',
    );
    expect([answer.statusCode, answer.json().code]).toEqual([422, 'source-name-invalid']);
  });
});

it('is described by the OpenAPI document', async () => {
  const { paths } = (await get('/api/openapi.json')).json();
  const one = '/api/microclouds/{id}/trainings/{training}';
  expect(Object.keys(paths).sort()).toEqual(
    [
      '/api/foundry',
      '/api/microclouds/{id}/events',
      '/api/microclouds/{id}/trainings',
      one,
      ...['start', 'stop', 'publish', 'card', 'artefacts/{*}', 'sources/{name}'].map((part) => `${one}/${part}`),
    ].sort(),
  );
  for (const [path, calls] of Object.entries<Record<string, { summary?: string }>>(paths)) {
    for (const [method, { summary }] of Object.entries(calls)) expect(summary, `${method} ${path}`).toBeTruthy();
  }
});
