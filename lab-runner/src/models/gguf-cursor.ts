import type { FileHandle } from 'node:fs/promises';
import { CodedError } from '../coded-error.ts';

const WINDOW = 256 * 1024;

export const malformed = (why: string) =>
  new CodedError({
    status: 422,
    code: 'gguf-malformed',
    detail: `The file starts like a GGUF, but ${why}.`,
    todo: 'Fetch the file again, or convert the model anew.',
    field: 'file',
  });

export const truncated = (needs: number, has: number) =>
  new CodedError({
    status: 422,
    code: 'gguf-truncated',
    detail: `The file is cut short: its header speaks of at least ${needs} bytes, and it has ${has}.`,
    todo: 'Copy or download the file again; it was not complete.',
    field: 'file',
  });

/** Reads a file forwards through one small window, little-endian, whatever its header claims about sizes. */
export class GgufCursor {
  readonly #file: FileHandle;
  readonly #size: number;
  readonly #window = Buffer.alloc(WINDOW);
  #start = 0;
  #filled = 0;
  #at = 0;

  constructor(file: FileHandle, size: number) {
    this.#file = file;
    this.#size = size;
  }

  /** From the start of the file. */
  get position(): number {
    return this.#start + this.#at;
  }

  get left(): number {
    return this.#size - this.position;
  }

  /** An unsigned integer of 1 to 4 bytes. */
  async uint(bytes: 1 | 2 | 4): Promise<number> {
    const at = await this.#take(bytes);
    return this.#window.readUIntLE(at, bytes);
  }

  /** A count or length; one past 2^53 can't be true of any file. */
  async u64(): Promise<number> {
    const at = await this.#take(8);
    const value = this.#window.readBigUInt64LE(at);
    if (value > BigInt(Number.MAX_SAFE_INTEGER)) throw malformed(`it claims a length of ${value}`);
    return Number(value);
  }

  /** A string of at most `most` bytes; a longer one is passed over and undefined. */
  async text(most: number): Promise<string | undefined> {
    const length = await this.u64();
    if (length > Math.min(most, WINDOW)) {
      this.skip(length);
      return undefined;
    }
    const at = await this.#take(length);
    return this.#window.toString('utf8', at, at + length);
  }

  skip(bytes: number): void {
    if (bytes > this.left) throw truncated(this.position + bytes, this.#size);
    this.#at += bytes;
  }

  /** Makes `bytes` readable in the window and steps over them. Returns where in the window they are. */
  async #take(bytes: number): Promise<number> {
    if (bytes > this.left) throw truncated(this.position + bytes, this.#size);
    if (this.#at + bytes > this.#filled) {
      this.#start += this.#at;
      this.#at = 0;
      this.#filled = 0;
      while (this.#filled < bytes) {
        const { bytesRead } = await this.#file.read(
          this.#window,
          this.#filled,
          WINDOW - this.#filled,
          this.#start + this.#filled,
        );
        if (bytesRead === 0) throw truncated(this.#start + bytes, this.#start + this.#filled);
        this.#filled += bytesRead;
      }
    }
    this.#at += bytes;
    return this.#at - bytes;
  }
}
