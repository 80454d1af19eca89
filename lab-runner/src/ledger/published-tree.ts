import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { HASH_BYTES, type HashReader, nodeHash } from '@terroir/labs/contract/ledger/merkle.ts';
import {
  narrowTile,
  parseTilePath,
  TILE_WIDTH,
  type Tile,
  tilePath,
  tileWidth,
} from '@terroir/labs/contract/ledger/tile.ts';
import { errno, LedgerError } from './ledger-error.ts';
import { sha256 } from './sha256.ts';

const CACHED_TILES = 64;

/** A checkpoint that was signed and stored, with the text of its note. */
export interface PublishedCheckpoint {
  readonly size: number;
  readonly note: string;
}

/** Reads the tiles and bundles that the latest checkpoint covers. */
export class PublishedTree {
  readonly #folder: string;
  readonly #cache = new Map<string, Uint8Array>();
  #latest: PublishedCheckpoint;

  constructor(folder: string, latest: PublishedCheckpoint) {
    this.#folder = folder;
    this.#latest = latest;
  }

  get latest(): PublishedCheckpoint {
    return this.#latest;
  }

  advance(to: PublishedCheckpoint): void {
    this.#latest = to;
  }

  /** A file as tlog-tiles names it; undefined for any other path and for what the checkpoint does not cover. */
  async file(path: string): Promise<Uint8Array | undefined> {
    if (path === 'checkpoint') return Buffer.from(this.#latest.note);
    const tile = parseTilePath(path);
    return tile && this.#tile(tile);
  }

  /** Hashes of complete subtrees below the latest checkpoint, for proofs. */
  readonly hash: HashReader = async (level, index) => {
    const tileLevel = Math.floor(level / 8);
    const count = 2 ** (level % 8);
    const at = (index * count) % TILE_WIDTH;
    const bytes = await this.#cachedTile(tileLevel, Math.floor((index * count) / TILE_WIDTH), at + count);
    let hashes: Uint8Array[] = [];
    for (let i = at; i < at + count; i++) hashes.push(bytes.subarray(i * HASH_BYTES, (i + 1) * HASH_BYTES));
    while (hashes.length > 1) hashes = hashes.flatMap((left, i) => pair(left, hashes[i + 1], i));
    const [hash] = hashes;
    if (!hash) throw new RangeError(`no subtree ${index} at level ${level}`);
    return hash;
  };

  async #cachedTile(level: number, index: number, atLeast: number): Promise<Uint8Array> {
    const key = `${level}/${index}`;
    const cached = this.#cache.get(key);
    this.#cache.delete(key);
    const enough = cached && cached.length >= atLeast * HASH_BYTES;
    const tile = { level, index, width: tileWidth(level, index, this.#latest.size) };
    const bytes = enough ? cached : await this.#tile(tile);
    if (!bytes || bytes.length < atLeast * HASH_BYTES) {
      throw new LedgerError('ledger-corrupt', `${join(this.#folder, tilePath(tile))} is missing or too short`);
    }
    this.#cache.set(key, bytes);
    for (const oldest of this.#cache.keys()) {
      if (this.#cache.size <= CACHED_TILES) break;
      this.#cache.delete(oldest);
    }
    return bytes;
  }

  /**
   * Only the widest version of a tile is kept on disk; narrower ones, which earlier checkpoints asked for, are its beginning.
   */
  async #tile(tile: Tile): Promise<Uint8Array | undefined> {
    for (;;) {
      const width = tileWidth(tile.level, tile.index, this.#latest.size);
      if (width < tile.width || width === 0) return undefined;
      try {
        return narrowTile(await readFile(join(this.#folder, tilePath({ ...tile, width }))), tile);
      } catch (error) {
        if (errno(error) !== 'ENOENT') throw error;
        // A publication may have replaced the file by a wider one meanwhile.
        if (width === tileWidth(tile.level, tile.index, this.#latest.size)) return undefined;
      }
    }
  }
}

function pair(left: Uint8Array, right: Uint8Array | undefined, at: number): Uint8Array[] {
  return at % 2 === 0 && right ? [nodeHash(left, right, sha256)] : [];
}
