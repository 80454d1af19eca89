import { inclusionProof, leafHash } from '@terroir/labs/contract/ledger/merkle.ts';
import { decodeBundle, TILE_WIDTH, tilePath } from '@terroir/labs/contract/ledger/tile.ts';
import { formatTlogProof } from '@terroir/labs/contract/ledger/tlog-proof.ts';
import { formatVerifierKey } from '@terroir/labs/contract/ledger/verifier-key.ts';
import type { ExclusiveLock } from '../exclusive-lock.ts';
import { CommitQueue } from './commit-queue.ts';
import { LedgerError, writeFailure } from './ledger-error.ts';
import { Publisher, type PublisherParts } from './publisher.ts';
import { sha256 } from './sha256.ts';

export interface DiskLedgerParts extends PublisherParts {
  readonly lock: ExclusiveLock;
  readonly publishEveryMs: number;
}

/** The `Ledger` over parts that are open and agree with each other. It closes them. */
export class DiskLedger {
  readonly origin: string;
  readonly verifierKey: string;
  readonly #parts: DiskLedgerParts;
  readonly #queue: CommitQueue;
  readonly #publisher: Publisher;
  #timer: NodeJS.Timeout | undefined;
  #lastBundle: { index: number; entries: Uint8Array[] } | undefined;
  #closing: Promise<void> | undefined;
  #troubled = false;

  constructor(parts: DiskLedgerParts) {
    this.#parts = parts;
    this.origin = parts.key.verifier.name;
    this.verifierKey = formatVerifierKey(parts.key.verifier);
    this.#queue = new CommitQueue((entries) => this.#commit(entries));
    this.#publisher = new Publisher(parts);
    // Entries that a crash kept from being published.
    if (this.size > parts.tree.latest.size) this.#publishSoon();
  }

  get size(): number {
    return this.#parts.edge.size;
  }

  append(entry: Uint8Array): Promise<{ index: number }> {
    return this.#queue.append(entry);
  }

  async entry(index: number): Promise<Uint8Array | undefined> {
    this.#refuseWhenClosed();
    if (!Number.isSafeInteger(index) || index < 0 || index >= this.size) return undefined;
    const { log } = this.#parts;
    if (index >= log.first) return (await log.entries(index, index + 1))[0];
    return (await this.#bundle(Math.floor(index / TILE_WIDTH)))[index % TILE_WIDTH];
  }

  async proof(index: number): Promise<string> {
    const entry = await this.entry(index);
    if (!entry) {
      throw new LedgerError('ledger-no-such-entry', `there is no entry ${index}; the ledger holds ${this.size}`);
    }
    const { tree } = this.#parts;
    if (index >= tree.latest.size) await this.publish();
    const { size, note } = tree.latest;
    return formatTlogProof({
      extra: entry,
      index,
      path: await inclusionProof(index, size, tree.hash),
      checkpoint: note,
    });
  }

  async checkpoint(): Promise<string> {
    return this.#parts.tree.latest.note;
  }

  file(path: string): Promise<Uint8Array | undefined> {
    return this.#parts.tree.file(path);
  }

  async publish(): Promise<void> {
    this.#refuseWhenClosed();
    await this.#publisher.publish();
  }

  async *entries(from = 0): AsyncGenerator<{ index: number; bytes: Uint8Array }> {
    for (let index = from; index < this.size; ) {
      this.#refuseWhenClosed();
      const bundle = Math.floor(index / TILE_WIDTH);
      const found = await this.#bundle(bundle);
      for (const bytes of found.slice(index % TILE_WIDTH)) yield { index: index++, bytes };
    }
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    const { log, lock } = this.#parts;
    try {
      await this.#queue.close();
      clearTimeout(this.#timer);
      await this.#publisher.publish();
    } finally {
      clearTimeout(this.#timer);
      await log.close();
      lock.release();
    }
  }

  async #commit(entries: readonly Uint8Array[]): Promise<number> {
    const { log, edge } = this.#parts;
    const first = edge.size;
    await log.write(entries);
    for (const entry of entries) edge.append(leafHash(entry, sha256));
    this.#publishSoon();
    return first;
  }

  #refuseWhenClosed(): void {
    if (this.#closing) throw new LedgerError('ledger-closed', 'the ledger is closed');
  }

  #publishSoon(): void {
    if (this.#closing) return;
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.#publisher.publish().then(
        () => {
          this.#troubled = false;
        },
        (error: unknown) => this.#publishFailed(error),
      );
    }, this.#parts.publishEveryMs).unref();
  }

  /** Entries stay durable in the log; publication is tried again, and a person is told once. */
  #publishFailed(error: unknown): void {
    if (!this.#troubled) {
      const { code, message, todo } = writeFailure(error, 'the checkpoint');
      process.emitWarning(`${message} ${todo}`, { type: 'LedgerWarning', code });
    }
    this.#troubled = true;
    this.#publishSoon();
  }

  /** The entries of a bundle: all 256 from its file once it is published, else those that are durable, from the log. */
  async #bundle(index: number): Promise<Uint8Array[]> {
    const { log, tree } = this.#parts;
    const first = index * TILE_WIDTH;
    if (first >= log.first) return log.entries(first, Math.min(first + TILE_WIDTH, this.size));
    if (this.#lastBundle?.index === index) return this.#lastBundle.entries;
    const path = tilePath({ level: 'entries', index, width: TILE_WIDTH });
    const bytes = await tree.file(path);
    if (!bytes) throw new LedgerError('ledger-corrupt', `${path} is missing from the ledger`);
    const entries = decodeBundle(bytes, TILE_WIDTH);
    this.#lastBundle = { index, entries };
    return entries;
  }
}
