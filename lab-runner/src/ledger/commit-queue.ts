import { MAX_ENTRY_BYTES } from '@terroir/labs/contract/ledger/tile.ts';
import { LedgerError } from './ledger-error.ts';

const BATCH_BYTES = 4 * 1024 * 1024;

interface Waiting {
  readonly entry: Uint8Array;
  readonly resolve: (index: { index: number }) => void;
  readonly reject: (error: unknown) => void;
}

/** Writes a batch durably and answers the index of its first entry. */
export type CommitBatch = (entries: readonly Uint8Array[]) => Promise<number>;

/**
 * Group commit: while one batch is being synced, appends gather for the next, so that the cost of a sync is shared by all who
 * wait for it. Order of arrival is order in the ledger.
 */
export class CommitQueue {
  readonly #commit: CommitBatch;
  #waiting: Waiting[] = [];
  #draining: Promise<void> | undefined;
  #closed = false;

  constructor(commit: CommitBatch) {
    this.#commit = commit;
  }

  append(entry: Uint8Array): Promise<{ index: number }> {
    if (this.#closed) return Promise.reject(new LedgerError('ledger-closed', 'the ledger is closed'));
    if (entry.length > MAX_ENTRY_BYTES) {
      const detail = `the entry has ${entry.length} bytes, the most is ${MAX_ENTRY_BYTES}`;
      return Promise.reject(new LedgerError('ledger-entry-too-large', detail));
    }
    const { promise, resolve, reject } = Promise.withResolvers<{ index: number }>();
    // A copy, which slice() of a Buffer is not: what the caller does to its bytes later must not reach the disk.
    this.#waiting.push({ entry: new Uint8Array(entry), resolve, reject });
    this.#draining ??= this.#drain();
    return promise;
  }

  /** Refuses new entries and resolves when those that wait are settled. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.#draining;
  }

  async #drain(): Promise<void> {
    // Requests that arrive in the same turn of the event loop share the first sync too.
    await new Promise((resolve) => setImmediate(resolve));
    for (let batch = this.#take(); batch.length > 0; batch = this.#take()) {
      try {
        const first = await this.#commit(batch.map(({ entry }) => entry));
        for (const [at, { resolve }] of batch.entries()) resolve({ index: first + at });
      } catch (error) {
        for (const { reject } of batch) reject(error);
      }
    }
    this.#draining = undefined;
  }

  #take(): Waiting[] {
    let bytes = 0;
    const over = this.#waiting.findIndex(({ entry }) => {
      bytes += entry.length;
      return bytes > BATCH_BYTES;
    });
    if (over > 0) return this.#waiting.splice(0, over);
    const all = this.#waiting;
    this.#waiting = [];
    return all;
  }
}
