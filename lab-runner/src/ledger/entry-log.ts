import { type FileHandle, mkdir, open, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { syncFolder } from '../durable-file.ts';
import { type EntrySpan, encodeBatch, scanBatches } from './batch.ts';
import { LedgerError, writeFailure } from './ledger-error.ts';

/** A segment is closed at this size and another begun, so that what tiles already hold can be let go of. */
const SEGMENT_BYTES = 8 * 1024 * 1024;
const SEGMENT_ENTRIES = 4096;

interface Segment {
  readonly path: string;
  readonly first: number;
  readonly handle: FileHandle;
  readonly spans: EntrySpan[];
  end: number;
}

async function readSpans({ path, handle }: Segment, spans: readonly EntrySpan[]): Promise<Uint8Array[]> {
  const [head, tail] = [spans[0], spans.at(-1)];
  if (!head || !tail) return [];
  const bytes = Buffer.allocUnsafe(tail.at + tail.length - head.at);
  const { bytesRead } = await handle.read(bytes, 0, bytes.length, head.at);
  if (bytesRead === bytes.length)
    return spans.map(({ at, length }) => bytes.subarray(at - head.at, at - head.at + length));
  throw new LedgerError('ledger-corrupt', `${path} has become shorter while in use`);
}

const nextIndex = ({ first, spans }: Segment): number => first + spans.length;

/**
 * The write-ahead log: where an entry is durable first. Files `log/<index of first entry>`, each a run of batches.
 * One batch is written at a time, and only after the one before it is on disk.
 */
export class EntryLog {
  readonly #folder: string;
  readonly #segments: Segment[] = [];
  #size = 0;
  #failure: LedgerError | undefined;

  private constructor(folder: string) {
    this.#folder = folder;
  }

  /**
   * Opens the log, dropping an unconfirmed batch from its end. The log must reach entry `covered`, which a checkpoint vouches for.
   * Throws `ledger-corrupt` and `ledger-rolled-back`, and has then changed nothing.
   */
  static async open(folder: string, covered: number): Promise<EntryLog> {
    const log = new EntryLog(folder);
    await mkdir(folder, { recursive: true });
    try {
      await log.#read(covered);
    } catch (error) {
      await log.close();
      throw error;
    }
    return log;
  }

  /** Index of the oldest entry still here. */
  get first(): number {
    return this.#segments[0]?.first ?? this.#size;
  }

  get size(): number {
    return this.#size;
  }

  /**
   * Resolves when all entries are on disk. After `ledger-disk-full` nothing of them is kept and later writes may succeed; after
   * `ledger-failed` all later writes fail.
   */
  async write(entries: readonly Uint8Array[]): Promise<void> {
    if (this.#failure) throw this.#failure;
    const batch = encodeBatch(this.#size, entries);
    let segment: Segment;
    try {
      segment = await this.#active();
    } catch (error) {
      throw writeFailure(error, 'a new log file');
    }
    try {
      for (let at = 0; at < batch.length; ) {
        const { bytesWritten } = await segment.handle.write(batch, at, batch.length - at, segment.end + at);
        at += bytesWritten;
      }
    } catch (error) {
      throw await this.#undo(segment, writeFailure(error, segment.path));
    }
    try {
      await segment.handle.datasync();
    } catch (error) {
      // The kernel may have dropped the pages it could not write; only a fresh start can tell what is on disk.
      const reason = error instanceof Error ? error.message : String(error);
      this.#failure = new LedgerError('ledger-failed', `${segment.path} could not be synced (${reason})`, {
        cause: error,
      });
      throw await this.#undo(segment, this.#failure);
    }
    let at = segment.end + batch.length - entries.reduce((sum, entry) => sum + 2 + entry.length, 0);
    for (const { length } of entries) {
      segment.spans.push({ at: at + 2, length });
      at += 2 + length;
    }
    segment.end += batch.length;
    this.#size += entries.length;
  }

  /** The entries `[from, to)`, all of which are still in the log. */
  async entries(from: number, to: number): Promise<Uint8Array[]> {
    // All reads begin in this turn, so that dropBefore, which waits for reads under way, cannot close a file between two.
    const parts = this.#segments.map((segment) => {
      const start = Math.max(0, from - segment.first);
      return readSpans(segment, segment.spans.slice(start, Math.max(start, to - segment.first)));
    });
    return (await Promise.all(parts)).flat();
  }

  /** Removes log files all of whose entries are below `index`; the newest file stays. */
  async dropBefore(index: number): Promise<void> {
    const keep = this.#segments.findIndex(
      (segment, at) => at === this.#segments.length - 1 || nextIndex(segment) > index,
    );
    for (const segment of this.#segments.splice(0, keep)) {
      await segment.handle.close();
      await rm(segment.path);
    }
  }

  async close(): Promise<void> {
    for (const segment of this.#segments.splice(0)) await segment.handle.close();
  }

  async #active(): Promise<Segment> {
    const last = this.#segments.at(-1);
    if (last && last.end < SEGMENT_BYTES && last.spans.length < SEGMENT_ENTRIES) return last;
    const path = join(this.#folder, String(this.#size).padStart(16, '0'));
    const handle = await open(path, 'w+');
    try {
      await syncFolder(this.#folder);
    } catch (error) {
      await handle.close();
      throw error;
    }
    const segment: Segment = { path, first: this.#size, handle, spans: [], end: 0 };
    this.#segments.push(segment);
    return segment;
  }

  /** Takes back a batch that did not get onto the disk. If that fails too, nothing more may be written. */
  async #undo(segment: Segment, error: LedgerError): Promise<LedgerError> {
    try {
      await segment.handle.truncate(segment.end);
    } catch (cause) {
      this.#failure ??= new LedgerError('ledger-failed', `${segment.path} could not be restored`, { cause });
    }
    return this.#failure ?? error;
  }

  async #read(covered: number): Promise<void> {
    const names = (await readdir(this.#folder)).filter((name) => /^\d{16}$/.test(name)).sort();
    this.#size = Number(names[0] ?? 0);
    for (const [at, name] of names.entries()) {
      const path = join(this.#folder, name);
      const first = Number(name);
      if (first !== this.#size) {
        throw new LedgerError(
          'ledger-corrupt',
          `${path} should begin at entry ${this.#size}: a log file is missing or cut`,
        );
      }
      const bytes = await readFile(path);
      const { spans, end, tail } = scanBatches(bytes, first);
      const last = at === names.length - 1;
      this.#size += spans.length;
      if (tail === 'damaged' || (tail === 'torn' && !last)) {
        throw new LedgerError('ledger-corrupt', `${path} was changed at byte ${end}, entry ${this.#size}`);
      }
      if (last) this.#reaches(covered, tail === 'torn' ? `${path}, byte ${end}` : undefined);
      const handle = await open(path, 'r+');
      this.#segments.push({ path, first, handle, spans: [...spans], end });
      if (tail === 'torn') {
        await handle.truncate(end);
        await handle.sync();
      }
    }
    if (names.length === 0) this.#reaches(covered);
  }

  #reaches(covered: number, damage?: string): void {
    if (this.#size >= covered) return;
    const missing = `entry ${this.#size} and later, though a checkpoint covers ${covered}`;
    throw damage
      ? new LedgerError('ledger-corrupt', `${damage}: the log was changed and has lost ${missing}`)
      : new LedgerError('ledger-rolled-back', `the log has lost ${missing}`);
  }
}
