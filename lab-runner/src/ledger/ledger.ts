import { mkdir, readdir } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { emptyRoot } from '@terroir/labs/contract/ledger/merkle.ts';
import type { TileBytes } from '@terroir/labs/contract/ledger/tree-edge.ts';
import { isKeyName } from '@terroir/labs/contract/ledger/verifier-key.ts';
import { syncFolder } from '../durable-file.ts';
import type { ExclusiveLock } from '../exclusive-lock.ts';
import type { Clock } from '../ports.ts';
import { DiskLedger } from './disk-ledger.ts';
import { DurableFiles } from './durable-file.ts';
import { EntryLog } from './entry-log.ts';
import { LedgerError, writeFailure } from './ledger-error.ts';
import { PublishedTree } from './published-tree.ts';
import { readCheckpoint, recoverEdge } from './recover.ts';
import { createSigningKey, readSigningKey, type SigningKey } from './signing-key.ts';
import { lockForWriting } from './writer-lock.ts';

/**
 * The append-only record of one micro-cloud: an RFC 6962 tree, published as C2SP tlog-tiles with a signed checkpoint.
 * One process writes a ledger (the gateway). Methods throw `LedgerError` with a stable code.
 */
export interface Ledger {
  /** First line of every checkpoint, C2SP tlog-checkpoint. */
  readonly origin: string;
  /** C2SP signed-note verifier key: `name+id+base64`. */
  readonly verifierKey: string;
  /** Durable entries. */
  readonly size: number;
  /** Resolves when the entry (at most 65,535 bytes) is written and synced. Appends that wait together share one sync. */
  append(entry: Uint8Array): Promise<{ index: number }>;
  entry(index: number): Promise<Uint8Array | undefined>;
  /**
   * Text of a C2SP tlog-proof with the entry in `extra`, against a checkpoint that covers it; publishes one when needed.
   * Throws `ledger-no-such-entry`.
   */
  proof(index: number): Promise<string>;
  /** The latest published checkpoint, a C2SP signed note. */
  checkpoint(): Promise<string>;
  /** `checkpoint`, `tile/0/000`, `tile/entries/000.p/5` …; undefined for anything else, or not published. */
  file(path: string): Promise<Uint8Array | undefined>;
  /** Writes tiles and a checkpoint of all durable entries now. */
  publish(): Promise<void>;
  /** Entries in order, up to the last that is durable when the reader gets there. */
  entries(from?: number): AsyncIterable<{ index: number; bytes: Uint8Array }>;
  /** Settles what waits, publishes, then lets the folder go, also when publishing throws. */
  close(): Promise<void>;
}

export interface LedgerOptions {
  readonly folder: string;
  /** Schema-less URL of the log, which is also the name of its key: no white space, no `+`. */
  readonly origin: string;
  readonly clock: Clock;
  /** How far the published checkpoint may be behind, in milliseconds. Default 1000. */
  readonly publishEveryMs?: number;
}

/**
 * Opens the ledger in a folder, or begins one there. Checks that everything the last checkpoint covers is still there and drops an
 * unconfirmed end of the log; anything else that is wrong is refused and left as it is. Codes: see `LedgerCode`.
 */
export async function openLedger(options: LedgerOptions): Promise<Ledger> {
  const { origin, clock } = options;
  const folder = resolve(options.folder);
  if (!isKeyName(origin))
    throw new LedgerError('ledger-origin-invalid', `"${origin}" cannot be the origin of a ledger`);
  try {
    if (await mkdir(folder, { recursive: true, mode: 0o700 })) await syncFolder(dirname(folder));
    const lock = await lockForWriting(folder, clock);
    try {
      return await openLocked({ ...options, folder }, lock);
    } catch (error) {
      lock.release();
      throw error;
    }
  } catch (error) {
    throw writeFailure(error, `the ledger in ${folder}`);
  }
}

/** Takes over the lock when it succeeds. */
async function openLocked(
  { folder, origin, publishEveryMs = 1000 }: LedgerOptions,
  lock: ExclusiveLock,
): Promise<Ledger> {
  const files = await DurableFiles.open(folder);
  const key = (await readSigningKey(folder)) ?? (await firstKey(folder, files, origin));
  if (key.verifier.name !== origin) {
    throw new LedgerError('ledger-origin-mismatch', `the ledger in ${folder} is ${key.verifier.name}, not ${origin}`);
  }
  const checkpoint = await readCheckpoint(folder, key);
  const log = await EntryLog.open(join(folder, 'log'), checkpoint?.size ?? 0);
  try {
    if (!checkpoint && log.size > 0) {
      throw new LedgerError('ledger-corrupt', `${join(folder, 'checkpoint')} is missing, though there are entries`);
    }
    const fullTiles: TileBytes[] = [];
    const edge = await recoverEdge(folder, checkpoint ?? { size: 0, root: emptyRoot() }, log, fullTiles);
    const tree = new PublishedTree(folder, checkpoint ?? { size: 0, note: '' });
    const ledger = new DiskLedger({ folder, files, key, log, edge, fullTiles, tree, lock, publishEveryMs });
    // Also the empty tree has a checkpoint, from before the first entry: one that is missing later has been taken away.
    if (!checkpoint) await ledger.publish();
    return ledger;
  } catch (error) {
    await log.close();
    throw error;
  }
}

async function firstKey(folder: string, files: DurableFiles, origin: string): Promise<SigningKey> {
  const names = await readdir(folder);
  if (names.includes('checkpoint') || names.includes('log')) {
    throw new LedgerError('ledger-key-missing', `the ledger in ${folder} has no signing key (file "key")`);
  }
  return createSigningKey(files, origin);
}
