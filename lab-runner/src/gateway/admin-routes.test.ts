import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createParser } from 'eventsource-parser';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openLedger } from '../ledger/ledger.ts';
import { systemClock } from '../ports.ts';
import {
  gatewayFolder,
  heldLedger,
  MODEL_SHA256,
  sendCompletion,
  startGateway,
  startUpstream,
  type TestGateway,
} from './gateway.fixture.ts';

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
const OPEN = '@id("all")\npermit (principal, action, resource);\n';

let gateway: TestGateway;
let folder: Awaited<ReturnType<typeof gatewayFolder>>;
const ledger = heldLedger();

beforeEach(async () => {
  folder = await gatewayFolder();
  gateway = await startGateway({ folder: folder.path, openLedger: ledger.open });
});
afterEach(async () => {
  ledger.release();
  await gateway.close();
  await folder.remove();
});

const entries = async () =>
  ((await (await gateway.get('/ledger/entries')).json()) as { entries: { entry: object }[] }).entries.map(
    ({ entry }) => entry,
  );
const policyFile = () => readFile(join(folder.path, 'policy.cedar'), 'utf8');

test('the admin key is needed for all of it, and the clients’ key is not that', async () => {
  for (const authorization of ['', 'Bearer wrong', 'Bearer terroir_client']) {
    const response = await fetch(`${gateway.url}/admin/tally`, { headers: { authorization } });
    expect(response.status).toBe(401);
    expect(await response.json()).toMatchObject({ code: 'admin-key-invalid', todo: expect.any(String) });
  }
});

describe('the policies', () => {
  test('begin with the default, on disk and on record', async () => {
    const text = await (await gateway.admin('GET', 'policy')).text();
    expect(text).toContain('@id("no-personal-data")');
    expect(await policyFile()).toBe(text);
    expect(await entries()).toEqual([{ v: 1, kind: 'policy', at: expect.any(String), policySet: sha256(text) }]);
  });

  test('change when they validate: at once, on disk, on record, and told', async () => {
    const before = await policyFile();
    const response = await gateway.admin('PUT', 'policy', OPEN);
    expect(await response.json()).toEqual({ sha256: sha256(OPEN) });
    expect(await (await gateway.admin('GET', 'policy')).text()).toBe(OPEN);
    expect(await policyFile()).toBe(OPEN);
    expect((await entries()).at(-1)).toMatchObject({
      kind: 'policy',
      policySet: sha256(OPEN),
      previous: sha256(before),
    });
    const trial = JSON.stringify({ maxTokens: 5000, personalData: ['email'] });
    expect(await (await gateway.admin('POST', 'decide', trial)).json()).toEqual({
      outcome: 'allow',
      policies: ['all'],
    });
  });

  test.each([
    ['syntax', '// é\npermit (principal, action, resource', 'policy-syntax', 2, 36],
    [
      'an unknown attribute',
      '// é\nforbid (principal, action, resource) when { context.tokens > 1 };',
      'policy-type',
      2,
      45,
    ],
    ['types', 'forbid (principal, action, resource) when { context.maxTokens > "a" };', 'policy-type', 1, 65],
    ['an unknown action', 'permit (principal, action == Action::"teach", resource);', 'policy-type', 1, 30],
    [
      'an id taken',
      '@id("a") permit (principal, action, resource);\n@id("a") forbid (principal, action, resource);',
      'policy-type',
      2,
      1,
    ],
    ['an id of the gateway’s', '@id("fail-closed") permit (principal, action, resource);', 'policy-type', 1, 1],
    ['a template', 'permit (principal == ?principal, action, resource);', 'policy-syntax', 1, 1],
  ])('with a fault of %s change nothing, and the fault has its place', async (_, text, code, line, column) => {
    const before = await policyFile();
    const response = await gateway.admin('PUT', 'policy', text);
    expect(response.status).toBe(422);
    expect(response.headers.get('content-type')).toContain('application/problem+json');
    expect(await response.json()).toMatchObject({ code, line, column, field: 'policy', status: 422 });
    expect(await policyFile()).toBe(before);
    expect(await entries()).toHaveLength(1);
  });

  test('stay when the change cannot be recorded', async () => {
    const before = await policyFile();
    ledger.fail();
    expect((await gateway.admin('PUT', 'policy', OPEN)).status).toBe(500);
    ledger.release();
    expect(await policyFile()).toBe(before);
    expect(await (await gateway.admin('GET', 'policy')).text()).toBe(before);
  });

  test('that were recorded when the process died are in force at the next start', async () => {
    const recorded = async () => {
      const open = await openLedger({
        folder: join(folder.path, 'ledger'),
        origin: 'terroir.local/m/mtest',
        clock: systemClock,
      });
      const at = systemClock.now().toISOString();
      const entry = { at, kind: 'policy', policySet: sha256(OPEN), v: 1 };
      await open.append(Buffer.from(JSON.stringify(entry)));
      await open.close();
    };
    await gateway.close();
    await writeFile(join(folder.path, 'policy.cedar.next'), OPEN);
    await recorded();
    gateway = await startGateway({ folder: folder.path });
    expect(await (await gateway.admin('GET', 'policy')).text()).toBe(OPEN);
    expect(await policyFile()).toBe(OPEN);
  });

  test('that were written but not recorded when the process died are dropped', async () => {
    const before = await policyFile();
    await gateway.close();
    await writeFile(join(folder.path, 'policy.cedar.next'), OPEN);
    gateway = await startGateway({ folder: folder.path });
    expect(await (await gateway.admin('GET', 'policy')).text()).toBe(before);
    expect(await entries()).toHaveLength(1);
  });

  test('edited by hand while the gateway was down are recorded when it starts', async () => {
    await gateway.close();
    await writeFile(join(folder.path, 'policy.cedar'), OPEN);
    gateway = await startGateway({ folder: folder.path });
    expect((await entries()).at(-1)).toMatchObject({ kind: 'policy', policySet: sha256(OPEN) });
  });
});

