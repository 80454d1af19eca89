import { rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { formatCheckpoint } from '@terroir/labs/contract/ledger/checkpoint.ts';
import { encodeBundle, TILE_WIDTH, type Tile, tilePath, tileWidth } from '@terroir/labs/contract/ledger/tile.ts';
import type { TileBytes, TreeEdge } from '@terroir/labs/contract/ledger/tree-edge.ts';
import type { DurableFiles } from './durable-file.ts';
import type { EntryLog } from './entry-log.ts';
import { writeFailure } from './ledger-error.ts';
import type { PublishedTree } from './published-tree.ts';
import type { SigningKey } from './signing-key.ts';

/** The thread pool has four threads; a sync of the log must never wait behind four tiles. */
const WRITES_AT_ONCE = 2;

export interface PublisherParts {
  readonly folder: string;
  readonly files: DurableFiles;
  readonly key: SigningKey;
  readonly log: EntryLog;
  readonly edge: TreeEdge;
  /** Full tiles of the edge that no checkpoint covers yet, oldest first. The publisher takes out what it has written. */
  readonly fullTiles: TileBytes[];
  readonly tree: PublishedTree;
}

/** Writes tiles, then the checkpoint that covers them. One publication at a time. */
export class Publisher {
  readonly #parts: PublisherParts;
  #running: Promise<void> = Promise.resolve();
  #next: Promise<void> | undefined;

  constructor(parts: PublisherParts) {
    this.#parts = parts;
  }

  /** Resolves when a checkpoint covers all that was durable at the call. Callers during one publication share the next. */
  publish(): Promise<void> {
    this.#next ??= this.#running
      .catch(() => {})
      .then(() => {
        this.#next = undefined;
        this.#running = this.#publish();
        return this.#running;
      });
    return this.#next;
  }

  async #publish(): Promise<void> {
    const { folder, files, key, log, edge, fullTiles, tree } = this.#parts;
    const { size: before, note } = tree.latest;
    const size = edge.size;
    if (size === before && note !== '') return;

    const full = [...fullTiles];
    const partial = edge.partialTiles();
    const text = formatCheckpoint({ origin: key.verifier.name, size, root: edge.root(), extensions: [] });
    try {
      const queue = [...full, ...partial].map(({ tile, bytes }) => ({ tile, read: async () => bytes }));
      const bundles = bundlesOf(before, size).map((tile) => ({
        tile,
        read: async () => {
          const first = tile.index * TILE_WIDTH;
          return encodeBundle(await log.entries(first, first + tile.width));
        },
      }));
      const work = [...queue, ...bundles].values();
      const worker = async () => {
        for (const { tile, read } of work) await files.write(tilePath(tile), await read());
      };
      const done = await Promise.allSettled(Array.from({ length: WRITES_AT_ONCE }, worker));
      for (const result of done) if (result.status === 'rejected') throw result.reason;
      await files.settle();
      const signed = key.sign(text);
      await files.write('checkpoint', signed);
      await files.settle();
      tree.advance({ size, note: signed });
    } catch (error) {
      throw writeFailure(error, `the checkpoint of ${size} entries`);
    }
    fullTiles.splice(0, full.length);
    await log.dropBefore(size - (size % TILE_WIDTH));
    await removePartials(folder, before, size);
  }
}

function bundlesOf(before: number, size: number): Tile[] {
  const bundles: Tile[] = [];
  for (let index = Math.floor(before / TILE_WIDTH); index * TILE_WIDTH < size; index++) {
    bundles.push({ level: 'entries', index, width: tileWidth('entries', index, size) });
  }
  return bundles;
}

/** Removes the partial tiles of the checkpoint before, which wider ones now replace. */
async function removePartials(folder: string, before: number, size: number): Promise<void> {
  for (const level of ['entries', 0, 1, 2, 3, 4, 5, 6] as const) {
    const hashes = Math.floor(before / TILE_WIDTH ** (level === 'entries' ? 0 : level));
    const tile: Tile = { level, index: Math.floor(hashes / TILE_WIDTH), width: hashes % TILE_WIDTH };
    const width = tileWidth(level, tile.index, size);
    if (tile.width === 0 || width === tile.width) continue;
    const path = join(folder, tilePath(tile));
    await rm(width === TILE_WIDTH ? dirname(path) : path, { recursive: true, force: true });
  }
}
