import { open } from 'node:fs/promises';
import { FoundryEvent } from '@terroir/labs/contract/foundry-event.ts';
import { Compile } from 'typebox/compile';

const CHUNK_BYTES = 1 << 20;
/** No event is longer; what is, was not written by the foundry. */
const LONGEST_LINE_BYTES = 16 << 20;
const NEW_LINE = 0x0a;

const isEvent = Compile(FoundryEvent);

/**
 * Follows the `events.jsonl` of one run by its offset. A line that is still being written is left for the next reading; one that is
 * damaged, as by a crash or a full disk, is passed over. Reading from the start gives the same events again, so nothing is lost
 * when the runner ends.
 */
export class EventFile {
  readonly path: string;
  #offset = 0;
  #rest: Buffer = Buffer.alloc(0);
  #damaged = 0;

  constructor(path: string) {
    this.path = path;
  }

  /** Lines passed over so far. */
  get damaged(): number {
    return this.#damaged;
  }

  /** Calls `take` with each event since the last reading. No file: none. */
  async readNew(take: (event: FoundryEvent) => void): Promise<void> {
    const file = await open(this.path, 'r').catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return undefined;
      throw error;
    });
    if (!file) return;
    try {
      const chunk = Buffer.alloc(CHUNK_BYTES);
      for (;;) {
        const { bytesRead } = await file.read(chunk, 0, chunk.length, this.#offset);
        if (bytesRead === 0) return;
        this.#offset += bytesRead;
        this.#split(chunk.subarray(0, bytesRead), take);
      }
    } finally {
      await file.close();
    }
  }

  /** Ends a line that a crash has cut, so that the next run begins on one of its own. Nobody may be writing. */
  async seal(): Promise<void> {
    const file = await open(this.path, 'a+', 0o600);
    try {
      const { size } = await file.stat();
      const last = Buffer.alloc(1, NEW_LINE);
      if (size > 0) await file.read(last, 0, 1, size - 1);
      if (last[0] !== NEW_LINE) await file.appendFile('\n');
    } finally {
      await file.close();
    }
  }

  #split(bytes: Buffer, take: (event: FoundryEvent) => void): void {
    let from = 0;
    for (let end = bytes.indexOf(NEW_LINE); end >= 0; end = bytes.indexOf(NEW_LINE, from)) {
      this.#line(Buffer.concat([this.#rest, bytes.subarray(from, end)]), take);
      this.#rest = Buffer.alloc(0);
      from = end + 1;
    }
    this.#rest = Buffer.concat([this.#rest, bytes.subarray(from)]);
    // What follows up to the next line end is then no event either.
    if (this.#rest.length > LONGEST_LINE_BYTES) this.#rest = Buffer.from('too long ');
  }

  #line(line: Buffer, take: (event: FoundryEvent) => void): void {
    if (line.length === 0) return;
    const event = parsed(line.toString('utf8'));
    if (isEvent.Check(event)) take(event);
    else this.#damaged += 1;
  }
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