describe('the upstreams', () => {
  test('that come and go are on record; one that only moved is not', async () => {
    await gateway.serve('http://127.0.0.1:1');
    await gateway.serve('http://127.0.0.1:2');
    await gateway.admin('PUT', 'upstreams', '[]');
    expect((await entries()).slice(1)).toEqual([
      { v: 1, kind: 'deployment', at: expect.any(String), model: 'seedling', sha256: MODEL_SHA256, change: 'added' },
      { v: 1, kind: 'deployment', at: expect.any(String), model: 'seedling', sha256: MODEL_SHA256, change: 'removed' },
    ]);
  });

  test('are still there after a start without the runner', async () => {
    const upstream = await startUpstream((response) => sendCompletion(response));
    await gateway.serve(upstream.url);
    await gateway.close();
    gateway = await startGateway({ folder: folder.path });
    expect((await gateway.ask('hello')).status).toBe(200);
    expect((await entries()).filter((entry) => 'change' in entry)).toHaveLength(1);
    await upstream.close();
  });

  test.each([
    ['{}', 'body'],
    [`[{"model":"a","url":"file:///x","key":"k","sha256":"${MODEL_SHA256}"}]`, '0.url'],
    ['[{"model":"a","url":"http://127.0.0.1:1","key":"k","sha256":"x"}]', '0.sha256'],
  ])('that make no table change nothing: %s', async (table, field) => {
    await gateway.serve('http://127.0.0.1:1');
    const response = await gateway.admin('PUT', 'upstreams', table);
    expect(response.status).toBe(422);
    expect(await response.json()).toMatchObject({ code: 'upstreams-invalid', field });
    expect(await readFile(join(folder.path, 'upstreams.json'), 'utf8')).toContain('seedling');
  });
});

