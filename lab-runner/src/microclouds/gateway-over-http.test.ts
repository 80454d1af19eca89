import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { GatewayAddress, GatewayEvent } from './gateway-admin.ts';
import { gatewayOverHttp } from './gateway-over-http.ts';

interface Asked {
  readonly call: string;
  readonly key: string | undefined;
  readonly type: string | undefined;
  readonly body: string;
}

let server: Server;
let at: GatewayAddress;
let asked: Asked[];
let answer: (request: IncomingMessage, response: ServerResponse) => void;
const gateways = gatewayOverHttp();

beforeEach(async () => {
  asked = [];
  server = createServer(async (request, response) => {
    const { method, url, headers } = request;
    const body = await text(request);
    asked.push({ call: `${method} ${url}`, key: headers.authorization, type: headers['content-type'], body });
    answer(request, response);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  at = { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, adminKey: 'secret' };
});
afterEach(() => {
  server.closeAllConnections();
  server.close();
});

const answering = (status: number, body: unknown, type = 'application/json') => {
  answer = (_request, response) =>
    response.writeHead(status, { 'content-type': type }).end(typeof body === 'string' ? body : JSON.stringify(body));
};

it('asks with the admin key, in the form each call takes', async () => {
  answering(200, {});
  await gateways.putUpstreams(at, [{ model: 'm', url: 'http://u', key: 'k', sha256: 's' }]);
  await gateways.putKey(at, 'digest');
  await gateways.putPolicy(at, 'permit(é)');
  expect(asked).toEqual([
    {
      call: 'PUT /admin/upstreams',
      key: 'Bearer secret',
      type: 'application/json',
      body: '[{"model":"m","url":"http://u","key":"k","sha256":"s"}]',
    },
    { call: 'PUT /admin/key', key: 'Bearer secret', type: 'application/json', body: '{"clientKeySha256":"digest"}' },
    { call: 'PUT /admin/policy', key: 'Bearer secret', type: 'text/plain; charset=utf-8', body: 'permit(é)' },
  ]);
});

it('reads a verdict, a tally and a proven entry', async () => {
  answering(200, { outcome: 'deny', policies: ['token-ceiling'] });
  expect((await gateways.decide(at, { maxTokens: 1, personalData: [] })).outcome).toBe('deny');
  const tally = { size: 3, answered: 1, refused: 1, refusedBy: { 'token-ceiling': 1 }, policySet: 'p' };
  answering(200, tally);
  expect(await gateways.tally(at)).toEqual(tally);
  const entry = { v: 1, kind: 'policy', at: '2026-11-22T10:00:00.000Z', policySet: 'a'.repeat(64) };
  answering(200, { index: 7, entry });
  expect(await gateways.verifyProof(at, 'proof')).toEqual({ index: 7, kind: 'policy' });
});

describe('an error', () => {
  it('about the input is passed on word for word', async () => {
    const problem = {
      detail: 'Line 1.',
      todo: 'Correct it.',
      code: 'policy-syntax',
      status: 422,
      line: 1,
      column: 2,
      field: 'policy',
    };
    answering(422, { type: 'urn:terroir:policy-syntax', title: 'x', ...problem });
    await expect(gateways.putPolicy(at, 'x')).rejects.toMatchObject(problem);
  });

  it.each([
    ['that is no problem of ours', 422, 'nonsense'],
    ['of the gateway itself', 500, { code: 'internal' }],
    ['about the admin key', 401, { type: 'urn:x', title: 'x', status: 401, code: 'wrong-key', detail: 'd', todo: 't' }],
  ])('%s is a fault between us and it', async (_what, status, body) => {
    answering(status, body);
    await expect(gateways.policy(at)).rejects.toMatchObject({ status: 502, code: 'gateway-failed' });
  });

  it('is told when the answer has another shape', async () => {
    answering(200, { outcome: 'perhaps' });
    await expect(gateways.decide(at, { maxTokens: 1, personalData: [] })).rejects.toMatchObject({
      code: 'gateway-failed',
    });
  });

  it('is told when nobody answers', async () => {
    await expect(gateways.tally({ ...at, url: 'http://127.0.0.1:1' })).rejects.toMatchObject({
      status: 503,
      code: 'gateway-unreachable',
    });
  });
});

describe('following', () => {
  it('tells of ledger and policy, however the bytes arrive, and passes over what it does not know', async () => {
    const stream =
      'event: ledger\ndata: {"size":1}\n\n: still here\n\nevent: else\ndata: {}\n\nevent: ledger\ndata: oops\n\nevent: policy\ndata: {"sha256":"é"}\n\n';
    answer = (_request, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      for (const byte of Buffer.from(stream)) response.write(Buffer.of(byte));
      response.end();
    };
    const told: GatewayEvent[] = [];
    await gateways.follow(at, (event) => told.push(event), new AbortController().signal);
    expect(told).toEqual([
      { type: 'ledger', size: 1 },
      { type: 'policy', sha256: 'é' },
    ]);
  });

  it('leaves no connection behind when it is ended', async () => {
    answer = (_request, response) => response.writeHead(200).write('event: ledger\ndata: {"size":1}\n\n');
    const ending = new AbortController();
    await expect(gateways.follow(at, () => ending.abort(), ending.signal)).rejects.toThrow();
    const closed = once(server, 'close');
    server.close();
    await closed;
  });

  it('fails when it is refused', async () => {
    answering(401, {});
    await expect(gateways.follow(at, () => {}, new AbortController().signal)).rejects.toThrow('401');
  });
});
