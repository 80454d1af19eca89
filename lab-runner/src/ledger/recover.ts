import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { equalBytes } from '@terroir/labs/contract/ledger/bytes.ts';
import { type Checkpoint, parseCheckpoint } from '@terroir/labs/contract/ledger/checkpoint.ts';
import { FormatError } from '@terroir/labs/contract/ledger/format-error.ts';
import { HASH_BYTES, leafHash } from '@terroir/labs/contract/ledger/merkle.ts';
import { openNote } from '@terroir/labs/contract/ledger/signed-note.ts';
import { TILE_WIDTH, type Tile, tilePath } from '@terroir/labs/contract/ledger/tile.ts';
import { type TileBytes, TreeEdge } from '@terroir/labs/contract/ledger/tree-edge.ts';
import type { EntryLog } from './entry-log.ts';
import { errno, LedgerError } from './ledger-error.ts';
import { sha256 } from './sha256.ts';
import type { SigningKey } from './signing-key.ts';

export interface StoredCheckpoint extends Checkpoint {
  readonly note: string;
}

/** The latest checkpoint, once its signature holds. Undefined when the ledger has published none. */
export async function readCheckpoint(folder: string, key: SigningKey): Promise<StoredCheckpoint | undefined> {
  const path = join(folder, 'checkpoint');
  try {
    const note = await readFile(path, 'utf8');
    return { ...parseCheckpoint(openNote(note, [key.verifier]).text), note };
  } catch (error) {
    if (errno(error) === 'ENOENT') return undefined;
    if (!(error instanceof FormatError)) throw error;
    throw new LedgerError('ledger-corrupt', `${path} does not hold: ${error.message}`, { cause: error });
  }
}

/**
 * The right edge of the tree, from the tiles that the checkpoint covers and the log after them, compared with the root that the
 * checkpoint signed. Reads one tile per level and the log, whatever the size.
 */
export async function recoverEdge(
  folder: string,
  checkpoint: Pick<Checkpoint, 'size' | 'root'>,
  log: EntryLog,
  fullTiles: TileBytes[],
): Promise<TreeEdge> {
  const { size, root } = checkpoint;
  const base = size - (size % TILE_WIDTH);
  if (log.first > base) {
    throw new LedgerError(
      'ledger-corrupt',
      `the log begins at entry ${log.first}; the one with entry ${base} is missing`,
    );
  }
  const edge = TreeEdge.resume(base, await readEdgeTiles(folder, base), (full) => fullTiles.push(full), sha256);
  const compare = () => {
    if (edge.size !== size || equalBytes(edge.root(), root)) return;
    throw new LedgerError('ledger-corrupt', `the ${size} entries are not those that the checkpoint was signed over`);
  };
  compare();
  while (edge.size < log.size) {
    for (const entry of await log.entries(edge.size, Math.min(log.size, edge.size + TILE_WIDTH))) {
      edge.append(leafHash(entry, sha256));
      compare();
    }
  }
  return edge;
}

async function readEdgeTiles(folder: string, size: number): Promise<Uint8Array[]> {
  const tiles: Uint8Array[] = [];
  for (let level = 1, hashes = size / TILE_WIDTH; hashes > 0; level++, hashes = Math.floor(hashes / TILE_WIDTH)) {
    const tile: Tile = { level, index: Math.floor(hashes / TILE_WIDTH), width: hashes % TILE_WIDTH };
    tiles.push(tile.width === 0 ? new Uint8Array(0) : await readEdgeTile(join(folder, tilePath(tile)), tile.width));
  }
  return tiles;
}

async function readEdgeTile(path: string, width: number): Promise<Uint8Array> {
  const bytes = await readFile(path).catch((error) => {
    if (errno(error) !== 'ENOENT') throw error;
    return undefined;
  });
  if (bytes?.length === width * HASH_BYTES) return bytes;
  throw new LedgerError('ledger-corrupt', `${path} is missing or does not hold ${width} hashes`);
}
