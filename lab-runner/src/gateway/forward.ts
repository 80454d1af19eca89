import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http';
import { Agent, type Dispatcher } from 'undici';

/** Where a request goes. `url` is the whole address, with path and query. */
export interface ForwardTarget {
  readonly url: URL;
  /** In place of the request's own end-to-end headers. */
  readonly headers?: Readonly<Record<string, string>>;
  /** In place of the request's own body, which is then left alone. */
  readonly body?: Uint8Array;
}

/** What may look on. All are called in order, and none may keep or change a chunk's bytes. */
export interface ForwardHooks {
  /** The answer's head, end-to-end headers only: returns the headers that are sent. Throwing ends the request as `failed`. */
  head?(status: number, headers: OutgoingHttpHeaders): OutgoingHttpHeaders;
  /** Each chunk before it goes on. Returns how many of its bytes may go now; all when nothing is returned. */
  chunk?(chunk: Buffer): number | undefined;
  /** Awaited once the upstream has ended well: what was held back, and the end, go on after it. Rejecting cuts the answer. */
  beforeEnd?(): Promise<void>;
}

/**
 * How it ended. `cancelled`: the client left, and the upstream was told at once. `failed`: the upstream broke off or could
 * not be reached, or a hook rejected; when `answered` is false nothing was sent, and the caller answers.
 */
export type ForwardEnd =
  | { readonly ended: 'complete' | 'cancelled'; readonly status: number }
  | { readonly ended: 'failed'; readonly status: number; readonly answered: boolean; readonly error: Error };

/** Headers that speak of one connection (RFC 9110 §7.6.1), and those that the client of the upstream writes itself. */
const HOP_BY_HOP = new Set([
  ...['connection', 'keep-alive', 'proxy-authenticate', 'proxy-authorization', 'proxy-connection', 'te', 'trailer'],
  ...['transfer-encoding', 'upgrade', 'host', 'expect'],
]);

/** A model may think for minutes before its first byte and between two others: whoever asked decides when to give up. */
const upstreams = new Agent({ headersTimeout: 0, bodyTimeout: 0, connect: { timeout: 5000 } });

/**
 * Sends a request on and its answer back, chunk by chunk as they come: nothing is gathered, a slow reader slows the upstream,
 * and a client that leaves ends the request there. Never rejects.
 */
export function forward(
  request: IncomingMessage,
  response: ServerResponse,
  target: ForwardTarget,
  hooks: ForwardHooks = {},
): Promise<ForwardEnd> {
  const { promise, resolve } = Promise.withResolvers<ForwardEnd>();
  const streamed = target.body === undefined && hasBody(request);
  const options: Dispatcher.DispatchOptions = {
    origin: target.url.origin,
    path: target.url.pathname + target.url.search,
    method: (request.method ?? 'GET') as Dispatcher.HttpMethod,
    headers: target.headers ?? endToEnd(request.headers),
    body: target.body ?? (streamed ? request : null),
  };
  new Passage(options, response, hooks, resolve).begin(!streamed);
  return promise;
}

class Passage implements Dispatcher.DispatchHandler {
  readonly #options: Dispatcher.DispatchOptions;
  readonly #response: ServerResponse;
  readonly #hooks: ForwardHooks;
  readonly #resolve: (end: ForwardEnd) => void;
  #controller: Dispatcher.DispatchController | undefined;
  #mayRepeat = false;
  #status = 0;
  /** Until it is written: a first piece that has to wait leaves the caller free to answer otherwise. */
  #head: OutgoingHttpHeaders | undefined;
  #held: Buffer | undefined;
  /** Bytes still to come by the answer's content-length. */
  #toCome = Number.NaN;
  #settled = false;

  constructor(
    options: Dispatcher.DispatchOptions,
    response: ServerResponse,
    hooks: ForwardHooks,
    resolve: (end: ForwardEnd) => void,
  ) {
    this.#options = options;
    this.#response = response;
    this.#hooks = hooks;
    this.#resolve = resolve;
  }

