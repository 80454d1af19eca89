import { randomFillSync } from 'node:crypto';
import { appendFile } from 'node:fs/promises';

const SALT_BYTES = 16;
const POOL_BYTES = 4096;
const WRITE_EVERY_MS = 250;

/**
 * A fresh salt for each entry, kept in a file of its own: one line of JSON per request, `{"id","salt"}`, the salt in hex.
 * SHA-256 of salt and text together is what the ledger holds, so a text can be shown to be the one that was recorded, and
 * deleting its line here ends that for good. Lines follow within a moment; a crash may lose the last of them, which hides a
 * link to a text and harms no entry.
 */
export class Salts {
  readonly #path: string;
  readonly #onFailure: (error: unknown) => void;
  readonly #pool = Buffer.alloc(POOL_BYTES);
  #used = POOL_BYTES;
  #lines = '';
  #timer: NodeJS.Timeout | undefined;
  #writing: Promise<void> = Promise.resolve();

  constructor(path: string, onFailure: (error: unknown) => void) {
    this.#path = path;
    this.#onFailure = onFailure;
  }

  /** The salt for the request `id`, 16 bytes. */
  next(id: string): Buffer {
    if (this.#used === POOL_BYTES) {
      randomFillSync(this.#pool);
      this.#used = 0;
    }
    const salt = Buffer.from(this.#pool.subarray(this.#used, this.#used + SALT_BYTES));
    this.#used += SALT_BYTES;
    this.#lines += `{"id":"${id}","salt":"${salt.toString('hex')}"}\n`;
    this.#timer ??= setTimeout(() => this.#write(), WRITE_EVERY_MS);
    return salt;
  }

  async close(): Promise<void> {
    this.#write();
    await this.#writing;
  }

  #write(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const lines = this.#lines;
    this.#lines = '';
    if (lines === '') return;
    this.#writing = this.#writing.then(() => appendFile(this.#path, lines, { mode: 0o600 })).catch(this.#onFailure);
  }
}
