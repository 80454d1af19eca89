import { sha256 } from '@noble/hashes/sha2.js';
import { decodeBase64, encodeBase64 } from './base64.ts';
import { equalBytes, toHex } from './bytes.ts';
import { FormatError } from './format-error.ts';

/** Signature type of a plain Ed25519 note signature, C2SP signed-note v1.0.0. */
export const ED25519 = 0x01;

/** A public key as C2SP writes it: `name+id+base64(type ‖ key)`. Name and id together say which signatures are its own. */
export interface VerifierKey {
  readonly name: string;
  /** First four bytes of SHA-256(name ‖ 0x0A ‖ type ‖ key). */
  readonly id: Uint8Array;
  /** 32 bytes, Ed25519. */
  readonly publicKey: Uint8Array;
}

/** Key names are not empty and hold neither white space nor `+`. */
export const isKeyName = (name: string): boolean => /^[^\p{White_Space}\p{Cc}+]+$/u.test(name);

function typed(publicKey: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(1 + publicKey.length);
  bytes[0] = ED25519;
  bytes.set(publicKey, 1);
  return bytes;
}

/** Throws `key-malformed` for a name that no key may have or a key that is not 32 bytes. */
export function verifierKey(name: string, publicKey: Uint8Array): VerifierKey {
  if (!isKeyName(name))
    throw new FormatError('key-malformed', 'a key name is not empty and has no white space and no +');
  if (publicKey.length !== 32) throw new FormatError('key-malformed', 'an Ed25519 public key has 32 bytes');
  const label = new TextEncoder().encode(`${name}\n`);
  const id = sha256.create().update(label).update(typed(publicKey)).digest().slice(0, 4);
  return { name, id, publicKey };
}

export const formatVerifierKey = (key: VerifierKey): string =>
  `${key.name}+${toHex(key.id)}+${encodeBase64(typed(key.publicKey))}`;

/** Throws `key-malformed`, or `key-unsupported` for a key that is not Ed25519. */
export function parseVerifierKey(text: string): VerifierKey {
  const [, name, id, encoded] = /^([^+]+)\+([0-9a-fA-F]{8})\+(\S+)$/.exec(text.trim()) ?? [];
  const bytes = decodeBase64(encoded ?? '');
  if (name === undefined || id === undefined || !bytes || bytes.length === 0) {
    throw new FormatError('key-malformed', 'a verifier key reads name+id+base64, the id being 8 hexadecimal digits');
  }
  if (bytes[0] !== ED25519)
    throw new FormatError('key-unsupported', 'only Ed25519 verifier keys (type 1) are supported');
  const key = verifierKey(name, bytes.subarray(1));
  if (toHex(key.id) !== id.toLowerCase()) {
    throw new FormatError(
      'key-malformed',
      `the key's id is ${toHex(key.id)}, not ${id}: a character was changed or lost`,
    );
  }
  return key;
}

export const sameKey = (a: Pick<VerifierKey, 'name' | 'id'>, b: Pick<VerifierKey, 'name' | 'id'>): boolean =>
  a.name === b.name && equalBytes(a.id, b.id);
