import { Readable } from 'node:stream';
import type { FastifyInstance, FastifyReply } from 'fastify';

const KEEP_ALIVE_MS = 15_000;
/** A client that leaves this much unread is gone or stuck; it will reconnect and get a new snapshot. */
const MOST_WAITING = 1024 * 1024;

/**
 * A stream of server-sent events (WHATWG HTML §9.2) to hand to `reply.send`. Comments keep it open through proxies; ids count
 * from 1 on each connection. `onClose` runs once, whoever ends it.
 */
export class EventStream {
  readonly body: Readable;
  #id = 0;
  #ended = false;
  readonly #keepAlive: NodeJS.Timeout;

  constructor(onClose: () => void) {
    this.body = new Readable({ read() {}, highWaterMark: MOST_WAITING });
    this.#keepAlive = setInterval(() => this.#write(': keep-alive\n\n'), KEEP_ALIVE_MS).unref();
    this.body.once('close', () => {
      clearInterval(this.#keepAlive);
      onClose();
    });
    this.#write('retry: 2000\n\n');
  }

  /** Sends one event; `data` goes as JSON on one line. */
  send(event: string, data: unknown): void {
    this.#id += 1;
    this.#write(`id: ${this.#id}\nevent: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
  }

  /** Ends the stream after what was sent. */
  end(): void {
    if (this.#ended || this.body.destroyed) return;
    this.#ended = true;
    clearInterval(this.#keepAlive);
    this.body.push(null);
  }

  #write(text: string): void {
    if (this.#ended || this.body.destroyed) return;
    if (!this.body.push(text)) this.body.destroy();
  }
}

/**
 * Opens streams in a room's routes, and ends those still open when the server closes.
 * @param onClose runs once, whoever ends the stream
 */
export function eventStreams(app: FastifyInstance): (onClose: () => void) => EventStream {
  const open = new Set<EventStream>();
  app.addHook('preClose', async () => {
    for (const stream of open) stream.end();
  });
  return (onClose) => {
    const stream = new EventStream(() => {
      onClose();
      open.delete(stream);
    });
    open.add(stream);
    return stream;
  };
}

/** Answers with a stream; proxies are asked not to hold its events back. */
export const answerWith = (reply: FastifyReply, stream: EventStream): FastifyReply =>
  reply.type('text/event-stream').header('x-accel-buffering', 'no').send(stream.body);
