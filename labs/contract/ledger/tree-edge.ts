import { emptyRoot, HASH_BYTES, nodeHash, type Sha256 } from './merkle.ts';
import { TILE_WIDTH, type Tile } from './tile.ts';

const LEVELS_PER_TILE = 8;

export interface TileBytes {
  readonly tile: Tile;
  readonly bytes: Uint8Array;
}

/**
 * The right edge of a growing tree: all that is needed to append, to name the root and to write tiles.
 * It holds one unfinished tile per level and one hash per set bit of the size, so an append costs two hashes on average
 * whatever the size.
 */
export class TreeEdge {
  #size = 0;
  readonly #hash: Sha256 | undefined;
  /** Hash of the complete subtree of height `i` that ends the tree, where bit `i` of the size is set. */
  readonly #nodes: (Uint8Array | undefined)[] = [];
  readonly #tiles: Uint8Array[] = [];
  readonly #onFull: (full: TileBytes) => void;

  /** `onFull` is given each tile when its 256th hash is there. */
  constructor(onFull: (full: TileBytes) => void, hash?: Sha256) {
    this.#onFull = onFull;
    this.#hash = hash;
  }

  /**
   * The edge of a tree of `size` (a multiple of 256), from its partial tiles of level 1 and up: `tiles[level - 1]` holds
   * `floor(size / 256^level) mod 256` hashes.
   */
  static resume(
    size: number,
    tiles: readonly Uint8Array[],
    onFull: (full: TileBytes) => void,
    hash?: Sha256,
  ): TreeEdge {
    const edge = new TreeEdge(onFull, hash);
    for (const [above, bytes] of [...tiles.entries()].reverse()) {
      const level = above + 1;
      const tile = new Uint8Array(TILE_WIDTH * HASH_BYTES);
      tile.set(bytes);
      edge.#tiles[level] = tile;
      for (let at = 0; at < bytes.length; at += HASH_BYTES) {
        edge.#merge(level * LEVELS_PER_TILE, tile.slice(at, at + HASH_BYTES), size);
      }
    }
    edge.#size = size;
    return edge;
  }

  get size(): number {
    return this.#size;
  }

  append(leaf: Uint8Array): void {
    const size = this.#size + 1;
    this.#push(0, leaf, size);
    this.#merge(0, leaf, size);
    this.#size = size;
  }

  root(): Uint8Array {
    let root: Uint8Array | undefined;
    for (const node of this.#nodes) {
      if (node) root = root ? nodeHash(node, root, this.#hash) : node;
    }
    return root ?? emptyRoot();
  }

  /** Copies of the partial tiles that a tree of this size has. */
  partialTiles(): TileBytes[] {
    const partial: TileBytes[] = [];
    for (const [level, bytes] of this.#tiles.entries()) {
      const hashes = Math.floor(this.#size / TILE_WIDTH ** level);
      const width = hashes % TILE_WIDTH;
      if (width > 0) {
        const tile = { level, index: Math.floor(hashes / TILE_WIDTH), width };
        partial.push({ tile, bytes: bytes.slice(0, width * HASH_BYTES) });
      }
    }
    return partial;
  }

  /** Adds a complete subtree of height `height`; where two of equal height meet, they become one of the next. */
  #merge(height: number, hash: Uint8Array, size: number): void {
    let level = height;
    let node = hash;
    for (let left = this.#nodes[level]; left; left = this.#nodes[level]) {
      node = nodeHash(left, node, this.#hash);
      this.#nodes[level] = undefined;
      level++;
      if (level % LEVELS_PER_TILE === 0) this.#push(level / LEVELS_PER_TILE, node, size);
    }
    this.#nodes[level] = node;
  }

  #push(level: number, hash: Uint8Array, size: number): void {
    const bytes = this.#tiles[level] ?? new Uint8Array(TILE_WIDTH * HASH_BYTES);
    this.#tiles[level] = bytes;
    const hashes = Math.floor(size / TILE_WIDTH ** level);
    bytes.set(hash, ((hashes - 1) % TILE_WIDTH) * HASH_BYTES);
    if (hashes % TILE_WIDTH > 0) return;
    this.#tiles[level] = new Uint8Array(TILE_WIDTH * HASH_BYTES);
    this.#onFull({ tile: { level, index: hashes / TILE_WIDTH - 1, width: TILE_WIDTH }, bytes });
  }
}
