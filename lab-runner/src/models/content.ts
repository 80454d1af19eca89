import { stat } from 'node:fs/promises';
import type { CodedError } from '../coded-error.ts';
import { contentOf, type Known } from './known-models.ts';
import { damaged, notInstalled } from './model-errors.ts';
import type { ModelFolder } from './model-folder.ts';
import { hashAndRemember, knownHash } from './verify-file.ts';

export interface Verified {
  readonly id: string;
  readonly file: string;
  readonly expected: string;
  readonly found: string;
  readonly sound: boolean;
}

/** What can be told of damage without reading all of the file: it is gone, has another size, or was found to differ. */
export async function damageOf(folder: ModelFolder, known: Known): Promise<CodedError | undefined> {
  const { path, sha256, sizeBytes } = contentOf(folder, known);
  const there = await stat(path).catch(() => undefined);
  if (there === undefined) return damaged(known.model.id, sha256, 'no file');
  if (there.size !== sizeBytes) {
    return damaged(known.model.id, sha256, `a file of ${there.size} instead of ${sizeBytes} bytes`);
  }
  const found = await knownHash(folder.verdict(sha256), path);
  return found === undefined || found === sha256 ? undefined : damaged(known.model.id, sha256, found);
}

/** A file to mount: hashed when it was not yet in its present state. Throws `model-not-installed`, `model-damaged`. */
export async function mountable(
  folder: ModelFolder,
  known: Known,
  signal?: AbortSignal,
): Promise<{ file: string; sha256: string }> {
  if (known.from === 'catalogue') throw notInstalled(known.model.id);
  const damage = await damageOf(folder, known);
  if (damage !== undefined) throw damage;
  const { path, sha256 } = contentOf(folder, known);
  const verdict = folder.verdict(sha256);
  const found = (await knownHash(verdict, path)) ?? (await hashAndRemember(verdict, path, signal));
  if (found !== sha256) throw damaged(known.model.id, sha256, found);
  return { file: path, sha256 };
}

/** Hashes the file anew, whatever was found before. */
export async function verifyNow(
  folder: ModelFolder,
  known: Known,
  signal?: AbortSignal,
  onProgress?: (doneBytes: number, totalBytes: number) => void,
): Promise<Verified> {
  if (known.from === 'catalogue') throw notInstalled(known.model.id);
  const { path, sha256, sizeBytes } = contentOf(folder, known);
  const there = await stat(path).catch(() => undefined);
  if (there === undefined) throw damaged(known.model.id, sha256, 'no file');
  const found = await hashAndRemember(folder.verdict(sha256), path, signal, (done) => onProgress?.(done, sizeBytes));
  return { id: known.model.id, file: path, expected: sha256, found, sound: found === sha256 };
}
