import { Problem } from '@terroir/labs/contract/problem.ts';
import { createParser } from 'eventsource-parser';
import type { FastifyInstance } from 'fastify';
import { Value } from 'typebox/value';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loopbackAccess } from '../access/access.ts';
import { buildApp } from '../http/app.ts';
import { Labs } from '../labs/labs.ts';
import { labRoutes } from '../labs/routes.ts';
import { labRecords } from '../store/labs.ts';
import { deploymentRoutes } from './deployment-routes.ts';
import { eventRoutes } from './event-routes.ts';
import { labSubject } from './lab-subject.ts';
import { policyRoutes } from './policy-routes.ts';
import { gatewayProxy } from './proxy-routes.ts';
import { openRoom, type TestRoom, until } from './room.fixture.ts';
import { microcloudRoutes } from './routes.ts';

let room: TestRoom;
let app: FastifyInstance;

beforeEach(async () => {
  room = await openRoom({ most: 3 });
  const { db, clock, report } = room;
  const labs = new Labs({ manifests: [], records: labRecords(db), subject: labSubject(room), clock, report });
  app = await buildApp({
    version: '1',
    guard: loopbackAccess(),
    siteFolder: room.data,
    rooms: [
      microcloudRoutes(room),
      deploymentRoutes(room),
      policyRoutes(room),
      eventRoutes(room),
      labRoutes(labs),
      gatewayProxy(room),
    ],
  });
});
afterEach(async () => {
  await app.close();
  await room.close();
});

const headers = { host: '127.0.0.1:4321' };
const get = (url: string) => app.inject({ url, headers });
const send = (method: 'POST' | 'PUT' | 'DELETE', url: string, payload?: string | object, type?: string) =>
  app.inject({
    method,
    url,
    headers: { ...headers, ...(type ? { 'content-type': type } : {}) },
    ...(payload === undefined ? {} : { payload }),
  });

async function create(): Promise<string> {
  const { id } = (await send('POST', '/api/microclouds')).json();
  await until(() => room.live.get(id)?.link !== undefined);
  return id;
}

describe('the calls of the contract', () => {
  it('POST /api/microclouds', async () => {
    const answer = await send('POST', '/api/microclouds', { name: 'Biology' });
    expect(answer.statusCode).toBe(201);
    const { id, ...rest } = answer.json();
    expect(rest).toEqual({
      state: 'starting',
      key: expect.stringMatching(/^terroir_[\w-]{32}$/),
      baseUrl: `http://127.0.0.1:4321/m/${id}/v1`,
    });
    expect(answer.headers.location).toBe(`/api/microclouds/${id}`);
  });

  it('POST /api/microclouds without a body, and with an empty object', async () => {
    expect((await send('POST', '/api/microclouds')).statusCode).toBe(201);
    expect((await send('POST', '/api/microclouds', {})).statusCode).toBe(201);
  });

  it('GET one and GET all, without any key or address of a unit', async () => {
    const id = await create();
    const { json, body } = await get(`/api/microclouds/${id}`);
    expect(json()).toMatchObject({
      id,
      name: 'Micro-cloud 1',
      state: 'ready',
      units: [{ id: `${id}-gateway`, kind: 'gateway', state: 'healthy', restarts: 0 }],
      deployments: [],
    });
    expect(body).not.toMatch(/127\.0\.0\.1:4\d{4}|terroir_/);
    expect((await get('/api/microclouds')).json()).toEqual([json()]);
  });

  it('POST and DELETE deployments', async () => {
    const id = await create();
    const answer = await send('POST', `/api/microclouds/${id}/deployments`, { model: 'terroir-seedling' });
    expect(answer.statusCode).toBe(202);
    expect(answer.json()).toMatchObject({ model: 'terroir-seedling', state: 'queued', device: 'cpu' });
    const deployment = answer.json().id;
    await until(() => room.live.get(id)?.deployments.get(deployment)?.state === 'ready');
    expect((await send('DELETE', `/api/microclouds/${id}/deployments/${deployment}`)).statusCode).toBe(204);
    expect((await get(`/api/microclouds/${id}`)).json()).toMatchObject({
      deployments: [],
      units: [{ kind: 'gateway' }],
    });
  });

  it('GET and PUT policy', async () => {
    const id = await create();
    const url = `/api/microclouds/${id}/policy`;
    expect((await get(url)).headers['content-type']).toBe('text/plain; charset=utf-8');
    expect((await send('PUT', url, 'forbid(principal, action, resource);', 'text/plain')).statusCode).toBe(204);
    expect((await get(url)).body).toBe('forbid(principal, action, resource);');
  });

  it('POST key and GET logs', async () => {
    const id = await create();
    expect((await send('POST', `/api/microclouds/${id}/key`)).json()).toEqual({
      key: expect.stringMatching(/^terroir_/),
    });
    expect((await get(`/api/microclouds/${id}/units/${id}-gateway/logs?lines=1`)).json()).toEqual({
      lines: [`${id}-gateway says hello`],
    });
  });

  it('DELETE', async () => {
    const id = await create();
    expect((await send('DELETE', `/api/microclouds/${id}`)).statusCode).toBe(204);
    expect((await get(`/api/microclouds/${id}`)).statusCode).toBe(404);
  });
});

