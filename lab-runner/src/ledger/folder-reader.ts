import { readdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { narrowTile, parseTilePath, TILE_WIDTH, tilePath } from '@terroir/labs/contract/ledger/tile.ts';
import type { LedgerReader } from '@terroir/labs/contract/ledger/verify-ledger.ts';
import { errno } from './ledger-error.ts';

async function readIfThere(path: string): Promise<Uint8Array | undefined> {
  try {
    return await readFile(path);
  } catch (error) {
    if (errno(error) === 'ENOENT' || errno(error) === 'ENOTDIR') return undefined;
    throw error;
  }
}

/**
 * Reads a ledger's files from its folder. A gateway may be writing meanwhile: where it has replaced a partial tile by a wider
 * one, the narrower is cut from that.
 */
export function folderReader(folder: string): LedgerReader {
  return async (path) => {
    const tile = parseTilePath(path);
    if (!tile && path !== 'checkpoint') return undefined;
    const exact = await readIfThere(join(folder, path));
    if (exact || !tile || tile.width === TILE_WIDTH) return exact;
    for (const width of await widerWidths(join(folder, dirname(path)), tile.width)) {
      const wider = await readIfThere(join(folder, tilePath({ ...tile, width })));
      if (wider) return narrowTile(wider, tile);
    }
    return undefined;
  };
}

async function widerWidths(folder: string, width: number): Promise<number[]> {
  const names = await readdir(folder).catch(() => []);
  return [...names.map(Number).filter((other) => other > width && other < TILE_WIDTH), TILE_WIDTH];
}
