import { once } from 'node:events';
import {
  createServer,
  request as httpRequest,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http';
import { afterEach, expect, test } from 'vitest';
import { type ForwardEnd, type ForwardHooks, forward } from './forward.ts';
import { portOf } from './gateway.fixture.ts';

const servers: Server[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
});

async function serve(handle: (request: IncomingMessage, response: ServerResponse) => void): Promise<string> {
  const server = createServer(handle);
  servers.push(server);
  return `http://127.0.0.1:${await portOf(server)}`;
}

/** A server that sends everything on to `upstream`, under `/below`. */
async function proxy(upstream: string, hooks?: ForwardHooks): Promise<{ url: string; ends: Promise<ForwardEnd>[] }> {
  const ends: Promise<ForwardEnd>[] = [];
  const url = await serve((request, response) => {
    const end = forward(request, response, { url: new URL(`/below${request.url}`, upstream) }, hooks);
    ends.push(end);
    void end.then(({ ended }) => {
      if (ended === 'failed' && !response.headersSent) response.writeHead(502).end();
    });
  });
  return { url, ends };
}

test('method, path, headers, body and answer come through; what speaks of one connection does not', async () => {
  let seen: IncomingMessage | undefined;
  let body = '';
  const upstream = await serve(async (request, response) => {
    seen = request;
    for await (const chunk of request.setEncoding('utf8')) body += chunk;
    response.writeHead(201, { 'x-answer': 'yes', 'set-cookie': ['a=1', 'b=2'] }).end('made');
  });
  const { url } = await proxy(upstream);
  const response = await fetch(`${url}/a/b?c=d`, { method: 'PUT', headers: { 'x-ask': 'this' }, body: 'content' });
  expect(response.status).toBe(201);
  expect(await response.text()).toBe('made');
  expect(response.headers.get('x-answer')).toBe('yes');
  expect(response.headers.getSetCookie()).toEqual(['a=1', 'b=2']);
  expect(seen?.method).toBe('PUT');
  expect(seen?.url).toBe('/below/a/b?c=d');
  expect(seen?.headers['x-ask']).toBe('this');
  expect(seen?.headers.host).toBe(new URL(upstream).host);
  expect(body).toBe('content');
});

test('a stream of events is connected before its first event', async () => {
  const upstream = await serve((_, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' }).flushHeaders();
  });
  const { url } = await proxy(upstream);
  const leaving = new AbortController();
  const response = await fetch(url, { signal: leaving.signal });
  expect(response.headers.get('content-type')).toBe('text/event-stream');
  leaving.abort();
});

test('a slow reader slows the upstream instead of filling memory', async () => {
  const piece = Buffer.alloc(1_000_000);
  let written = 0;
  const upstream = await serve(async (_, response) => {
    for (; written < 200 && !response.destroyed; written++) if (!response.write(piece)) await once(response, 'drain');
    response.end();
  });
  const { url } = await proxy(upstream);
  const reading = httpRequest(url).end();
  const [response] = (await once(reading, 'response')) as [IncomingMessage];
  response.pause();
  let before = -1;
  await expect
    .poll(
      () => {
        const still = written === before;
        before = written;
        return still;
      },
      { interval: 200, timeout: 10_000 },
    )
    .toBe(true);
  expect(written).toBeLessThan(100);
  let received = 0;
  response.on('data', (chunk: Buffer) => {
    received += chunk.length;
  });
  response.resume();
  await once(response, 'end');
  expect(received).toBe(200 * piece.length);
});

test('who leaves ends the request at the upstream, before and within the answer', async () => {
  for (const begun of [false, true]) {
    const asked = Promise.withResolvers<ServerResponse>();
    const upstream = await serve((_, response) => {
      if (begun) response.write('begun');
      asked.resolve(response);
    });
    const { url, ends } = await proxy(upstream);
    const leaving = new AbortController();
    const asking = fetch(url, { signal: leaving.signal });
    const closed = once(await asked.promise, 'close');
    if (begun) await asking;
    else asking.catch(() => {});
    leaving.abort();
    await closed;
    expect(await ends[0]).toEqual({ ended: 'cancelled', status: begun ? 200 : 0 });
  }
});

test('an upstream that is not there, or that breaks off, is told apart by whether anything was sent', async () => {
  const gone = await proxy('http://127.0.0.1:1');
  expect((await fetch(gone.url)).status).toBe(502);
  expect(await gone.ends[0]).toMatchObject({ ended: 'failed', answered: false });

  const breaking = await proxy(
    await serve((_, response) => {
      response.write('begun', () => response.destroy());
    }),
  );
  await expect(fetch(breaking.url).then((response) => response.text())).rejects.toThrow();
  expect(await breaking.ends[0]).toMatchObject({ ended: 'failed', answered: true, status: 200 });
});

test('a connection that the upstream closed while it was idle is not the client’s concern', async () => {
  let connections = 0;
  const server = createServer((_, response) => response.end('here'));
  servers.push(server);
  server.on('connection', () => {
    connections++;
  });
  const { url } = await proxy(`http://127.0.0.1:${await portOf(server)}`);
  for (let count = 0; count < 5; count++) {
    const response = await fetch(url);
    expect(await response.text()).toBe('here');
    server.closeAllConnections();
  }
  expect(connections).toBeGreaterThan(1);
});

test('a hook that rejects before the end cuts what was begun, and leaves the rest to the caller', async () => {
  const failing: ForwardHooks = { beforeEnd: () => Promise.reject(new Error('no')) };
  const whole = await proxy(await serve((_, response) => response.end('in one piece')), failing);
  expect((await fetch(whole.url)).status).toBe(502);
  const chunked = await proxy(
    await serve((_, response) => {
      response.write('begun');
      setImmediate(() => response.end('and done'));
    }),
    failing,
  );
  await expect(fetch(chunked.url).then((response) => response.text())).rejects.toThrow();
});
