import { createHash } from 'node:crypto';
import { constants, createReadStream } from 'node:fs';
import { copyFile, mkdir, open, readdir, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { diskFull } from './model-errors.ts';
import type { ModelFolder } from './model-folder.ts';
import { hashFile } from './verify-file.ts';

/** A file of our own with the content of somebody else's, and its hash. It lies where it can be renamed into place. */
export interface Arrival {
  readonly path: string;
  readonly sha256: string;
  readonly sizeBytes: number;
}

const NAME = /^import-(\d+)-/;

/** A name for one import; what an import of a process that died has left behind is removed first. */
export async function arrivalPath(folder: ModelFolder, id: string): Promise<string> {
  const path = folder.partial(`import-${process.pid}-${id}`);
  await mkdir(dirname(path), { recursive: true });
  for (const name of await readdir(dirname(path))) {
    const owner = NAME.exec(name)?.[1];
    if (owner !== undefined && !isAlive(Number(owner))) await rm(join(dirname(path), name), { force: true });
  }
  return path;
}

/** Copies a file: without taking space where the disk can share blocks, else byte by byte. */
export async function copyIn(
  from: string,
  to: string,
  signal: AbortSignal | undefined,
  onProgress: (bytes: number) => void,
): Promise<Arrival> {
  const { size } = await stat(from);
  const shared = await copyFile(from, to, constants.COPYFILE_FICLONE_FORCE).then(
    () => true,
    () => false,
  );
  if (shared) return { path: to, sha256: await hashFile(to, signal, onProgress), sizeBytes: size };
  return streamIn(createReadStream(from, { highWaterMark: 2 ** 20 }), to, signal, onProgress);
}

/** Writes a stream to disk and hashes it on the way. */
export async function streamIn(
  from: AsyncIterable<Uint8Array>,
  to: string,
  signal: AbortSignal | undefined,
  onProgress: (bytes: number) => void,
): Promise<Arrival> {
  const hash = createHash('sha256');
  const file = await open(to, 'w', 0o644);
  let size = 0;
  try {
    for await (const chunk of from) {
      signal?.throwIfAborted();
      hash.update(chunk);
      await file.writeFile(chunk);
      size += chunk.length;
      onProgress(size);
    }
    await file.sync();
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOSPC') throw diskFull(dirname(to), size, 0);
    throw error;
  } finally {
    await file.close();
  }
  return { path: to, sha256: hash.digest('hex'), sizeBytes: size };
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
