import { openAsBlob } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { basename, join, relative, sep } from 'node:path';
import { CodedError } from '../coded-error.ts';

export interface TrainingFile {
  readonly path: string;
  /** What it is called in the training: the path below the folder that was named, with dots for slashes: so a folder named for a language still says it. */
  readonly name: string;
  open(): Promise<Blob>;
}

/**
 * The files that were named, and those below the folders that were named, but for hidden ones.
 * @throws {CodedError} `file-not-readable`, `file-names-alike`
 */
export async function trainingFiles(paths: readonly string[]): Promise<readonly TrainingFile[]> {
  const files: TrainingFile[] = [];
  for (const path of paths) {
    for (const file of await below(path)) {
      const name = file === path ? basename(path) : relative(path, file).split(sep).join('.');
      const alike = files.find((other) => other.name === name);
      if (alike) throw namesAlike(alike.path, file, name);
      files.push({ path: file, name, open: () => openAsBlob(file) });
    }
  }
  return files;
}

async function below(path: string): Promise<readonly string[]> {
  const found = await stat(path).catch(() => undefined);
  if (!found) throw notReadable(path);
  if (found.isFile()) return [path];
  const entries = await readdir(path, { withFileTypes: true, recursive: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  return files
    .filter(
      (file) =>
        !relative(path, file)
          .split(sep)
          .some((part) => part.startsWith('.')),
    )
    .sort();
}

const notReadable = (path: string) =>
  new CodedError({
    status: 422,
    code: 'file-not-readable',
    detail: `${path} does not exist or cannot be read. Nothing was created.`,
    todo: 'Give the paths of text, Markdown or PDF files, zips of them, or folders.',
    field: 'FILE',
  });

const namesAlike = (one: string, other: string, name: string) =>
  new CodedError({
    status: 422,
    code: 'file-names-alike',
    detail: `${one} and ${other} would both be called ${name}. Nothing was created.`,
    todo: 'Rename one of them, or give the folder that holds both.',
    field: 'FILE',
  });