describe('bad input gets a problem and changes nothing', () => {
  it.each([
    ['POST', '/api/microclouds', '{"name"', 'application/json', 400, 'json-malformed'],
    ['POST', '/api/microclouds', '{"name":""}', 'application/json', 400, 'input-invalid'],
    ['POST', '/api/microclouds/ID/deployments', '{"model":"nothing"}', 'application/json', 404, 'model-not-found'],
    ['POST', '/api/microclouds/ID/deployments', '{"model":"far-away"}', 'application/json', 409, 'model-not-installed'],
    ['POST', '/api/microclouds/ID/deployments', '{}', 'application/json', 400, 'input-invalid'],
    ['POST', '/api/microclouds/ID/deployments', undefined, undefined, 400, 'input-invalid'],
    ['DELETE', '/api/microclouds/ID/deployments/none', undefined, undefined, 404, 'deployment-not-found'],
    ['PUT', '/api/microclouds/ID/policy', 'oops', 'text/plain', 422, 'policy-invalid'],
    ['PUT', '/api/microclouds/ID/policy', '{}', 'application/json', 415, 'media-type-unsupported'],
    ['PUT', '/api/microclouds/ID/policy', undefined, undefined, 415, 'media-type-unsupported'],
    ['POST', '/api/microclouds/ID/proofs', 'nonsense', 'text/plain', 422, 'proof-invalid'],
    ['POST', '/api/microclouds/ID/labs/none/reset', undefined, undefined, 404, 'lab-not-found'],
    ['DELETE', '/api/microclouds/nobody', undefined, undefined, 404, 'microcloud-not-found'],
  ] as const)('%s %s %s', async (method, url, payload, type, status, code) => {
    const id = await create();
    const before = (await get('/api/microclouds')).body;
    const answer = await send(method, url.replace('ID', id), payload, type);
    expect(answer.json()).toMatchObject({ status, code });
    expect(Value.Check(Problem, answer.json())).toBe(true);
    expect((await get('/api/microclouds')).body).toBe(before);
  });

  it('a policy error keeps its line and column', async () => {
    const id = await create();
    const answer = await send('PUT', `/api/microclouds/${id}/policy`, 'oops', 'text/plain');
    expect(answer.json()).toMatchObject({ field: 'policy', line: 1, column: 3 });
  });

  it('a unit of another micro-cloud shows nothing', async () => {
    const [one, other] = [await create(), await create()];
    expect((await get(`/api/microclouds/${one}/units/${other}-gateway/logs`)).json().code).toBe('unit-not-found');
  });

  it('a micro-cloud too many', async () => {
    for (let i = 0; i < 3; i += 1) await create();
    expect((await send('POST', '/api/microclouds')).json()).toMatchObject({ status: 409, code: 'microcloud-limit' });
  });

  it('a gateway that is not ready yet', async () => {
    room.engine.hold = true;
    const { id } = (await send('POST', '/api/microclouds')).json();
    expect((await get(`/api/microclouds/${id}/policy`)).json()).toMatchObject({
      status: 503,
      code: 'gateway-not-ready',
    });
    expect((await get(`/m/${id}/v1/models`)).json()).toMatchObject({
      error: { type: 'server_error', code: 'gateway_not_ready' },
    });
  });
});

it('answers OpenAI clients in their own shape, and others with a problem', async () => {
  expect((await send('POST', '/m/nobody/v1/chat/completions', { model: 'x' })).json()).toEqual({
    error: {
      message: expect.stringContaining('nobody'),
      type: 'invalid_request_error',
      param: null,
      code: 'microcloud_not_found',
    },
  });
  expect((await get('/m/nobody/ledger/checkpoint')).json()).toMatchObject({ code: 'microcloud-not-found' });
  const id = await create();
  expect((await get(`/m/${id}/admin/tally`)).json()).toMatchObject({ code: 'route-not-found' });
});

