import type { ServerResponse } from 'node:http';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  type Asked,
  CLIENT_KEY,
  eventOf,
  heldLedger,
  sendCompletion,
  startGateway,
  startUpstream,
  type TestGateway,
} from './gateway.fixture.ts';

let gateway: TestGateway;
let upstream: Awaited<ReturnType<typeof startUpstream>>;
let answer: (response: ServerResponse, asked: Asked) => void;
const ledger = heldLedger();

beforeEach(async () => {
  answer = (response) => sendCompletion(response);
  upstream = await startUpstream((response, asked) => answer(response, asked));
  gateway = await startGateway({ openLedger: ledger.open, mostBodyBytes: 100_000, graceMs: 200 });
  await gateway.serve(upstream.url);
});

afterEach(async () => {
  ledger.release();
  await gateway.close();
  await upstream.close();
});

const lastEntry = async () => {
  const page = (await (await gateway.get('/ledger/entries?limit=1')).json()) as { entries: { entry: object }[] };
  return page.entries[0]?.entry;
};

describe('an answer', () => {
  test('comes from the model, and is on record when it has ended', async () => {
    const response = await gateway.ask('What is a vault?');
    expect(response.status).toBe(200);
    expect(await response.json()).toMatchObject({ choices: [{ message: { content: 'Yes.' } }] });
    expect(await lastEntry()).toMatchObject({
      kind: 'decision',
      id: response.headers.get('x-request-id'),
      outcome: 'allow',
      policies: ['everyone-may-ask'],
      model: 'seedling',
      request: { promptTokens: 7, maxTokens: 512 },
      answer: { status: 200, ended: 'complete', completionTokens: 2 },
    });
  });

  test('is asked for with the unit’s key, and with the ceiling spelled out', async () => {
    await gateway.ask('hello', { temperature: 0.5, n_predict: 20, max_completion_tokens: 30 });
    const [asked] = upstream.asked;
    expect(asked?.path).toBe('/v1/chat/completions');
    expect(asked?.headers.authorization).toBe('Bearer unit-key');
    expect(asked?.body).toEqual({
      model: 'seedling',
      messages: [{ role: 'user', content: 'hello' }],
      temperature: 0.5,
      max_tokens: 30,
    });
  });

  test('streams on as it comes: the first chunk is here before the upstream has sent the second', async () => {
    let upstreamResponse: ServerResponse | undefined;
    answer = (response) => {
      upstreamResponse = response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write(eventOf('first'));
    };
    const response = await gateway.ask('hello', { stream: true });
    const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
    expect((await reader?.read())?.value).toBe(eventOf('first'));
    upstreamResponse?.end(`${eventOf('second')}data: [DONE]\n\n`);
    let rest = '';
    for (let part = await reader?.read(); part?.value; part = await reader?.read()) rest += part.value;
    expect(rest).toBe(`${eventOf('second')}data: [DONE]\n\n`);
  });

  test('does not say that it is done before it is on record', async () => {
    answer = (response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.end(`${eventOf('all there is')}data: [DONE]\n\n`);
    };
    const appending = ledger.hold();
    const response = await gateway.ask('hello', { stream: true });
    const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
    expect((await reader?.read())?.value).toBe(eventOf('all there is'));
    await appending;
    let saidDone = false;
    const done = reader?.read().then((part) => {
      saidDone = true;
      return part;
    });
    await gateway.get('/health');
    expect(saidDone).toBe(false);
    ledger.release();
    expect((await done)?.value).toBe('data: [DONE]\n\n');
  });

  test('of one piece does not arrive before it is on record', async () => {
    const appending = ledger.hold();
    let arrived = false;
    const asking = gateway.ask('hello').then((response) => {
      arrived = true;
      return response;
    });
    await appending;
    await gateway.get('/health');
    expect(arrived).toBe(false);
    ledger.release();
    expect((await asking).status).toBe(200);
  });

  test('ends at the upstream when its reader leaves, and is recorded as cancelled', async () => {
    const left = Promise.withResolvers<void>();
    answer = (response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write(eventOf('first'));
      response.once('close', () => left.resolve());
    };
    const leaving = new AbortController();
    const response = await gateway.ask('hello', { stream: true }, { signal: leaving.signal });
    await response.body?.getReader().read();
    leaving.abort();
    await left.promise;
    await expect
      .poll(lastEntry)
      .toMatchObject({ kind: 'decision', outcome: 'allow', answer: { ended: 'cancelled', status: 200 } });
  });

  test('passes the model’s own refusals on', async () => {
    answer = (response) =>
      response.writeHead(400, { 'content-type': 'application/json' }).end('{"error":{"message":"no"}}');
    const response = await gateway.ask('hello');
    expect(response.status).toBe(400);
    expect(await response.json()).toEqual({ error: { message: 'no' } });
    expect(await lastEntry()).toMatchObject({ answer: { status: 400, ended: 'complete' } });
  });

  test('that the upstream breaks off is broken off, too, and recorded as failed', async () => {
    answer = (response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write(eventOf('first'), () => response.destroy());
    };
    const response = await gateway.ask('hello', { stream: true });
    await expect(response.text()).rejects.toThrow();
    await expect.poll(lastEntry).toMatchObject({ answer: { ended: 'failed', status: 200 } });
  });

  test('says 502 when nothing runs the model', async () => {
    await upstream.close();
    const response = await gateway.ask('hello');
    expect(response.status).toBe(502);
    expect(await response.json()).toMatchObject({ error: { code: 'upstream_unavailable', type: 'server_error' } });
    expect(await lastEntry()).toMatchObject({ outcome: 'allow', answer: { ended: 'failed', status: 502 } });
  });

  test('does not blame the client for the key between gateway and model', async () => {
    answer = (response) => response.writeHead(401).end('wrong key');
    expect((await gateway.ask('hello')).status).toBe(502);
  });
});

