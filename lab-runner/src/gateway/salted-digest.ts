import { createHash, type Hash, hash } from 'node:crypto';

/** SHA-256 of salt and bytes together, in hex. */
export function saltedSha256(salt: Buffer, bytes: Uint8Array): string {
  return hash('sha256', Buffer.concat([salt, bytes]));
}

/** The same over bytes that come in pieces. Answers of one piece are many, and cost less hashed in one go. */
export class SaltedDigest {
  readonly #salt: Buffer;
  #first: Buffer | undefined;
  #hash: Hash | undefined;

  constructor(salt: Buffer) {
    this.#salt = salt;
  }

  update(chunk: Buffer): void {
    if (this.#hash) this.#hash.update(chunk);
    else if (this.#first) {
      this.#hash = createHash('sha256').update(this.#salt).update(this.#first).update(chunk);
      this.#first = undefined;
    } else this.#first = chunk;
  }

  hex(): string {
    return this.#hash?.digest('hex') ?? saltedSha256(this.#salt, this.#first ?? Buffer.alloc(0));
  }
}
