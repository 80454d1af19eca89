import { open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';

let written = 0;

/** Makes the names in a folder (new files, renames) survive a power cut. */
export async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/**
 * Writes a small file whole or not at all, and waits until it is on disk: new content beside it, synced, renamed over it,
 * and the folder synced.
 * @param mode permissions, e.g. 0o600 for what only this user may read
 */
export async function writeDurably(path: string, content: string, mode: number): Promise<void> {
  // A name of its own: another process, or another call of this one, may be writing the same file.
  written += 1;
  const beside = `${path}.${process.pid}-${written}.new`;
  try {
    const file = await open(beside, 'w', mode);
    try {
      await file.chmod(mode);
      await file.writeFile(content);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(beside, path);
  } catch (error) {
    await rm(beside, { force: true });
    throw error;
  }
  await syncFolder(dirname(path));
}