describe('a refusal', () => {
  test('names policy, reason and entry, and never reaches the model', async () => {
    const response = await gateway.ask('Write to jeanne.dupont@example.org');
    expect(response.status).toBe(403);
    expect(await response.json()).toEqual({
      error: {
        message: expect.stringContaining('an e-mail address'),
        type: 'permission_error',
        code: 'policy_refused',
        param: null,
        policy: 'no-personal-data',
      },
    });
    const index = response.headers.get('x-terroir-ledger-index');
    const entry = (await (await gateway.get(`/ledger/entries/${index}`)).json()) as object;
    expect(entry).toMatchObject({
      kind: 'decision',
      id: response.headers.get('x-request-id'),
      outcome: 'deny',
      policies: ['no-personal-data'],
      personalData: ['email'],
    });
    expect(JSON.stringify(entry)).not.toContain('dupont');
    expect(upstream.asked).toEqual([]);
  });

  test('speaks the reader’s language', async () => {
    const french = { headers: { 'accept-language': 'fr-CA,fr;q=0.9,en;q=0.8' } };
    const response = await gateway.ask('Appelle le 06 12 34 56 78', {}, french);
    expect(response.headers.get('content-language')).toBe('fr');
    expect(((await response.json()) as { error: { message: string } }).error.message).toContain(
      'données personnelles : un numéro de téléphone.',
    );
    const long = await gateway.ask('bonjour', { max_tokens: 4000 }, french);
    expect(await long.json()).toMatchObject({
      error: { policy: 'token-ceiling', message: expect.stringContaining('4000 jetons') },
    });
  });

  test('waits for its entry', async () => {
    const appending = ledger.hold();
    let answered = false;
    const asking = gateway.ask('a@b.example', {}).then((response) => {
      answered = true;
      return response;
    });
    await appending;
    await gateway.get('/health');
    expect(answered).toBe(false);
    ledger.release();
    expect((await asking).status).toBe(403);
  });

  test.each([
    ['n_predict', { max_tokens: 10, n_predict: 5000 }],
    ['no ceiling at all', { max_tokens: -1 }],
    ['many choices', { max_tokens: 600, n: 2 }],
  ])('cannot be talked round with %s', async (_, more) => {
    const response = await gateway.ask('hello', more);
    expect(await response.json()).toMatchObject({ error: { policy: 'token-ceiling' } });
  });

  test('looks into parts, tools and every other field', async () => {
    const parts = [{ role: 'user', content: [{ type: 'text', text: 'IBAN FR76 3000 6000 0112 3456 7890 189' }] }];
    expect((await gateway.ask('', { messages: parts })).status).toBe(403);
    const call = { id: '1', type: 'function', function: { name: 'mail', arguments: '{"to":"a@b.example"}' } };
    const messages = [{ role: 'assistant', content: null, tool_calls: [call] }];
    expect((await gateway.ask('', { messages })).status).toBe(403);
    expect((await gateway.ask('hello', { user: 'a@b.example' })).status).toBe(403);
  });
});

