import { decodeUtf8, equalBytes } from './bytes.ts';
import { type Checkpoint, parseCheckpoint } from './checkpoint.ts';
import { FormatError } from './format-error.ts';
import { HASH_BYTES, leafHash, type Sha256 } from './merkle.ts';
import { openNote } from './signed-note.ts';
import { decodeBundle, TILE_WIDTH, type Tile, tilePath, tileWidth } from './tile.ts';
import { type TileBytes, TreeEdge } from './tree-edge.ts';
import { parseVerifierKey } from './verifier-key.ts';

/** Reads a file of a tlog-tiles tree (`checkpoint`, `tile/0/000` …) from a folder, a URL or an archive. */
export type LedgerReader = (path: string) => Promise<Uint8Array | undefined>;

export interface VerifyLedgerOptions {
  /** The origin to insist on; the key's name otherwise. */
  readonly origin?: string;
  /** An older checkpoint of the same log (a signed note): the tree must be an extension of it. */
  readonly against?: string;
  /** Called after each bundle with the number of entries checked so far. */
  readonly onProgress?: (entries: number, size: number) => void;
  readonly signal?: AbortSignal;
  /** A faster SHA-256 than the portable one. */
  readonly hash?: Sha256;
}

export type LedgerVerdictCode =
  | FormatError['code']
  | 'checkpoint-missing'
  | 'origin-unexpected'
  | 'file-missing'
  | 'leaf-mismatch'
  | 'tile-mismatch'
  | 'root-mismatch'
  | 'older-checkpoint-newer'
  | 'older-checkpoint-inconsistent';

export type LedgerVerdict =
  | {
      readonly verified: true;
      readonly origin: string;
      readonly size: number;
      readonly root: Uint8Array;
      /** Size of the older checkpoint that this tree extends. */
      readonly extends?: number;
    }
  | {
      readonly verified: false;
      readonly code: LedgerVerdictCode;
      readonly detail: string;
      /** The first file that is wrong. */
      readonly path?: string;
      /** The first entry that is wrong. */
      readonly index?: number;
    };

class Refusal extends Error {
  readonly code: LedgerVerdictCode;
  readonly place: { path?: string; index?: number };
  constructor(code: LedgerVerdictCode, message: string, place: { path?: string; index?: number } = {}) {
    super(message);
    this.code = code;
    this.place = place;
  }
}

/**
 * Recomputes a whole log from its entries: every leaf, every tile, the root, and whether it extends an older checkpoint.
 * Holds one tile per level in memory, whatever the size. A wrong log is an answer; only the reader's own errors and the
 * signal's reason are thrown.
 */
export async function verifyLedger(
  read: LedgerReader,
  vkey: string,
  options: VerifyLedgerOptions = {},
): Promise<LedgerVerdict> {
  try {
    return await recompute(read, vkey, options);
  } catch (error) {
    if (error instanceof Refusal) {
      return { verified: false, code: error.code, detail: error.message, ...error.place };
    }
    if (error instanceof FormatError) return { verified: false, code: error.code, detail: error.message };
    throw error;
  }
}

async function recompute(read: LedgerReader, vkey: string, options: VerifyLedgerOptions): Promise<LedgerVerdict> {
  const { signal, hash } = options;
  const key = parseVerifierKey(vkey);
  const origin = options.origin ?? key.name;
  const open = (note: string, path?: string): Checkpoint => {
    const checkpoint = parseCheckpoint(openNote(note, [key]).text);
    if (checkpoint.origin === origin) return checkpoint;
    const detail = `the checkpoint is of ${checkpoint.origin}, not of ${origin}`;
    throw new Refusal('origin-unexpected', detail, path === undefined ? {} : { path });
  };

  const note = await read('checkpoint');
  if (!note) throw new Refusal('checkpoint-missing', 'there is no checkpoint', { path: 'checkpoint' });
  const text = decodeUtf8(note);
  if (text === undefined) throw new Refusal('note-malformed', 'the checkpoint is not text', { path: 'checkpoint' });
  const { size, root } = open(text, 'checkpoint');
  const older = options.against === undefined ? undefined : open(options.against);
  if (older && older.size > size) {
    const detail = `the older checkpoint covers ${older.size} entries, this log only ${size}: entries were taken away`;
    throw new Refusal('older-checkpoint-newer', detail);
  }

  const full: TileBytes[] = [];
  const edge = new TreeEdge((tile) => full.push(tile), hash);
  const compareRoot = ({ root: signed }: Pick<Checkpoint, 'root'>, code: LedgerVerdictCode, detail: string) => {
    if (!equalBytes(edge.root(), signed)) throw new Refusal(code, detail);
  };
  const checkOlder = () => {
    if (older?.size !== edge.size) return;
    const detail = `the first ${older.size} entries are not those that the older checkpoint covers: the past was rewritten`;
    compareRoot(older, 'older-checkpoint-inconsistent', detail);
  };

  checkOlder();
  for (let index = 0; index * TILE_WIDTH < size; index++) {
    signal?.throwIfAborted();
    const width = tileWidth('entries', index, size);
    const hashes = await readTile(read, { level: 0, index, width });
    for (const entry of await readBundle(read, { level: 'entries', index, width })) {
      const leaf = leafHash(entry, hash);
      const at = (edge.size % TILE_WIDTH) * HASH_BYTES;
      if (!equalBytes(leaf, hashes.subarray(at, at + HASH_BYTES))) {
        const place = { path: tilePath({ level: 'entries', index, width }), index: edge.size };
        throw new Refusal('leaf-mismatch', `entry ${edge.size} is not the one whose hash is in the tree`, place);
      }
      edge.append(leaf);
      checkOlder();
    }
    // Level 0 was compared leaf by leaf.
    for (const expected of full.splice(0)) if (expected.tile.level !== 0) await compareTile(read, expected);
    options.onProgress?.(edge.size, size);
  }
  for (const expected of edge.partialTiles()) if (expected.tile.level !== 0) await compareTile(read, expected);
  compareRoot({ root }, 'root-mismatch', `the ${size} entries do not lead to the root that the log signed`);
  return { verified: true, origin, size, root, ...(older && { extends: older.size }) };
}

async function readTile(read: LedgerReader, tile: Tile): Promise<Uint8Array> {
  const path = tilePath(tile);
  const bytes = await read(path);
  if (!bytes) throw new Refusal('file-missing', `${path} is missing`, { path });
  if (tile.level !== 'entries' && bytes.length !== tile.width * HASH_BYTES) {
    throw new Refusal('tile-mismatch', `${path} does not hold exactly ${tile.width} hashes`, { path });
  }
  return bytes;
}

async function readBundle(read: LedgerReader, tile: Tile): Promise<Uint8Array[]> {
  const bytes = await readTile(read, tile);
  try {
    return decodeBundle(bytes, tile.width);
  } catch (error) {
    if (!(error instanceof FormatError)) throw error;
    throw new Refusal(error.code, error.message, { path: tilePath(tile) });
  }
}

async function compareTile(read: LedgerReader, expected: TileBytes): Promise<void> {
  const bytes = await readTile(read, expected.tile);
  if (equalBytes(bytes, expected.bytes)) return;
  const path = tilePath(expected.tile);
  throw new Refusal('tile-mismatch', `${path} does not hold the hashes of the entries below it`, { path });
}
