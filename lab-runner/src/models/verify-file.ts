import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { type Static, Type } from 'typebox';
import { Sha256 } from './model-facts.ts';
import { readYaml, writeYaml } from './yaml-file.ts';

/** SHA-256 of a file, in hex. `onProgress` gets the bytes read so far. */
export async function hashFile(
  path: string,
  signal?: AbortSignal,
  onProgress?: (readBytes: number) => void,
): Promise<string> {
  const hash = createHash('sha256');
  let read = 0;
  const stream = createReadStream(path, { highWaterMark: 2 ** 20, ...(signal === undefined ? {} : { signal }) });
  for await (const chunk of stream) {
    hash.update(chunk);
    read += chunk.length;
    onProgress?.(read);
  }
  return hash.digest('hex');
}

/** A state of a file: when these are as they were, nobody has written to it since, or somebody took pains to hide it. */
const FileState = Type.Object({
  path: Type.String(),
  size: Type.Integer(),
  modified: Type.String(),
  inode: Type.String(),
});
const Verdict = Type.Object({ file: FileState, found: Sha256 });

async function stateOf(path: string): Promise<Static<typeof FileState>> {
  const { size, mtimeNs, ino } = await stat(path, { bigint: true });
  return { path, size: Number(size), modified: String(mtimeNs), inode: String(ino) };
}

/** What an earlier hash of this state of the file said, or undefined when it was never hashed in this state. */
export async function knownHash(verdictPath: string, path: string): Promise<string | undefined> {
  const verdict = await readYaml(verdictPath, Verdict).catch(() => undefined);
  if (verdict === undefined) return undefined;
  const state = await stateOf(path);
  const same = (['path', 'size', 'modified', 'inode'] as const).every((key) => verdict.file[key] === state[key]);
  return same ? verdict.found : undefined;
}

/** Hashes the file now and keeps what was found for {@link knownHash}. */
export async function hashAndRemember(
  verdictPath: string,
  path: string,
  signal?: AbortSignal,
  onProgress?: (readBytes: number) => void,
): Promise<string> {
  const before = await stateOf(path);
  const found = await hashFile(path, signal, onProgress);
  await remember(verdictPath, before, found);
  return found;
}

/** Keeps the hash of a file that was just hashed under another name, and moved here. */
export async function rememberHash(verdictPath: string, path: string, found: string): Promise<void> {
  await remember(verdictPath, await stateOf(path), found);
}

const remember = (verdictPath: string, file: Static<typeof FileState>, found: string) =>
  writeYaml(verdictPath, { file, found } satisfies Static<typeof Verdict>);