test('a new client key replaces the old one, also after a new start', async () => {
  await gateway.serve('http://127.0.0.1:1');
  const body = JSON.stringify({ clientKeySha256: sha256('another') });
  expect((await gateway.admin('PUT', 'key', body)).status).toBe(200);
  const models = (key: string) => fetch(`${gateway.url}/v1/models`, { headers: { authorization: `Bearer ${key}` } });
  expect((await models('terroir_client')).status).toBe(401);
  expect((await models('another')).status).toBe(200);
  await gateway.close();
  gateway = await startGateway({ folder: folder.path });
  expect((await models('another')).status).toBe(200);
  expect((await gateway.admin('PUT', 'key', '{"clientKeySha256":"x"}')).status).toBe(400);
});

test('the tally counts answers and refusals, also those of an earlier start', async () => {
  const upstream = await startUpstream((response) => sendCompletion(response));
  await gateway.serve(upstream.url);
  await gateway.ask('hello');
  await gateway.ask('write to a@b.example');
  await gateway.ask('hello', { max_tokens: 9999 });
  await gateway.close();
  gateway = await startGateway({ folder: folder.path });
  await gateway.ask('hello again');
  expect(await (await gateway.admin('GET', 'tally')).json()).toEqual({
    size: 6,
    answered: 2,
    refused: 2,
    refusedBy: { 'no-personal-data': 1, 'token-ceiling': 1 },
    policySet: sha256(await policyFile()),
  });
  await upstream.close();
});

test('a trial decides and leaves no trace', async () => {
  const decide = async (maxTokens: number, personalData: string[]) =>
    (await gateway.admin('POST', 'decide', JSON.stringify({ maxTokens, personalData }))).json();
  expect(await decide(400, [])).toEqual({ outcome: 'allow', policies: ['everyone-may-ask'] });
  expect(await decide(2000, ['iban'])).toEqual({ outcome: 'deny', policies: ['token-ceiling', 'no-personal-data'] });
  expect(await entries()).toHaveLength(1);
  expect((await gateway.admin('POST', 'decide', '{"maxTokens":0}')).status).toBe(400);
  expect((await gateway.admin('POST', 'decide', 'x')).status).toBe(400);
});

test('a proof of this ledger is known again, and one that was changed is not', async () => {
  await gateway.serve('http://127.0.0.1:1');
  const proof = await (await gateway.get('/ledger/entries/1/proof')).text();
  expect(await (await gateway.admin('POST', 'proofs', proof)).json()).toMatchObject({
    index: 1,
    entry: { kind: 'deployment', model: 'seedling' },
  });
  const changed = proof.replace(/^extra .*$/m, `extra ${Buffer.from('{"kind":"policy"}').toString('base64')}`);
  expect(changed).not.toBe(proof);
  const response = await gateway.admin('POST', 'proofs', changed);
  expect(response.status).toBe(422);
  expect(await response.json()).toMatchObject({ code: 'proof-invalid', field: 'inclusion' });
  expect((await gateway.admin('POST', 'proofs', 'not a proof')).status).toBe(422);
});

test('events tell of the ledger’s growth and of new policies', async () => {
  const response = await gateway.admin('GET', 'events');
  const told: { event: string | undefined; data: unknown }[] = [];
  const parser = createParser({ onEvent: ({ event, data }) => told.push({ event, data: JSON.parse(data) }) });
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  const until = async (seen: () => boolean) => {
    while (!seen()) parser.feed((await reader?.read())?.value ?? '');
  };
  await until(() => told.length >= 2);
  expect(told).toEqual([
    { event: 'ledger', data: { size: 1 } },
    { event: 'policy', data: { sha256: sha256(await policyFile()) } },
  ]);
  await gateway.admin('PUT', 'policy', OPEN);
  await until(() => told.length >= 4);
  expect(told).toContainEqual({ event: 'policy', data: { sha256: sha256(OPEN) } });
  expect(told).toContainEqual({ event: 'ledger', data: { size: 2 } });
});
