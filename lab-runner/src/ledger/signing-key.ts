import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { decodeBase64, encodeBase64 } from '@terroir/labs/contract/ledger/base64.ts';
import { toHex } from '@terroir/labs/contract/ledger/bytes.ts';
import { formatNote } from '@terroir/labs/contract/ledger/signed-note.ts';
import {
  ED25519,
  formatVerifierKey,
  type VerifierKey,
  verifierKey,
} from '@terroir/labs/contract/ledger/verifier-key.ts';
import type { DurableFiles } from './durable-file.ts';
import { errno, LedgerError } from './ledger-error.ts';

/** The key that signs a ledger's checkpoints. Its name is the ledger's origin. */
export interface SigningKey {
  readonly verifier: VerifierKey;
  /** A C2SP signed note of `text`, which ends in a newline. */
  sign(text: string): string;
}

/** Everything of an Ed25519 private key in PKCS #8 (RFC 8410) before its 32 bytes. */
const PKCS8 = Buffer.from('302e020100300506032b657004220420', 'hex');
const SEED_BYTES = 32;

function signingKey(name: string, seed: Uint8Array): SigningKey {
  const key = createPrivateKey({ key: Buffer.concat([PKCS8, seed]), format: 'der', type: 'pkcs8' });
  const verifier = verifierKey(name, publicBytes(key));
  return {
    verifier,
    sign: (text) => {
      const signature = sign(null, Buffer.from(text), key);
      return formatNote({ text, signatures: [{ name, id: verifier.id, signature }] });
    },
  };
}

const publicBytes = (key: KeyObject): Uint8Array =>
  new Uint8Array(createPublicKey(key).export({ format: 'der', type: 'spki' }).subarray(-SEED_BYTES));

/** `PRIVATE+KEY+name+id+base64(type ‖ seed)`, the form Go's sumdb/note writes and its tools read. */
function formatSeed({ name, id }: VerifierKey, seed: Uint8Array): string {
  return `PRIVATE+KEY+${name}+${toHex(id)}+${encodeBase64(Buffer.concat([Buffer.of(ED25519), seed]))}\n`;
}

/** Makes a key and stores it: `key`, which only the owner may read, and `key.pub`. */
export async function createSigningKey(files: DurableFiles, name: string): Promise<SigningKey> {
  const { privateKey } = generateKeyPairSync('ed25519');
  const seed = privateKey.export({ format: 'der', type: 'pkcs8' }).subarray(-SEED_BYTES);
  const key = signingKey(name, seed);
  await files.write('key.pub', `${formatVerifierKey(key.verifier)}\n`);
  await files.write('key', formatSeed(key.verifier, seed), 0o600);
  await files.settle();
  return key;
}

/** Undefined when the folder has no key. Throws `ledger-corrupt` when it cannot be read as one. */
export async function readSigningKey(folder: string): Promise<SigningKey | undefined> {
  let text: string;
  try {
    text = await readFile(join(folder, 'key'), 'utf8');
  } catch (error) {
    if (errno(error) === 'ENOENT') return undefined;
    throw error;
  }
  const [, name, id, encoded] = /^PRIVATE\+KEY\+([^+\s]+)\+([0-9a-f]{8})\+(\S+)\n$/.exec(text) ?? [];
  const bytes = decodeBase64(encoded ?? '');
  if (name !== undefined && bytes?.length === 1 + SEED_BYTES && bytes[0] === ED25519) {
    const key = signingKey(name, bytes.subarray(1));
    if (toHex(key.verifier.id) === id) return key;
  }
  throw new LedgerError('ledger-corrupt', `${join(folder, 'key')} is not a signing key`);
}
