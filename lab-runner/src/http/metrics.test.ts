import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Health } from '@terroir/labs/contract/health.ts';
import type { FastifyInstance } from 'fastify';
import { Value } from 'typebox/value';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { buildApp } from './app.ts';
import { health } from './health.ts';
import { metrics } from './metrics.ts';

let app: FastifyInstance;
let ready: boolean;

beforeEach(async () => {
  ready = true;
  app = await buildApp({
    version: '1.2.3',
    guard: async () => {},
    siteFolder: join(tmpdir(), 'no-such-site'),
    rooms: [
      metrics({
        microclouds: () => [{ state: 'ready' }, { state: 'ready' }, { state: 'failed' }],
        units: () => [
          { kind: 'gateway', state: 'healthy', restarts: 2 },
          { kind: 'inference', state: 'starting', restarts: 0 },
        ],
        deployments: () => [{ state: 'ready' }],
      }),
      health({
        version: '1.2.3',
        models: async () => 3,
        engine: async () => ({
          kind: 'embedded' as const,
          ready,
          gpus: [],
          inference: 'none',
          ...(ready ? {} : { reason: 'Nothing here can run a model.' }),
        }),
      }),
    ],
  });
});
afterEach(() => app.close());

it('counts what runs, and calls by route rather than by path', async () => {
  await app.inject('/api/health?who=me');
  await app.inject('/api/nothing/m1');
  const { body, headers } = await app.inject('/metrics');
  expect(headers['content-type']).toMatch(/^text\/plain; version=0\.0\.4/);
  const lines = body.split('\n');
  expect(lines).toEqual(
    expect.arrayContaining([
      'terroir_microclouds{state="ready"} 2',
      'terroir_microclouds{state="failed"} 1',
      'terroir_units{kind="gateway",state="healthy"} 1',
      'terroir_unit_restarts{kind="gateway"} 2',
      'terroir_deployments{state="ready"} 1',
      'terroir_http_request_seconds_count{method="GET",route="/api/health",status="200"} 1',
    ]),
  );
  expect(body).not.toMatch(/who=me|\/m1/);
  expect(body).toMatch(/^process_resident_memory_bytes \d+/m);
});

it('tells whether the engine is fit for work, and why not', async () => {
  const fit = (await app.inject('/api/health')).json();
  expect(Value.Check(Health, fit)).toBe(true);
  expect(fit).toMatchObject({
    status: 'ok',
    version: '1.2.3',
    models: 3,
    engine: { kind: 'embedded', ready: true, gpus: [] },
  });
  ready = false;
  expect((await app.inject('/api/health')).json()).toMatchObject({
    status: 'degraded',
    engine: { ready: false, reason: 'Nothing here can run a model.' },
  });
});