it('tells a gateway that does not answer from one that does not exist', async () => {
  const id = await create();
  const answer = await get(`/m/${id}/v1/models`);
  expect(answer.statusCode).toBe(502);
  expect(answer.json().error.code).toBe('gateway_unreachable');
});

describe('events', () => {
  interface Told {
    readonly event: string | undefined;
    readonly id: string | undefined;
    readonly data: { readonly type: string; readonly [key: string]: unknown };
  }

  async function listen(id: string): Promise<{ told: Told[]; ended: Promise<void> }> {
    const answer = await app.inject({ url: `/api/microclouds/${id}/events`, headers, payloadAsStream: true });
    expect(answer.headers['content-type']).toBe('text/event-stream');
    const told: Told[] = [];
    const parser = createParser({ onEvent: ({ event, id, data }) => told.push({ event, id, data: JSON.parse(data) }) });
    const stream = answer.stream().setEncoding('utf8');
    stream.on('data', (text: string) => parser.feed(text));
    return { told, ended: new Promise((resolve) => stream.once('close', resolve)) };
  }

  it('begin with how everything stands, then tell what happens, to the end', async () => {
    const id = await create();
    await until(() => room.live.get(id)?.policySha256 !== undefined);
    const { told, ended } = await listen(id);
    await until(() => told.length >= 3);
    expect(told.map(({ event }) => event)).toEqual(['snapshot', 'ledger', 'policy']);
    expect(told[0]?.data).toMatchObject({
      type: 'snapshot',
      microcloud: { id, state: 'ready', baseUrl: `http://127.0.0.1:4321/m/${id}/v1` },
    });

    await send('POST', `/api/microclouds/${id}/deployments`, { model: 'terroir-seedling' });
    await until(() => told.some(({ data }) => (data.deployment as { state?: string } | undefined)?.state === 'ready'));
    await send('PUT', `/api/microclouds/${id}/policy`, 'forbid(principal, action, resource);', 'text/plain');
    await until(() => told.filter(({ event }) => event === 'policy').length === 2);
    await send('DELETE', `/api/microclouds/${id}`);
    await ended;
    expect(told.at(-1)?.event).toBe('gone');
    expect(told.map((one) => one.id)).toEqual(told.map((_, index) => String(index + 1)));
    expect(told.every(({ event, data }) => event === data.type)).toBe(true);
  });

  it('end when the runner does', async () => {
    const { ended } = await listen(await create());
    await app.close();
    await ended;
  });

  it('are those of one micro-cloud only', async () => {
    const [one, other] = [await create(), await create()];
    const { told } = await listen(one);
    await send('PUT', `/api/microclouds/${other}/policy`, 'permit(principal, action, resource);', 'text/plain');
    room.engine.move(`${other}-gateway`, { state: 'unhealthy' });
    room.engine.move(`${one}-gateway`, { state: 'unhealthy' });
    await until(() => told.some(({ event }) => event === 'unit'));
    expect(JSON.stringify(told)).not.toContain(other);
  });
});

it('describes every route under /api, each with its problems', async () => {
  const { paths } = (await get('/api/openapi.json')).json();
  expect(Object.keys(paths)).toEqual(
    expect.arrayContaining([
      '/api/microclouds',
      '/api/microclouds/{id}',
      '/api/microclouds/{id}/deployments',
      '/api/microclouds/{id}/deployments/{deployment}',
      '/api/microclouds/{id}/events',
      '/api/microclouds/{id}/key',
      '/api/microclouds/{id}/labs/{lab}',
      '/api/microclouds/{id}/labs/{lab}/reset',
      '/api/microclouds/{id}/policy',
      '/api/microclouds/{id}/proofs',
      '/api/microclouds/{id}/units/{unit}/logs',
      '/api/labs',
    ]),
  );
  for (const [path, methods] of Object.entries<Record<string, { summary?: string; responses: object }>>(paths)) {
    for (const [method, { summary, responses }] of Object.entries(methods)) {
      expect(summary, `${method} ${path}`).toBeTruthy();
      expect(Object.keys(responses), `${method} ${path}`).toEqual(expect.arrayContaining(['4XX', '5XX']));
    }
  }
});