  begin(mayRepeat: boolean): void {
    this.#mayRepeat = mayRepeat;
    this.#response.once('close', this.#onClose);
    if (this.#response.destroyed) this.#onClose();
    else upstreams.dispatch(this.#options, this);
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    if (this.#settled) controller.abort(new Error('the client left'));
  }

  onResponseStart(
    controller: Dispatcher.DispatchController,
    status: number,
    headers: Record<string, string | string[] | undefined>,
  ): void {
    if (status < 200 || this.#settled) return;
    this.#status = status;
    const length = headers['content-length'];
    if (typeof length === 'string') this.#toCome = Number(length);
    const received = endToEnd(headers);
    try {
      this.#head = this.#hooks.head?.(status, received) ?? received;
    } catch (error) {
      const reason = error instanceof Error ? error : new Error(String(error));
      this.#fail(reason);
      controller.abort(reason);
      return;
    }
    // Whoever listens to events wants to know that it is connected, also before the first of them.
    if (headers['content-type']?.includes('text/event-stream')) setImmediate(() => this.#writeHead(true));
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    if (this.#settled) return;
    this.#toCome -= chunk.length;
    let free = this.#hooks.chunk?.(chunk) ?? chunk.length;
    // With a known length, a client has all of it before the end is told: the last piece has to wait, too.
    if (this.#toCome === 0 && this.#hooks.beforeEnd) free = 0;
    if (this.#held) {
      this.#held = Buffer.concat([this.#held, chunk]);
      return;
    }
    if (free < chunk.length) this.#held = chunk.subarray(free);
    if (free === 0) return;
    this.#writeHead();
    const isRoom = this.#response.write(free < chunk.length ? chunk.subarray(0, free) : chunk);
    if (isRoom) return;
    controller.pause();
    this.#response.once('drain', () => controller.resume());
  }

  onResponseEnd(): void {
    if (this.#settled) return;
    if (!this.#hooks.beforeEnd) {
      this.#end();
      return;
    }
    this.#hooks.beforeEnd().then(
      () => this.#end(),
      (error: unknown) => this.#fail(error instanceof Error ? error : new Error(String(error))),
    );
  }

  onResponseError(_: Dispatcher.DispatchController, error: Error): void {
    if (this.#settled) return;
    if (this.#mayRepeat && this.#status === 0 && wasIdle(error)) {
      this.#mayRepeat = false;
      upstreams.dispatch(this.#options, this);
      return;
    }
    this.#fail(error);
  }

  readonly #onClose = (): void => {
    if (!this.#settle({ ended: 'cancelled', status: this.#status })) return;
    this.#controller?.abort(new Error('the client left'));
  };

  #end(): void {
    this.#writeHead();
    if (!this.#settle({ ended: 'complete', status: this.#status })) return;
    if (this.#held) this.#response.end(this.#held);
    else this.#response.end();
  }

  #writeHead(flush = false): void {
    if (this.#head === undefined || this.#settled) return;
    this.#response.writeHead(this.#status, this.#head);
    this.#head = undefined;
    if (flush) this.#response.flushHeaders();
  }

  #fail(error: Error): void {
    const answered = this.#response.headersSent;
    if (!this.#settle({ ended: 'failed', status: this.#status, answered, error })) return;
    if (answered) this.#response.destroy();
  }

  #settle(end: ForwardEnd): boolean {
    if (this.#settled) return false;
    this.#settled = true;
    this.#response.removeListener('close', this.#onClose);
    this.#resolve(end);
    return true;
  }
}

function endToEnd(headers: Readonly<Record<string, string | string[] | undefined>>): Record<string, string | string[]> {
  const kept: Record<string, string | string[]> = {};
  for (const name in headers) {
    const value = headers[name];
    if (value !== undefined && !HOP_BY_HOP.has(name)) kept[name] = value;
  }
  return kept;
}

function hasBody(request: IncomingMessage): boolean {
  return request.headers['transfer-encoding'] !== undefined || Number(request.headers['content-length'] ?? 0) > 0;
}

/**
 * Whether a kept connection was found closed by the other side, so that the request never got there. One that had carried an
 * answer before and fails without a byte of this one is taken for that.
 */
function wasIdle(error: Error): boolean {
  const { code, socket } = error as Error & { code?: string; socket?: { bytesRead?: number } };
  if (code === 'UND_ERR_SOCKET') return (socket?.bytesRead ?? 0) > 0;
  return code === 'ECONNRESET' || code === 'EPIPE';
}
