import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { MicrocloudCreated, MicrocloudView } from '@terroir/labs/contract/microcloud.ts';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { eventually, processesOf, RunnerProcess } from './runner-process.fixture.ts';

const SLOW = { timeout: 120_000 };
let data: string;
const runners: RunnerProcess[] = [];

beforeEach(async () => {
  data = await mkdtemp(join(tmpdir(), 'terroir-main-'));
});
afterEach(async () => {
  await Promise.all(runners.splice(0).map((runner) => runner.signal('SIGTERM')));
  await rm(data, { recursive: true, force: true });
});

function run(environment: Record<string, string> = {}): RunnerProcess {
  const runner = new RunnerProcess({ TERROIR_DATA: data, ...environment });
  runners.push(runner);
  return runner;
}

async function json<T>(url: string, init?: RequestInit): Promise<T> {
  const answer = await fetch(url, init);
  if (!answer.ok) throw new Error(`${url}: ${answer.status} ${await answer.text()}`);
  return (await answer.json()) as T;
}

async function readyMicrocloud(url: string): Promise<MicrocloudCreated> {
  const created = await json<MicrocloudCreated>(`${url}/api/microclouds`, { method: 'POST' });
  await eventually(async () => (await json<MicrocloudView>(`${url}/api/microclouds/${created.id}`)).state === 'ready');
  return created;
}

const models = ({ baseUrl, key }: MicrocloudCreated, port: string) =>
  json(`http://127.0.0.1:${port}${new URL(baseUrl).pathname}/models`, { headers: { authorization: `Bearer ${key}` } });
const portOf = (url: string) => new URL(url).port;

it('serves through a gateway, leaves no process when that is deleted, and none when it ends', SLOW, async () => {
  const runner = run();
  const url = await runner.ready();
  expect(runner.output.trimEnd().split('\n').at(-1)).toBe(`Terroir is ready at ${url}/`);
  expect(runner.output).toContain(data);
  const created = await readyMicrocloud(url);
  expect(created.baseUrl).toBe(`${url}/m/${created.id}/v1`);
  expect(await models(created, portOf(url))).toEqual({ object: 'list', data: [] });
  expect((await fetch(`${created.baseUrl}/models`)).status).toBe(401);
  expect(processesOf(data)).toHaveLength(1);
  expect((await fetch(`${url}/api/microclouds/${created.id}`, { method: 'DELETE' })).status).toBe(204);
  expect(processesOf(data)).toEqual([]);

  await readyMicrocloud(url);
  expect(processesOf(data)).toHaveLength(1);
  expect(await runner.signal('SIGINT')).toBe(0);
  expect(processesOf(data)).toEqual([]);
  expect(runner.complaints).toBe('');
});

it('goes on after kill -9: the gateway serves meanwhile, and the next start adopts it', SLOW, async () => {
  const first = run();
  const created = await readyMicrocloud(await first.ready());
  await first.signal('SIGKILL');
  const left = processesOf(data);
  expect(left).toHaveLength(1);

  const second = run();
  const url = await second.ready();
  expect(second.output).toContain('1 unit(s) that still ran');
  await eventually(async () => (await json<MicrocloudView>(`${url}/api/microclouds/${created.id}`)).state === 'ready');
  expect(await models(created, portOf(url))).toEqual({ object: 'list', data: [] });
  expect(processesOf(data)).toEqual(left);
});

it('names every wrong setting and exits with 2, touching nothing', SLOW, async () => {
  const runner = run({ TERROIR_PORT: 'many', TERROIR_ENGINE: 'swarm' });
  expect(await runner.ended()).toBe(2);
  expect(runner.complaints).toContain('TERROIR_PORT=many');
  expect(runner.complaints).toContain('TERROIR_ENGINE=swarm');
});

it('names the port that is taken', SLOW, async () => {
  const other = createServer().listen(0, '127.0.0.1');
  await eventually(() => other.listening);
  const address = other.address();
  const port = typeof address === 'object' && address ? String(address.port) : '';
  const runner = run({ TERROIR_PORT: port });
  expect(await runner.ended()).toBe(1);
  expect(runner.complaints).toBe(
    `Port ${port} on 127.0.0.1 is taken by another program.\nEnd that program, or set TERROIR_PORT to another port.\n`,
  );
  other.close();
});

it('lets nobody else use the same data folder', SLOW, async () => {
  const url = await run().ready();
  const second = run();
  expect(await second.ended()).toBe(1);
  expect(second.complaints).toContain(`at ${url}/) uses the data folder ${data}`);
  expect((await fetch(`${url}/api/health`)).status).toBe(200);
});

it('says so when the data folder cannot be made', SLOW, async () => {
  await writeFile(join(data, 'file'), '');
  const runner = run({ TERROIR_DATA: join(data, 'file', 'below') });
  expect(await runner.ended()).toBe(1);
  expect(runner.complaints).toMatch(/^The data folder .* cannot be written to \(ENOTDIR\)\.\n.*TERROIR_DATA/);
});

it('asks for its passphrase when other machines can reach it', SLOW, async () => {
  const runner = run({ TERROIR_HOST: '0.0.0.0' });
  const url = await runner.ready();
  const passphrase = /Passphrase, shown only now: (\S+)/.exec(runner.output)?.[1] ?? '';
  expect((await fetch(`${url}/api/health`)).status).toBe(401);
  const signedIn = await fetch(`${url}/api/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ passphrase }),
  });
  const cookie = signedIn.headers.get('set-cookie')?.split(';')[0] ?? '';
  expect((await fetch(`${url}/api/health`, { headers: { cookie } })).status).toBe(200);
});
