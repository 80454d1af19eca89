import { spawn } from 'node:child_process';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { freePort, startRunner, temporaryData } from './runner.ts';

const ROOT = join(import.meta.dirname, '..');

function start(env: Record<string, string>): Promise<{ code: number | null; output: string }> {
  const child = spawn(join(ROOT, 'node_modules/node/bin/node'), ['lab-runner/src/main.ts'], {
    cwd: ROOT,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  const keep = (chunk: Buffer) => {
    output += chunk.toString();
  };
  child.stdout.on('data', keep);
  child.stderr.on('data', keep);
  return new Promise((resolve) => child.once('close', (code) => resolve({ code, output })));
}

test('the last line is the address, and the engine that was found is named before it', async () => {
  const data = await temporaryData();
  const runner = await startRunner(data.path, await freePort());
  const lines = runner.output().trim().split('\n');
  expect(lines.at(-1)).toBe(`Terroir is ready at ${runner.url}/`);
  expect(runner.output()).toMatch(/embedded/);
  expect(runner.output()).toMatch(/llama-server|node-llama-cpp/);
  expect(await runner.interrupt()).toBe(0);
  await data.remove();
});

test('a port that is taken is one clear message', async () => {
  const data = await temporaryData();
  const server = createServer();
  const port = await freePort();
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  const { code, output } = await start({ TERROIR_DATA: data.path, TERROIR_PORT: String(port) });
  expect(code).toBe(1);
  expect(output).toContain(String(port));
  expect(output).toContain('TERROIR_PORT');
  expect(output).not.toMatch(/\n\s+at /);
  await new Promise((resolve) => server.close(resolve));
  await data.remove();
});

test('every wrong variable is named in one message', async () => {
  const { code, output } = await start({ TERROIR_PORT: 'many', TERROIR_ENGINE: 'steam', TERROIR_HUB: 'not a url' });
  expect(code).toBe(2);
  for (const name of ['TERROIR_PORT', 'TERROIR_ENGINE', 'TERROIR_HUB']) expect(output).toContain(name);
});

test('a second runner on the same data is refused, and the first goes on', async () => {
  const data = await temporaryData();
  const runner = await startRunner(data.path, await freePort());
  const second = await start({ TERROIR_DATA: data.path, TERROIR_PORT: String(await freePort()) });
  expect(second.code).toBe(1);
  expect(second.output).toMatch(/already|another/i);
  expect((await fetch(`${runner.url}/api/health`)).status).toBe(200);
  await runner.interrupt();
  await data.remove();
});

test('bound to all addresses, nothing answers without a session', async () => {
  const data = await temporaryData();
  const port = await freePort();
  const runner = await startRunner(data.path, port, { TERROIR_HOST: '0.0.0.0' });
  const url = `http://127.0.0.1:${port}`;
  for (const path of ['/api/models', '/api/microclouds', '/metrics', '/api/openapi.json']) {
    expect((await fetch(url + path)).status, path).toBe(401);
  }
  const page = await fetch(`${url}/en/`, { redirect: 'manual' });
  expect([302, 303, 401]).toContain(page.status);
  const wrong = await fetch(`${url}/api/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ passphrase: 'guess' }),
  });
  expect(wrong.status).toBe(401);
  await runner.interrupt();
  await data.remove();
});
