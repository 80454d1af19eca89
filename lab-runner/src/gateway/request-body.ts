import type { IncomingMessage, ServerResponse } from 'node:http';

/** `too-large`: nothing beyond the limit was kept. `cut`: the client left before the end. */
export class BodyError extends Error {
  override readonly name = 'BodyError';
  readonly code: 'too-large' | 'cut';

  constructor(code: 'too-large' | 'cut') {
    super(code);
    this.code = code;
  }
}

const DRAIN_MOST_MS = 10_000;

/** A body this many times too large is not read to its end before it is answered. */
const READ_ON_UP_TO = 8;

/**
 * The whole body, of at most `limit` bytes. Throws {@link BodyError}. A body that is too large is read to its end all the same, and forgotten
 * as it comes: many clients, and proxies between, take an answer that comes while they still send for a broken connection.
 */
export function readBody(request: IncomingMessage, limit: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    if (Number(request.headers['content-length'] ?? 0) > limit * READ_ON_UP_TO) {
      reject(new BodyError('too-large'));
      return;
    }
    let chunks: Buffer[] = [];
    let size = 0;
    request.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size <= limit) chunks.push(chunk);
      else chunks = [];
      if (size > limit * READ_ON_UP_TO) reject(new BodyError('too-large'));
    });
    let ended = false;
    request.once('end', () => {
      ended = true;
      if (size > limit) reject(new BodyError('too-large'));
      else resolve(chunks[0] !== undefined && chunks.length === 1 ? chunks[0] : Buffer.concat(chunks));
    });
    request.once('error', () => reject(new BodyError('cut')));
    request.once('close', () => {
      if (!ended) reject(new BodyError('cut'));
    });
  });
}

/**
 * Ends an answer that did not wait for the request's body. While the client is still sending, a closed connection would keep it
 * from reading the answer, so what comes is read and forgotten first; a client that never ends is cut after ten seconds.
 */
export function endWith(request: IncomingMessage, response: ServerResponse, body: string): void {
  if (request.complete || request.destroyed) {
    response.end(body);
    return;
  }
  response.write(body);
  const timer = setTimeout(() => request.destroy(), DRAIN_MOST_MS);
  timer.unref();
  request.once('close', () => clearTimeout(timer));
  request.once('end', () => response.end());
  request.removeAllListeners('data');
  request.resume();
}
