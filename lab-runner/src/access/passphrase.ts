import { randomBytes, randomInt, scrypt, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';
import { type Static, Type } from 'typebox';
import { CodedError } from '../coded-error.ts';
import { writeDurably } from '../durable-file.ts';
import { readJson } from '../json-file.ts';

const scryptAsync = promisify<string, Buffer, number, Buffer>(scrypt);

const KeptPassphrase = Type.Object({ salt: Type.String(), scrypt: Type.String() });
type KeptPassphrase = Static<typeof KeptPassphrase>;

export interface Passphrase {
  /** Present only when it was made just now: this is the one moment to show it. */
  readonly fresh?: string;
  matches(candidate: string): Promise<boolean>;
}

/** No letters or digits that look alike, and no vowels that make words. */
const LETTERS = 'bcdfghjkmnpqrstvwxz23456789';

/**
 * The passphrase of this installation, made at the first start. Only its scrypt hash (RFC 7914) is kept.
 * @param path TERROIR_DATA/passphrase.json; removing it makes a new passphrase at the next start
 */
export async function openPassphrase(path: string): Promise<Passphrase> {
  const kept = await readJson(path, KeptPassphrase, (cause) => damaged(path, cause));
  if (kept) return { matches: (candidate) => matches(kept, candidate) };
  const fresh = Array.from({ length: 5 }, () => Array.from({ length: 4 }, letter).join('')).join('-');
  const salt = randomBytes(16);
  const made: KeptPassphrase = { salt: salt.toString('base64'), scrypt: (await hash(fresh, salt)).toString('base64') };
  await writeDurably(path, `${JSON.stringify(made)}\n`, 0o600);
  return { fresh, matches: (candidate) => matches(made, candidate) };
}

const letter = (): string => LETTERS.charAt(randomInt(LETTERS.length));

/** Case, spaces around and dashes do not matter to somebody who types from paper. */
const plain = (text: string): string => text.toLowerCase().replaceAll(/[\s-]/g, '');

const hash = (passphrase: string, salt: Buffer): Promise<Buffer> => scryptAsync(plain(passphrase), salt, 32);

async function matches(kept: KeptPassphrase, candidate: string): Promise<boolean> {
  const expected = Buffer.from(kept.scrypt, 'base64');
  const actual = await hash(candidate, Buffer.from(kept.salt, 'base64'));
  return expected.length === actual.length && timingSafeEqual(expected, actual);
}

const damaged = (path: string, cause: unknown) =>
  new CodedError({
    status: 500,
    code: 'passphrase-file-damaged',
    detail: `${path} cannot be read.`,
    todo: 'Remove it to get a new passphrase at the next start.',
    cause,
  });
