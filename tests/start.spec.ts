import { spawn } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { post } from './microcloud.ts';
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

test('the last line is the address, and engine and data folder are named before it', async () => {
  const data = await temporaryData();
  const runner = await startRunner(data.path, await freePort());
  const lines = runner.output().trim().split('\n');
  expect(lines.at(-1)).toBe(`Terroir is ready at ${runner.url}/`);
  expect(runner.output()).toMatch(/embedded/);
  expect(runner.output()).toMatch(/llama-server|node-llama-cpp/);
  expect(runner.output()).toContain(data.path);
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
  expect(output).toBe(
    `Port ${port} on 127.0.0.1 is taken by another program.\nEnd that program, or set TERROIR_PORT to another port.\n`,
  );
  await new Promise((resolve) => server.close(resolve));
  await data.remove();
});

test('a data folder that cannot be made is one clear message', async () => {
  const data = await temporaryData();
  await writeFile(join(data.path, 'file'), '');
  const { code, output } = await start({ TERROIR_DATA: join(data.path, 'file', 'below') });
  expect(code).toBe(1);
  expect(output).toMatch(/^The data folder .* cannot be written to \(ENOTDIR\)\.\n.*TERROIR_DATA.*\n$/);
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
  expect(second.output).toContain(`at ${runner.url}/) uses the data folder ${data.path}`);
  expect((await fetch(`${runner.url}/api/health`)).status).toBe(200);
  await runner.interrupt();
  await data.remove();
});

test('bound to all addresses, nothing answers without a session, which the passphrase gives', async () => {
  const data = await temporaryData();
  const port = await freePort();
  const runner = await startRunner(data.path, port, { TERROIR_HOST: '0.0.0.0' });
  const url = `http://127.0.0.1:${port}`;
  for (const path of ['/api/models', '/api/microclouds', '/metrics', '/api/openapi.json']) {
    expect((await fetch(url + path)).status, path).toBe(401);
  }
  const page = await fetch(`${url}/en/`, { redirect: 'manual' });
  expect([302, 303, 401]).toContain(page.status);
  const signIn = (passphrase: string) => post(`${url}/api/session`, { passphrase });
  expect((await signIn('guess')).status).toBe(401);
  const signedIn = await signIn(/Passphrase, shown only now: (\S+)/.exec(runner.output())?.[1] ?? '');
  const cookie = signedIn.headers.get('set-cookie')?.split(';')[0] ?? '';
  expect((await fetch(`${url}/api/models`, { headers: { cookie } })).status).toBe(200);
  await runner.interrupt();
  await data.remove();
});

test('when npm is ended and not the runner, the runner ends all the same', async () => {
  const data = await temporaryData();
  const port = await freePort();
  const shell = spawn('sh', ['-c', `"${join(ROOT, 'node_modules/node/bin/node')}" lab-runner/src/main.ts; true`], {
    cwd: ROOT,
    env: { ...process.env, TERROIR_DATA: data.path, TERROIR_PORT: String(port), npm_lifecycle_event: 'start' },
    stdio: 'ignore',
  });
  const answers = () =>
    fetch(`http://127.0.0.1:${port}/api/health`).then(
      (answer) => answer.ok,
      () => false,
    );
  await expect.poll(answers, { timeout: 30_000 }).toBe(true);
  shell.kill('SIGKILL');
  await expect.poll(answers, { timeout: 15_000 }).toBe(false);
  await data.remove();
});
