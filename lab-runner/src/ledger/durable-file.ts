import { mkdir, open, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { syncFolder } from '../durable-file.ts';

/**
 * Writes files below one folder so that each is either whole or absent, also after a power cut: a temporary file is written,
 * synced and renamed. Renames last once {@link DurableFiles.settle} resolves.
 */
export class DurableFiles {
  readonly #root: string;
  readonly #temporary: string;
  readonly #unsettled = new Set<string>();
  #next = 0;

  private constructor(root: string) {
    this.#root = root;
    this.#temporary = join(root, 'tmp');
  }

  /** Removes what an interrupted write left behind. */
  static async open(root: string): Promise<DurableFiles> {
    const files = new DurableFiles(root);
    await rm(files.#temporary, { recursive: true, force: true });
    await mkdir(files.#temporary);
    return files;
  }

  async write(path: string, bytes: Uint8Array | string, mode = 0o644): Promise<void> {
    const target = join(this.#root, path);
    const temporary = join(this.#temporary, String(this.#next++));
    try {
      const handle = await open(temporary, 'wx', mode);
      try {
        await handle.writeFile(bytes);
        await handle.sync();
      } finally {
        await handle.close();
      }
      await this.#makeFolder(dirname(target));
      await rename(temporary, target);
    } catch (error) {
      await rm(temporary, { force: true });
      throw error;
    }
    this.#unsettled.add(dirname(target));
  }

  async settle(): Promise<void> {
    for (const folder of this.#unsettled) {
      await syncFolder(folder);
      this.#unsettled.delete(folder);
    }
  }

  async #makeFolder(folder: string): Promise<void> {
    const first = await mkdir(folder, { recursive: true });
    if (first === undefined) return;
    for (let made = folder; made.length >= first.length; made = dirname(made)) this.#unsettled.add(dirname(made));
  }
}
