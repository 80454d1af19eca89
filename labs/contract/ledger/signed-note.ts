import { hashes, verify } from '@noble/ed25519';
import { sha512 } from '@noble/hashes/sha2.js';
import { decodeBase64, encodeBase64 } from './base64.ts';
import { FormatError } from './format-error.ts';
import { isKeyName, sameKey, type VerifierKey } from './verifier-key.ts';

// WebCrypto is missing where a page is served over plain HTTP from another machine, so SHA-512 is given explicitly.
hashes.sha512 = sha512;

/** C2SP signed-note v1.0.0. */
export interface SignedNote {
  /** What the signatures cover: ends in a newline. */
  readonly text: string;
  readonly signatures: readonly NoteSignature[];
}

export interface NoteSignature {
  readonly name: string;
  /** Key id, four bytes. */
  readonly id: Uint8Array;
  readonly signature: Uint8Array;
}

/** The specification asks for at least 16; more than this is taken for an attempt to waste the reader's time. */
const MAX_SIGNATURES = 100;

const malformed = (detail: string) => new FormatError('note-malformed', detail);

function parseSignature(line: string): NoteSignature {
  const [, name, encoded] = /^— ([^ ]+) ([^ ]+)$/u.exec(line) ?? [];
  const bytes = decodeBase64(encoded ?? '');
  if (name === undefined || !isKeyName(name) || !bytes || bytes.length < 5) {
    throw malformed('a signature line reads: em dash, space, key name, space, base64 of key id and signature');
  }
  return { name, id: bytes.slice(0, 4), signature: bytes.slice(4) };
}

/** Throws `note-malformed`. Says nothing about whether any signature holds: see {@link openNote}. */
export function parseNote(note: string): SignedNote {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the specification forbids them by name.
  if (/[\u0000-\u0009\u000b-\u001f]/.test(note)) throw malformed('a note holds no control character but newlines');
  if (!note.isWellFormed()) throw malformed('a note is valid Unicode text');
  const blank = note.lastIndexOf('\n\n');
  if (blank < 0 || !note.endsWith('\n')) {
    throw malformed('a note is a text, an empty line and signature lines, all ended by newlines');
  }
  const lines = note.slice(blank + 2, -1).split('\n');
  if (lines.length > MAX_SIGNATURES) throw malformed(`a note has at most ${MAX_SIGNATURES} signatures`);
  return { text: note.slice(0, blank + 1), signatures: lines.map(parseSignature) };
}

export function formatNote({ text, signatures }: SignedNote): string {
  const lines = signatures.map(({ name, id, signature }) => {
    const bytes = new Uint8Array(id.length + signature.length);
    bytes.set(id);
    bytes.set(signature, id.length);
    return `— ${name} ${encodeBase64(bytes)}\n`;
  });
  return `${text}\n${lines.join('')}`;
}

/**
 * The note's text, once at least one of `keys` is found to have signed it. Signatures of other keys are ignored.
 * Throws `note-malformed`, `note-signature-invalid` when a signature by one of `keys` does not hold, and
 * `note-key-unknown` when none of them signed.
 */
export function openNote(note: string, keys: readonly VerifierKey[]): SignedNote {
  const parsed = parseNote(note);
  const message = new TextEncoder().encode(parsed.text);
  let known = 0;
  for (const signature of parsed.signatures) {
    const key = keys.find((candidate) => sameKey(candidate, signature));
    if (!key) continue;
    if (!signatureHolds(signature.signature, message, key.publicKey)) {
      throw new FormatError('note-signature-invalid', `the signature by ${key.name} does not match the text`);
    }
    known++;
  }
  if (known === 0) {
    const signers = parsed.signatures.map(({ name }) => name).join(', ');
    throw new FormatError('note-key-unknown', `the note is signed by ${signers}, by none of the keys that are trusted`);
  }
  return parsed;
}

function signatureHolds(signature: Uint8Array, message: Uint8Array, publicKey: Uint8Array): boolean {
  try {
    // RFC 8032 rather than the library's default of ZIP 215, as the specification asks.
    return verify(signature, message, publicKey, { zip215: false });
  } catch {
    return false;
  }
}
