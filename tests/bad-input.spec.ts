import { readFile, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { join } from 'node:path';
import { expect, test } from './fixtures.ts';
import { ask, microcloudWithSeedling, post, view } from './microcloud.ts';
import { terroir } from './terroir.ts';

/** Each wrong input gets one clear answer, and nothing has changed after it. */
test('wrong requests to the runner', async ({ runner }) => {
  const malformed = await fetch(`${runner.url}/api/microclouds`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{"name":',
  });
  expect(malformed.status).toBe(400);
  expect(malformed.headers.get('content-type')).toContain('application/problem+json');
  expect(await malformed.json()).toMatchObject({ status: 400, code: expect.any(String), todo: expect.any(String) });

  const unknownField = await post(`${runner.url}/api/microclouds`, { nom: 'x' });
  expect(unknownField.status).toBe(400);
  expect((await fetch(`${runner.url}/api/nothing`)).status).toBe(404);
  expect((await fetch(`${runner.url}/api/microclouds/none`)).status).toBe(404);
});

test('wrong requests to a micro-cloud leave it as it was', async ({ runner }) => {
  const cloud = await microcloudWithSeedling(runner.url);
  const deployments = `${runner.url}/api/microclouds/${cloud.id}/deployments`;
  const unknownModel = await post(deployments, { model: 'no-such-model' });
  expect(unknownModel.status).toBe(404);
  expect(await unknownModel.json()).toMatchObject({ code: 'model-not-found' });
  expect((await view(runner.url, cloud.id)).deployments).toHaveLength(1);

  expect((await ask(cloud, 'hello', { model: 'no-such-model' })).status).toBe(404);
  const huge = await ask(cloud, 'x'.repeat(10_000_000));
  expect(huge.status).toBe(413);
  expect(await huge.json()).toMatchObject({ error: { code: expect.any(String) } });
  const notJson = await fetch(`${cloud.baseUrl}/chat/completions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${cloud.key}`, 'content-type': 'application/json' },
    body: 'not json',
  });
  expect(notJson.status).toBe(400);

  const policy = `${runner.url}/api/microclouds/${cloud.id}/policy`;
  const before = await (await fetch(policy)).text();
  const put = (text: string) => fetch(policy, { method: 'PUT', headers: { 'content-type': 'text/plain' }, body: text });
  const syntax = await put('permit (principal, action, resource');
  expect(syntax.status).toBe(422);
  expect(await syntax.json()).toMatchObject({
    code: 'policy-syntax',
    line: expect.any(Number),
    column: expect.any(Number),
  });
  const type = await put(before.replace('maxTokens > 1024', 'maxTokens > "many"'));
  expect(type.status).toBe(422);
  expect(await type.json()).toMatchObject({ code: 'policy-type', line: expect.any(Number) });
  expect(await (await fetch(policy)).text()).toBe(before);
  expect((await ask(cloud, 'What is a gateway?')).status).toBe(200);
});

test('wrong model files are not imported', async ({ runner }) => {
  const env = { TERROIR_DATA: runner.data };
  const before = await (await fetch(`${runner.url}/api/models`)).json();
  const seedling = join(import.meta.dirname, '../labs/foundry/seedling/terroir-seedling.gguf');
  const truncated = test.info().outputPath('truncated.gguf');
  await writeFile(truncated, (await readFile(seedling)).subarray(0, 100_000));
  const text = test.info().outputPath('text.gguf');
  await writeFile(text, 'This is not a model.');
  for (const [file, code] of [
    [truncated, 'gguf-truncated'],
    [text, 'not-gguf'],
  ] as const) {
    const { code: status, stdout, stderr } = await terroir(['model', 'import', file, '--json'], env);
    expect(status).toBe(1);
    expect(stdout + stderr).toContain(code);
  }
  expect(await (await fetch(`${runner.url}/api/models`)).json()).toEqual(before);

  const good = await terroir(['model', 'import', seedling, '--json'], env);
  expect(good.code, good.stderr).toBe(0);
  expect(JSON.parse(good.stdout)).toEqual({ id: expect.any(String), sha256: expect.stringMatching(/^[0-9a-f]{64}$/) });
});

test('pages of other origins may not act here', async ({ runner }) => {
  const foreign = await post(`${runner.url}/api/microclouds`, {}, { origin: 'https://elsewhere.example' });
  expect(foreign.status).toBe(403);
  const status = await new Promise<number | undefined>((resolve, reject) => {
    const url = new URL('/api/health', runner.url);
    request(
      { host: url.hostname, port: url.port, path: url.pathname, headers: { host: 'elsewhere.example' } },
      (answer) => {
        answer.resume();
        resolve(answer.statusCode);
      },
    )
      .on('error', reject)
      .end();
  });
  expect(status).toBe(403);
});
