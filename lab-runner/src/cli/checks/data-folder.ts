import { constants } from 'node:fs';
import { access, stat, statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import { bytes } from '../../models/byte-size.ts';
import type { Check } from './check.ts';

const TOO_LITTLE = 100e6;
/** Enough for a small model and what comes with it. */
const COMFORTABLE = 2e9;

/** Whether the folder of all data, or the nearest one above it that exists, can be written to and has room. Changes nothing. */
export async function checkDataFolder(
  folder: string,
  freeBytes: (folder: string) => Promise<number> = free,
): Promise<Check> {
  const id = 'data-folder';
  const there = await nearest(folder);
  const writable = await access(there, constants.W_OK | constants.X_OK).then(
    () => true,
    () => false,
  );
  if (!writable || !(await stat(there)).isDirectory()) {
    const todo = 'Give this user the right to write there, or set TERROIR_DATA to another folder.';
    return { id, level: 'fail', found: `${folder} cannot be written to`, todo };
  }
  const room = await freeBytes(there);
  const found = `${folder}${there === folder ? '' : ' (made at the first start)'}, ${bytes(room)} free`;
  if (room >= COMFORTABLE) return { id, level: 'ok', found };
  const todo = 'Free some space, or set TERROIR_DATA to a folder on another disk.';
  return { id, level: room < TOO_LITTLE ? 'fail' : 'warn', found, todo };
}

async function nearest(folder: string): Promise<string> {
  const exists = await stat(folder).then(
    () => true,
    () => false,
  );
  return exists || dirname(folder) === folder ? folder : nearest(dirname(folder));
}

async function free(folder: string): Promise<number> {
  const { bavail, bsize } = await statfs(folder);
  return bavail * bsize;
}
