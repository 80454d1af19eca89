/**
 * A load generator over bare sockets, so that it leaves the processors to what is measured. It reads a
 * {@link Load} as JSON; it prints a {@link LoadResult} as JSON.
 */
import { connect, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';

/** `closed`: each connection sends its next request when the last is answered. `open`: requests leave on a fixed schedule. */
export interface Load {
  readonly port: number;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Sent in turn. */
  readonly bodies: readonly string[];
  readonly seconds: number;
  readonly pattern:
    | { readonly kind: 'closed'; readonly connections: number }
    | { readonly kind: 'open'; readonly perSecond: number };
}

/** Times in milliseconds. First byte: from the request's last byte sent to the first byte of the answer's body. */
export interface LoadResult {
  readonly completed: number;
  readonly failed: number;
  readonly seconds: number;
  readonly firstByteMs: readonly number[];
  readonly totalMs: readonly number[];
}

const load = JSON.parse(await text(process.stdin)) as Load;
const requests = load.bodies.map((body) =>
  Buffer.from(
    [
      `POST ${load.path} HTTP/1.1`,
      `host: 127.0.0.1:${load.port}`,
      'content-type: application/json',
      `content-length: ${Buffer.byteLength(body)}`,
      ...Object.entries(load.headers).map(([name, value]) => `${name}: ${value}`),
      '',
      body,
    ].join('\r\n'),
  ),
);
let turn = 0;

const firstByteMs: number[] = [];
const totalMs: number[] = [];
let completed = 0;
let failed = 0;
const CHUNKED_END = Buffer.from('\r\n0\r\n\r\n');

class Connection {
  readonly #socket: Socket;
  readonly #done: (connection: Connection) => void;
  #sentAt = 0;
  #head = '';
  #bodyStart = -1;
  #received = 0;
  #length = -1;
  #sawFirst = false;
  alive = true;

  constructor(port: number, done: (connection: Connection) => void) {
    this.#done = done;
    this.#socket = connect({ port, host: '127.0.0.1', noDelay: true });
    this.#socket.on('data', (data) => this.#read(data));
    const lost = () => {
      if (!this.alive) return;
      this.alive = false;
      failed++;
      this.#done(this);
    };
    this.#socket.on('error', lost);
    this.#socket.on('close', lost);
  }

  send(): void {
    this.#head = '';
    this.#bodyStart = -1;
    this.#received = 0;
    this.#length = -1;
    this.#sawFirst = false;
    this.#sentAt = performance.now();
    this.#socket.write(requests[turn++ % requests.length] ?? '');
  }

  close(): void {
    this.alive = false;
    this.#socket.destroy();
  }

  #read(data: Buffer): void {
    if (this.#bodyStart === -1) {
      this.#head += data.toString('latin1');
      this.#bodyStart = this.#head.indexOf('\r\n\r\n') + 4;
      if (this.#bodyStart === 3) {
        this.#bodyStart = -1;
        return;
      }
      this.#length = Number(/content-length: *(\d+)/i.exec(this.#head)?.[1] ?? -1);
      this.#received = this.#head.length - this.#bodyStart;
    } else this.#received += data.length;
    if (!this.#sawFirst && this.#received > 0) {
      this.#sawFirst = true;
      firstByteMs.push(performance.now() - this.#sentAt);
    }
    const ended = this.#length >= 0 ? this.#received >= this.#length : endsChunked(data);
    if (!ended) return;
    totalMs.push(performance.now() - this.#sentAt);
    if (this.#head.startsWith('HTTP/1.1 200')) completed++;
    else failed++;
    this.#done(this);
  }
}

function endsChunked(data: Buffer): boolean {
  const tail = data.subarray(-CHUNKED_END.length);
  return tail.equals(CHUNKED_END) || tail.equals(CHUNKED_END.subarray(2));
}

function finish(startedAt: number): void {
  const result: LoadResult = {
    completed,
    failed,
    seconds: (performance.now() - startedAt) / 1000,
    firstByteMs: firstByteMs.map((ms) => Math.round(ms * 1000) / 1000),
    totalMs: totalMs.map((ms) => Math.round(ms * 1000) / 1000),
  };
  process.stdout.write(JSON.stringify(result), () => process.exit(0));
}

const startedAt = performance.now();
const endsAt = startedAt + load.seconds * 1000;

if (load.pattern.kind === 'closed') {
  let open = load.pattern.connections;
  const next = (connection: Connection) => {
    if (connection.alive && performance.now() < endsAt) return connection.send();
    connection.close();
    open--;
    if (open === 0) finish(startedAt);
  };
  for (let index = 0; index < load.pattern.connections; index++) new Connection(load.port, next).send();
} else {
  const idle: Connection[] = [];
  const gapMs = 1000 / load.pattern.perSecond;
  let sent = 0;
  let answered = 0;
  const done = (connection: Connection) => {
    answered++;
    if (connection.alive) idle.push(connection);
  };
  const timer = setInterval(() => {
    const now = performance.now();
    while (now < endsAt && startedAt + sent * gapMs <= now) {
      sent++;
      (idle.pop() ?? new Connection(load.port, done)).send();
    }
    if (now < endsAt || (answered < sent && now < endsAt + 5000)) return;
    clearInterval(timer);
    failed += sent - answered;
    finish(startedAt);
  }, 1);
}
