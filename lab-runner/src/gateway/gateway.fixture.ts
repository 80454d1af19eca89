import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openLedger } from '../ledger/ledger.ts';
import { systemClock, systemIds } from '../ports.ts';
import { createGateway, type GatewayOptions } from './gateway.ts';

export const CLIENT_KEY = 'terroir_client';
export const ADMIN_KEY = 'terroir_admin';
export const MODEL_SHA256 = 'a'.repeat(64);

export async function portOf(server: Server): Promise<number> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

/** A folder as the runner leaves it for a gateway. */
export async function gatewayFolder(): Promise<{ path: string; remove: () => Promise<void> }> {
  const path = await mkdtemp(join(tmpdir(), 'terroir-gateway-'));
  const clientKeySha256 = createHash('sha256').update(CLIENT_KEY).digest('hex');
  await writeFile(join(path, 'gateway.json'), JSON.stringify({ id: 'mtest', adminKey: ADMIN_KEY, clientKeySha256 }));
  return { path, remove: () => rm(path, { recursive: true, force: true, maxRetries: 5 }) };
}

/** What an upstream was asked. */
export interface Asked {
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: unknown;
}

/** A program that runs a model, over real HTTP; `answer` decides what it says. */
export async function startUpstream(answer: (response: ServerResponse, asked: Asked) => void) {
  const asked: Asked[] = [];
  const server = createServer(async (request, response) => {
    let text = '';
    for await (const chunk of request.setEncoding('utf8')) text += chunk;
    const one: Asked = { path: request.url ?? '', headers: request.headers, body: JSON.parse(text) };
    asked.push(one);
    answer(response, one);
  });
  const port = await portOf(server);
  const close = async () => {
    server.closeAllConnections();
    if (server.listening) await new Promise((resolve) => server.close(resolve));
  };
  return { url: `http://127.0.0.1:${port}`, asked, close };
}

export function sendCompletion(response: ServerResponse, content = 'Yes.'): void {
  const body = JSON.stringify({
    id: 'chatcmpl-1',
    object: 'chat.completion',
    created: 1,
    model: 'seedling',
    choices: [{ index: 0, message: { role: 'assistant', content }, finish_reason: 'stop' }],
    usage: { prompt_tokens: 7, completion_tokens: 2, total_tokens: 9 },
  });
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) }).end(body);
}

export const eventOf = (content: string): string => {
  const choices = [{ index: 0, delta: { content }, finish_reason: null }];
  const chunk = { id: 'chatcmpl-1', object: 'chat.completion.chunk', created: 1, model: 'seedling', choices };
  return `data: ${JSON.stringify(chunk)}\n\n`;
};

/** A ledger whose next appends wait, or fail, until they are let go. */
export function heldLedger() {
  let mode: 'pass' | 'hold' | 'fail' = 'pass';
  let failure = new Error('the disk is gone');
  let release: () => void = () => {};
  let released: Promise<void> = Promise.resolve();
  let onAppend: () => void = () => {};
  const open: typeof openLedger = async (options) => {
    const ledger = await openLedger(options);
    const append = ledger.append.bind(ledger);
    ledger.append = async (bytes) => {
      onAppend();
      if (mode === 'fail') throw failure;
      if (mode === 'hold') await released;
      return append(bytes);
    };
    return ledger;
  };
  return {
    open,
    /** Resolves when the next append has been asked for. */
    hold(): Promise<void> {
      mode = 'hold';
      ({ promise: released, resolve: release } = Promise.withResolvers<void>());
      return new Promise((resolve) => {
        onAppend = resolve;
      });
    },
    fail(error = failure): void {
      failure = error;
      mode = 'fail';
    },
    release(): void {
      mode = 'pass';
      release();
    },
  };
}

export interface TestGateway {
  readonly url: string;
  readonly folder: string;
  readonly reports: readonly string[];
  /** Asks for a chat completion of the model `seedling`. */
  ask(text: string, more?: object, init?: RequestInit): Promise<Response>;
  admin(method: string, path: string, body?: string): Promise<Response>;
  get(path: string): Promise<Response>;
  serve(upstreamUrl: string): Promise<void>;
  close(): Promise<void>;
}

/** A gateway in this process, on a free port, with a folder of its own unless one is given. */
export async function startGateway(options: Partial<GatewayOptions> = {}): Promise<TestGateway> {
  const folder =
    options.folder === undefined ? await gatewayFolder() : { path: options.folder, remove: async () => {} };
  const reports: string[] = [];
  const gateway = await createGateway({
    clock: systemClock,
    ids: systemIds,
    report: (what) => reports.push(what),
    ...options,
    folder: folder.path,
  });
  const url = `http://127.0.0.1:${await portOf(gateway.server)}`;
  const admin = (method: string, path: string, body?: string) =>
    fetch(`${url}/admin/${path}`, {
      method,
      headers: { authorization: `Bearer ${ADMIN_KEY}` },
      ...(body === undefined ? {} : { body }),
    });
  return {
    url,
    folder: folder.path,
    reports,
    ask: (text, more = {}, init = {}) =>
      fetch(`${url}/v1/chat/completions`, {
        method: 'POST',
        body: JSON.stringify({ model: 'seedling', messages: [{ role: 'user', content: text }], ...more }),
        ...init,
        headers: { authorization: `Bearer ${CLIENT_KEY}`, 'content-type': 'application/json', ...init.headers },
      }),
    admin,
    get: (path) => fetch(url + path),
    serve: async (upstreamUrl) => {
      const table = [{ model: 'seedling', url: upstreamUrl, key: 'unit-key', sha256: MODEL_SHA256 }];
      const answer = await admin('PUT', 'upstreams', JSON.stringify(table));
      if (!answer.ok) throw new Error(await answer.text());
    },
    close: async () => {
      await gateway.close();
      await folder.remove();
    },
  };
}
