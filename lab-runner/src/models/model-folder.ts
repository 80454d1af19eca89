import { readdir } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * Where models live, under TERROIR_DATA. Everything is a file, so that the runner and the command line need no other meeting place:
 *
 * - `<id>.yaml`: an installed model, see {@link ModelRecord}
 * - `blobs/<sha256>`: content, read-only, never written in place
 * - `partial/<sha256>`, `partial/<sha256>.etag`: a pull that has not ended
 * - `accepted/<id>.yaml`: the licence that was accepted, and when
 * - `verified/<sha256>.yaml`: what hashing a file said, and which state of the file it was said of
 * - `locks/<sha256>`: held while a pull runs
 */
export interface ModelFolder {
  readonly root: string;
  record(id: string): string;
  blob(sha256: string): string;
  partial(name: string): string;
  acceptance(id: string): string;
  verdict(sha256: string): string;
  lock(sha256: string): string;
  /** Ids of all installed models. */
  ids(): Promise<readonly string[]>;
}

export const modelFolder = (root: string): ModelFolder => ({
  root,
  record: (id) => join(root, `${id}.yaml`),
  blob: (sha256) => join(root, 'blobs', sha256),
  partial: (name) => join(root, 'partial', name),
  acceptance: (id) => join(root, 'accepted', `${id}.yaml`),
  verdict: (sha256) => join(root, 'verified', `${sha256}.yaml`),
  lock: (sha256) => join(root, 'locks', sha256),
  ids: async () => {
    const names = await readdir(root).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return [];
      throw error;
    });
    return names
      .filter((name) => name.endsWith('.yaml') && !name.startsWith('.'))
      .map((name) => name.slice(0, -'.yaml'.length));
  },
});
