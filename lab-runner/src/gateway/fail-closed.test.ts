import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { LedgerError } from '../ledger/ledger-error.ts';
import {
  eventOf,
  gatewayFolder,
  heldLedger,
  sendCompletion,
  startGateway,
  startUpstream,
  type TestGateway,
} from './gateway.fixture.ts';

let upstream: Awaited<ReturnType<typeof startUpstream>>;
let streaming = false;
const closing: (() => Promise<void>)[] = [];

beforeEach(async () => {
  streaming = false;
  upstream = await startUpstream((response) => {
    if (!streaming) return sendCompletion(response);
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.end(`${eventOf('all there is')}data: [DONE]\n\n`);
  });
  closing.push(upstream.close);
});
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

async function start(options: Parameters<typeof startGateway>[0]): Promise<TestGateway> {
  const gateway = await startGateway(options);
  closing.push(gateway.close);
  return gateway;
}

const codeOf = async (response: Response) => ((await response.json()) as { error: { code: string } }).error.code;

test('what cannot be recorded is not answered', async () => {
  const ledger = heldLedger();
  const gateway = await start({ openLedger: ledger.open });
  await gateway.serve(upstream.url);
  ledger.fail();

  const first = await gateway.ask('hello');
  expect(first.status).toBe(503);
  expect(await codeOf(first)).toBe('ledger_unavailable');
  expect(upstream.asked).toHaveLength(1);

  const second = await gateway.ask('hello');
  expect(second.status).toBe(503);
  expect(upstream.asked).toHaveLength(1);
  expect(await (await gateway.get('/health')).json()).toMatchObject({
    status: 'refusing',
    reasons: [{ code: 'ledger-unavailable' }],
  });
});

test('an answer that streams when the ledger fails is cut instead of ended', async () => {
  const ledger = heldLedger();
  const gateway = await start({ openLedger: ledger.open });
  await gateway.serve(upstream.url);
  streaming = true;
  ledger.fail();
  const response = await gateway.ask('hello', { stream: true });
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  expect((await reader?.read())?.value).toBe(eventOf('all there is'));
  await expect(reader?.read()).rejects.toThrow();
});

test('a refusal that cannot be recorded is not given either', async () => {
  const ledger = heldLedger();
  const gateway = await start({ openLedger: ledger.open });
  await gateway.serve(upstream.url);
  ledger.fail();
  expect(await codeOf(await gateway.ask('write to a@b.example'))).toBe('ledger_unavailable');
});

test.each([
  ['a disk that was full', new LedgerError('ledger-disk-full', 'no room')],
  ['a disk that failed, with the ledger opened anew', new LedgerError('ledger-failed', 'input/output error')],
])('goes on after %s, and first records which policies are in force', async (_, failure) => {
  let now = Date.parse('2026-01-01T00:00:00Z');
  const ledger = heldLedger();
  const gateway = await start({ openLedger: ledger.open, clock: { now: () => new Date(now) } });
  await gateway.serve(upstream.url);
  ledger.fail(failure);
  expect((await gateway.ask('hello')).status).toBe(503);
  now += 2000;
  expect((await gateway.ask('hello')).status).toBe(503);
  ledger.release();
  now += 2000;
  expect((await gateway.ask('hello')).status).toBe(200);
  const { entries } = (await (await gateway.get('/ledger/entries')).json()) as {
    entries: { entry: { kind: string } }[];
  };
  expect(entries.map(({ entry }) => entry.kind)).toEqual(['policy', 'deployment', 'policy', 'decision']);
});

test('a policy file that does not validate refuses everything, says so, and can be mended', async () => {
  const folder = await gatewayFolder();
  closing.push(folder.remove);
  await writeFile(join(folder.path, 'policy.cedar'), 'permit (principal, action, resource) when { context.nothing };');
  const gateway = await start({ folder: folder.path });
  await gateway.serve(upstream.url);

  const refused = await gateway.ask('hello', {}, { headers: { 'accept-language': 'fr' } });
  expect(refused.status).toBe(403);
  expect(await refused.json()).toMatchObject({
    error: { policy: 'fail-closed', message: expect.stringContaining('Les règles de ce micro-cloud') },
  });
  expect(upstream.asked).toEqual([]);
  expect(await (await gateway.get('/health')).json()).toMatchObject({
    status: 'refusing',
    reasons: [{ code: 'policy-type', detail: expect.stringContaining('line 1') }],
  });

  expect((await gateway.admin('PUT', 'policy', 'permit (principal, action, resource);')).status).toBe(200);
  expect((await gateway.ask('hello')).status).toBe(200);
  expect(await (await gateway.get('/health')).json()).toEqual({ status: 'ok' });
});

test('a policy that errs while it is evaluated refuses, though Cedar alone would pass over it', async () => {
  const gateway = await start({});
  await gateway.serve(upstream.url);
  const overflowing =
    'permit (principal, action, resource);\n' +
    'forbid (principal, action, resource) when { context.maxTokens * 9223372036854775807 == 1 };';
  expect((await gateway.admin('PUT', 'policy', overflowing)).status).toBe(200);
  const response = await gateway.ask('hello', { max_tokens: 2 });
  expect(response.status).toBe(403);
  expect(await response.json()).toMatchObject({ error: { policy: 'fail-closed' } });
  expect(gateway.reports).toContain('a request was refused unjudged');
});

test('what no policy permits is refused', async () => {
  const gateway = await start({});
  await gateway.serve(upstream.url);
  expect((await gateway.admin('PUT', 'policy', '')).status).toBe(200);
  expect(await (await gateway.ask('hello')).json()).toMatchObject({ error: { policy: 'implicit-deny' } });
});
