import { type FileHandle, mkdir, open, readFile, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { writeDurably } from '../durable-file.ts';

/** What has been received of a pull, on disk, with the entity tag it was received under. Survives the end of the process. */
export class PartialFile {
  readonly path: string;

  constructor(path: string) {
    this.path = path;
  }

  async size(): Promise<number> {
    return stat(this.path).then(
      (found) => found.size,
      () => 0,
    );
  }

  /** The strong entity tag (RFC 9110 §8.8.3), with its quotes, for If-Range. */
  async etag(): Promise<string | undefined> {
    return readFile(`${this.path}.etag`, 'utf8').catch(() => undefined);
  }

  /** Opens for writing at `from` bytes; what was there after them is cut off. Remembers the tag before anything is received. */
  async open(from: number, etag: string | undefined): Promise<FileHandle> {
    await mkdir(dirname(this.path), { recursive: true });
    if (etag !== undefined) await writeDurably(`${this.path}.etag`, etag, 0o644);
    else if (from === 0) await this.forgetTag();
    const file = await open(this.path, from === 0 ? 'w' : 'r+');
    await file.truncate(from);
    return file;
  }

  async discard(): Promise<void> {
    await rm(this.path, { force: true });
    await this.forgetTag();
  }

  async forgetTag(): Promise<void> {
    await rm(`${this.path}.etag`, { force: true });
  }
}