describe('a wrong request', () => {
  const raw = (body: string, path = 'chat/completions', key = CLIENT_KEY) =>
    fetch(`${gateway.url}/v1/${path}`, { method: 'POST', headers: { authorization: `Bearer ${key}` }, body });

  test.each([
    ['without JSON', '{"model":', 400, 'invalid_json', null],
    ['with another shape', '{"model":"seedling"}', 400, 'invalid_request', 'messages'],
    ['with token ids', '{"model":"seedling","messages":[1]}', 400, 'invalid_request', 'messages.0'],
    [
      'for another model',
      '{"model":"oak","messages":[{"role":"user","content":"x"}]}',
      404,
      'model_not_found',
      'model',
    ],
  ])('%s says so', async (_, body, status, code, param) => {
    const response = await raw(body);
    expect(response.status).toBe(status);
    expect(await response.json()).toEqual({
      error: { message: expect.any(String), type: 'invalid_request_error', code, param },
    });
    expect(upstream.asked).toEqual([]);
  });

  test('of any size is refused without harm', async () => {
    const response = await gateway.ask('x'.repeat(10_000_000));
    expect(response.status).toBe(413);
    expect(await response.json()).toMatchObject({ error: { code: 'request_too_large' } });
    const unannounced = new ReadableStream({
      start(controller) {
        for (let part = 0; part < 30; part++) controller.enqueue(new TextEncoder().encode('x'.repeat(10_000)));
        controller.close();
      },
    });
    const streamed = await gateway.ask('', {}, { body: unannounced, duplex: 'half' } as RequestInit);
    expect(streamed.status).toBe(413);
    expect((await gateway.ask('hello')).status).toBe(200);
  });

  test('with the wrong key, or none, gets nothing', async () => {
    for (const key of ['', 'wrong', `${CLIENT_KEY}x`]) {
      const response = await raw('{}', 'chat/completions', key);
      expect(response.status).toBe(401);
      expect(await response.json()).toMatchObject({ error: { code: 'invalid_api_key' } });
    }
    expect((await gateway.get('/v1/models')).status).toBe(401);
  });

  test('to a wrong address or with a wrong method is told', async () => {
    expect((await raw('{}', 'nothing')).status).toBe(404);
    const get = await fetch(`${gateway.url}/v1/chat/completions`, {
      headers: { authorization: `Bearer ${CLIENT_KEY}` },
    });
    expect(get.status).toBe(405);
    expect(get.headers.get('allow')).toBe('POST');
  });
});

test('completions and embeddings are answered and judged alike', async () => {
  answer = (response, { path }) =>
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(path));
  const post = (path: string, body: object) =>
    fetch(`${gateway.url}/v1/${path}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${CLIENT_KEY}` },
      body: JSON.stringify({ model: 'seedling', ...body }),
    });
  expect(await (await post('completions', { prompt: 'Once' })).json()).toBe('/v1/completions');
  expect(await (await post('embeddings', { input: ['a', 'b'] })).json()).toBe('/v1/embeddings');
  expect((await post('completions', { prompt: 'mail a@b.example' })).status).toBe(403);
  expect((await post('embeddings', { input: ['a', 'mail a@b.example'] })).status).toBe(403);
  expect((await post('embeddings', { input: [1, 2, 3] })).status).toBe(400);
});

test('an answer that runs when the gateway closes may end within its time, and is then cut and recorded', async () => {
  answer = (response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.write(eventOf('first'));
  };
  const response = await gateway.ask('hello', { stream: true });
  const cut = expect(response.text()).rejects.toThrow();
  await gateway.close();
  await cut;
});
