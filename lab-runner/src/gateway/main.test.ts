import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { ADMIN_KEY, CLIENT_KEY, eventOf, gatewayFolder, MODEL_SHA256, startUpstream } from './gateway.fixture.ts';

const MAIN = join(import.meta.dirname, 'main.ts');
let folder: Awaited<ReturnType<typeof gatewayFolder>>;
const children: ChildProcess[] = [];

beforeEach(async () => {
  folder = await gatewayFolder();
});
afterEach(async () => {
  for (const child of children.splice(0)) await end(child, 'SIGKILL');
  await folder.remove();
});

function run(...args: string[]): ChildProcess {
  const child = spawn(process.execPath, [MAIN, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  children.push(child);
  return child;
}

async function start(): Promise<{ child: ChildProcess; url: string }> {
  const child = run('--folder', folder.path, '--port', '0', '--unit', 'gateway-mtest');
  if (!child.stdout) throw new Error('no output');
  const [line] = await once(createInterface({ input: child.stdout }), 'line');
  const { ready, port } = JSON.parse(String(line)) as { ready: boolean; port: number };
  expect(ready).toBe(true);
  return { child, url: `http://127.0.0.1:${port}` };
}

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<number | null> {
  if (child.exitCode !== null || child.signalCode !== null) return child.exitCode;
  const exited = once(child, 'exit');
  child.kill(signal);
  await exited;
  return child.exitCode;
}

async function failing(...args: string[]): Promise<{ code: number | null; said: string }> {
  const child = run(...args);
  let said = '';
  child.stderr?.on('data', (data) => {
    said += data;
  });
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, said };
}

const ask = (url: string, content: string, stream = false) =>
  fetch(`${url}/v1/chat/completions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${CLIENT_KEY}` },
    body: JSON.stringify({ model: 'seedling', stream, messages: [{ role: 'user', content }] }),
  });

const serve = (url: string, upstream: string) =>
  fetch(`${url}/admin/upstreams`, {
    method: 'PUT',
    headers: { authorization: `Bearer ${ADMIN_KEY}` },
    body: JSON.stringify([{ model: 'seedling', url: upstream, key: 'k', sha256: MODEL_SHA256 }]),
  });

test('kill -9 loses no refusal that was given, and the gateway goes on from there by itself', async () => {
  const first = await start();
  await serve(first.url, 'http://127.0.0.1:1');
  const given: { id: string; index: number }[] = [];
  const asking = Array.from({ length: 8 }, async () => {
    for (;;) {
      const response = await ask(first.url, 'write to a@b.example').catch(() => undefined);
      const [id, index] = [response?.headers.get('x-request-id'), response?.headers.get('x-terroir-ledger-index')];
      if (typeof id !== 'string' || typeof index !== 'string') return;
      given.push({ id, index: Number(index) });
      if (given.length === 60) first.child.kill('SIGKILL');
    }
  });
  await Promise.all(asking);
  expect(given.length).toBeGreaterThanOrEqual(60);

  const second = await start();
  for (const { id, index } of given) {
    const entry = await (await fetch(`${second.url}/ledger/entries/${index}`)).json();
    expect(entry).toMatchObject({ id, outcome: 'deny' });
  }
  expect((await ask(second.url, 'write to a@b.example')).status).toBe(403);
});

test('SIGTERM lets a running answer end, records it, and exits with 0', async () => {
  let finish: () => void = () => {};
  const upstream = await startUpstream((response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.write(eventOf('first'));
    finish = () => response.end('data: [DONE]\n\n');
  });
  const first = await start();
  await serve(first.url, upstream.url);
  const response = await ask(first.url, 'hello', true);
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  await reader?.read();
  const exited = once(first.child, 'exit');
  first.child.kill('SIGTERM');
  await expect.poll(() => fetch(`${first.url}/health`).catch(() => 'gone')).toBe('gone');
  finish();
  expect((await reader?.read())?.value).toBe('data: [DONE]\n\n');
  expect(await exited).toEqual([0, null]);

  const second = await start();
  const { entries } = (await (await fetch(`${second.url}/ledger/entries?limit=1`)).json()) as {
    entries: { entry: object }[];
  };
  expect(entries[0]?.entry).toMatchObject({ outcome: 'allow', answer: { ended: 'complete' } });
  await upstream.close();
});

test('serves on when nobody reads what it prints any more', async () => {
  const { child, url } = await start();
  child.stdout?.destroy();
  child.stderr?.destroy();
  await serve(url, 'http://127.0.0.1:1');
  // Each of these is reported on the standard error that nobody reads.
  for (let count = 0; count < 3; count++) expect((await ask(url, 'hello')).status).toBe(502);
  expect(await (await fetch(`${url}/health`)).json()).toEqual({ status: 'ok' });
});

test('a second gateway on the same folder is turned away', async () => {
  await start();
  const { code, said } = await failing('--folder', folder.path, '--port', '0');
  expect(code).toBe(1);
  expect(said).toContain('is being written by process');
});

test('says in one message what is wrong with its folder or its arguments', async () => {
  await writeFile(join(folder.path, 'gateway.json'), '{"id":"m","adminKey":"a","clientKeySha256":"short"}');
  const damaged = await failing('--folder', folder.path, '--port', '0');
  expect(damaged.code).toBe(1);
  expect(damaged.said).toMatch(/^gateway: .*gateway\.json: clientKeySha256 .*\n$/);
  const missing = await failing('--folder', join(folder.path, 'none'), '--port', '0');
  expect(missing.said).toMatch(/^gateway: .*cannot be read\..*\n$/);
  const misused = await failing('--port', '0');
  expect(misused.code).toBe(2);
  expect(misused.said).toBe('gateway: --folder FOLDER is missing\n');
});
