import { randomBytes } from 'node:crypto';

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

export const systemIds: Ids = {
  next: () => {
    const letters = [...randomBytes(16)].map((byte) => ALPHABET[byte & 31]).join('');
    return `m${letters}`;
  },
  secret: (prefix) => `${prefix}_${randomBytes(24).toString('base64url')}`,
};
