import { chmod, mkdir, open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { ModelFolder } from './model-folder.ts';
import { type ModelRecord, writeRecord } from './model-record.ts';
import { knownHash, rememberHash } from './verify-file.ts';

/**
 * Makes a file whose SHA-256 is the record's the content of that model: read-only, under its hash, then named by the record.
 * A sound copy that is there already stays, as units may have it open; a damaged one is replaced.
 */
export async function install(folder: ModelFolder, path: string, record: ModelRecord): Promise<void> {
  const blob = folder.blob(record.sha256);
  const verdict = folder.verdict(record.sha256);
  const present = await knownHash(verdict, blob).catch(() => undefined);
  if (present === record.sha256) {
    if (path !== blob) await rm(path, { force: true });
  } else {
    await mkdir(dirname(blob), { recursive: true });
    await chmod(path, 0o444);
    await moveDurably(path, blob);
    await rememberHash(verdict, blob, record.sha256);
  }
  await writeRecord(folder, record);
}

/** Resolves when the new name is on the disk. */
async function moveDurably(from: string, to: string): Promise<void> {
  await rename(from, to);
  const folder = await open(dirname(to), 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
