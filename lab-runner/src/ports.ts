import { randomBytes, randomFillSync } from 'node:crypto';

/** Time, randomness and ids come in through these, so that tests decide them. */
export interface Clock {
  now(): Date;
}
export interface Ids {
  /** Lower-case, URL-safe, starts with a letter; 80 bits of randomness. */
  next(): string;
  /** Unguessable key with 192 bits, prefixed so that scanners recognise it. */
  secret(prefix: string): string;
}

export const systemClock: Clock = { now: () => new Date() };

const ALPHABET = 'abcdefghijklmnopqrstuvwxyz234567';

/** Randomness for ids, drawn in bulk: a gateway needs an id for every request. */
const pool = Buffer.alloc(4096);
let used = pool.length;

export const systemIds: Ids = {
  next: () => {
    if (used === pool.length) {
      randomFillSync(pool);
      used = 0;
    }
    let id = 'm';
    for (let end = used + 16; used < end; used++) id += ALPHABET[(pool[used] ?? 0) & 31];
    return id;
  },
  secret: (prefix) => `${prefix}_${randomBytes(24).toString('base64url')}`,
};
