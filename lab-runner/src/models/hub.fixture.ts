import { createServer, type IncomingMessage, type RequestListener, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export type Answer = (request: IncomingMessage, response: ServerResponse) => void;

/** A hub that speaks as Hugging Face's does: it knows the file and redirects to a store on another origin, which has the bytes. */
export interface FakeHub {
  readonly url: URL;
  readonly storeUrl: URL;
  /** What the hub was asked, in order. */
  readonly hubRequests: IncomingMessage[];
  /** What the store was asked, in order. */
  readonly storeRequests: IncomingMessage[];
  /** How the hub answers; redirects to the store by default. */
  hub: Answer;
  /** How the store answers; serves the file by default. Those in `storeOnce` come first, one request each. */
  store: Answer;
  readonly storeOnce: Answer[];
  close(): Promise<void>;
}

export async function startHub(file: { path: string; bytes: Buffer; sha256: string }): Promise<FakeHub> {
  const hubServer = await listen((request, response) => {
    hub.hubRequests.push(request);
    hub.hub(request, response);
  });
  const storeServer = await listen((request, response) => {
    hub.storeRequests.push(request);
    (hub.storeOnce.shift() ?? hub.store)(request, response);
  });
  const hub: FakeHub = {
    url: urlOf(hubServer),
    storeUrl: urlOf(storeServer),
    hubRequests: [],
    storeRequests: [],
    hub: (request, response) => {
      if (request.url !== file.path) return void response.writeHead(404, { 'x-error-code': 'EntryNotFound' }).end();
      const location = new URL(`/blob/${file.sha256}?signature=1`, hub.storeUrl).href;
      const said = { 'x-linked-etag': `"${file.sha256}"`, 'x-linked-size': String(file.bytes.length) };
      return void response.writeHead(302, { location, ...said }).end('Found');
    },
    store: serve(file.bytes),
    storeOnce: [],
    close: async () => {
      await Promise.all([hubServer, storeServer].map(stop));
    },
  };
  return hub;
}

interface Serving {
  readonly etag?: string;
  /** Sends the headers of all of it, then only so many bytes, then… */
  readonly only?: number;
  /** …cuts the connection, says nothing more, or ends in good order. */
  readonly after?: 'cut' | 'stall' | 'end';
  readonly ranges?: boolean;
  readonly chunked?: boolean;
}

/** A file server with ranges and If-Range (RFC 9110 §13.1.5, §14), with the faults that are asked for. */
export function serve(
  bytes: Buffer,
  { etag = '"v1"', only, after, ranges = true, chunked = false }: Serving = {},
): Answer {
  return (request, response) => {
    const asked = ranges ? /^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1] : undefined;
    const changed = request.headers['if-range'] !== undefined && request.headers['if-range'] !== etag;
    const from = asked === undefined || changed ? 0 : Number(asked);
    if (from >= bytes.length && from > 0) {
      response.writeHead(416, { 'content-range': `bytes */${bytes.length}` }).end();
      return;
    }
    const body = bytes.subarray(from);
    response.writeHead(from > 0 ? 206 : 200, {
      etag,
      ...(chunked ? {} : { 'content-length': String(body.length) }),
      ...(from > 0 ? { 'content-range': `bytes ${from}-${bytes.length - 1}/${bytes.length}` } : {}),
    });
    if (only === undefined) {
      response.end(body);
      return;
    }
    response.write(body.subarray(0, only), () => {
      if (after === 'cut') response.destroy();
      if (after === 'end') response.end();
    });
  };
}

export const status =
  (code: number, headers: Record<string, string> = {}): Answer =>
  (_request, response) =>
    void response.writeHead(code, headers).end(`status ${code}`);

async function listen(listener: RequestListener): Promise<Server> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return server;
}

const urlOf = (server: Server) => new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);

async function stop(server: Server): Promise<void> {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
}
