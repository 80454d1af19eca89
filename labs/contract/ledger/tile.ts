import { FormatError } from './format-error.ts';
import { HASH_BYTES } from './merkle.ts';

/** C2SP tlog-tiles v0.1.0: where tiles and entry bundles lie, and how a bundle is encoded. */
export const TILE_WIDTH = 256;

/** The length prefix of an entry in a bundle is a uint16. */
export const MAX_ENTRY_BYTES = 65_535;

export interface Tile {
  readonly level: number | 'entries';
  readonly index: number;
  /** 256 for a full tile, else how many hashes or entries a partial one holds. */
  readonly width: number;
}

/** `tile/<L>/<N>[.p/<W>]`; index 1234067 is written `x001/x234/067`. */
export function tilePath({ level, index, width }: Tile): string {
  let name = String(index % 1000).padStart(3, '0');
  for (let rest = Math.floor(index / 1000); rest > 0; rest = Math.floor(rest / 1000)) {
    name = `x${String(rest % 1000).padStart(3, '0')}/${name}`;
  }
  return `tile/${level}/${name}${width === TILE_WIDTH ? '' : `.p/${width}`}`;
}

const PATH = /^tile\/(entries|0|[1-9][0-9]?)\/((?:x[0-9]{3}\/){0,4}[0-9]{3})(?:\.p\/([1-9][0-9]{0,2}))?$/;

/** Undefined unless the path is exactly what {@link tilePath} writes for some tile. */
export function parseTilePath(path: string): Tile | undefined {
  const [, level, name, width] = PATH.exec(path) ?? [];
  if (level === undefined || name === undefined) return undefined;
  const tile: Tile = {
    level: level === 'entries' ? level : Number(level),
    index: Number(name.replaceAll(/[x/]/g, '')),
    width: width === undefined ? TILE_WIDTH : Number(width),
  };
  if (tile.level !== 'entries' && tile.level > 63) return undefined;
  return tilePath(tile) === path ? tile : undefined;
}

/** How many hashes (or entries) the tile at `index` of `level` holds in a tree of `size`: 0 when there is no such tile. */
export function tileWidth(level: number | 'entries', index: number, size: number): number {
  const hashes = Math.floor(size / TILE_WIDTH ** (level === 'entries' ? 0 : level));
  return Math.max(0, Math.min(TILE_WIDTH, hashes - index * TILE_WIDTH));
}

/** Entries, each after its length as a big-endian uint16. */
export function encodeBundle(entries: readonly Uint8Array[]): Uint8Array {
  const bundle = new Uint8Array(entries.reduce((sum, entry) => sum + 2 + entry.length, 0));
  let at = 0;
  for (const entry of entries) {
    if (entry.length > MAX_ENTRY_BYTES) throw new FormatError('tile-malformed', `an entry has ${entry.length} bytes`);
    bundle[at] = entry.length >> 8;
    bundle[at + 1] = entry.length & 0xff;
    bundle.set(entry, at + 2);
    at += 2 + entry.length;
  }
  return bundle;
}

function entryAt(bundle: Uint8Array, at: number): Uint8Array | undefined {
  const high = bundle[at];
  const low = bundle[at + 1];
  if (high === undefined || low === undefined) return undefined;
  const end = at + 2 + high * 256 + low;
  return end <= bundle.length ? bundle.subarray(at + 2, end) : undefined;
}

/** The `width` entries of a bundle, as views of it. Throws `tile-malformed` unless it holds exactly that many. */
export function decodeBundle(bundle: Uint8Array, width: number): Uint8Array[] {
  const entries: Uint8Array[] = [];
  let at = 0;
  while (entries.length < width) {
    const entry = entryAt(bundle, at);
    if (!entry) throw new FormatError('tile-malformed', `the bundle ends inside entry ${entries.length} of ${width}`);
    entries.push(entry);
    at += 2 + entry.length;
  }
  if (at !== bundle.length) {
    throw new FormatError('tile-malformed', `${bundle.length - at} bytes follow the ${width} entries of the bundle`);
  }
  return entries;
}

/** The narrower partial tile that a wider one begins with; undefined when `bytes` is too short for it. */
export function narrowTile(bytes: Uint8Array, tile: Tile): Uint8Array | undefined {
  let end = 0;
  if (tile.level !== 'entries') end = tile.width * HASH_BYTES;
  else {
    for (let count = 0; count < tile.width; count++) {
      const entry = entryAt(bytes, end);
      if (!entry) return undefined;
      end += 2 + entry.length;
    }
  }
  return end <= bytes.length ? bytes.subarray(0, end) : undefined;
}
