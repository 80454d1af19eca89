import { keygen, sign } from '@noble/ed25519';
import { describe, expect, it } from 'vitest';
import { encodeBase64 } from './base64.ts';
import { formatNote, openNote, parseNote } from './signed-note.ts';
import { formatVerifierKey, parseVerifierKey, type VerifierKey, verifierKey } from './verifier-key.ts';

/** Keys, text and signatures of the documentation and tests of golang.org/x/mod/sumdb/note. */
const PETER = 'PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW';
const ENOCH = 'EnochRoot+af0cfe78+ATtqJ7zOtqQtYqOo0CpvDXNlMhV3HeJDpjrASKGLWdop';
const TEXT = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n";
const BY_PETER =
  '— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n';
const BY_ENOCH =
  '— EnochRoot rwz+eBzmZa0SO3NbfRGzPCpDckykFXSdeX+MNtCOXm2/5n2tiOHp+vAF1aGrQ5ovTG01oOTGwnWLox33WWd1RvMc+QQ=\n';

const peter = parseVerifierKey(PETER);
const enoch = parseVerifierKey(ENOCH);

function signer(name: string): { key: VerifierKey; line: (text: string) => string } {
  const { secretKey, publicKey } = keygen();
  const key = verifierKey(name, publicKey);
  const line = (text: string) => {
    const signature = sign(new TextEncoder().encode(text), secretKey);
    return formatNote({ text: '', signatures: [{ name, id: key.id, signature }] }).slice(1);
  };
  return { key, line };
}

describe('the published note', () => {
  it('is signed by its author', () => {
    expect(openNote(`${TEXT}\n${BY_PETER}`, [peter]).text).toBe(TEXT);
    expect(openNote(`${TEXT}\n${BY_PETER}${BY_ENOCH}`, [peter, enoch]).signatures).toHaveLength(2);
  });

  it('is written again byte for byte', () => {
    const note = `${TEXT}\n${BY_PETER}${BY_ENOCH}`;
    expect(formatNote(parseNote(note))).toBe(note);
    expect(formatVerifierKey(peter)).toBe(PETER);
  });

  it('is refused after any change of one character of the text or of the signature', () => {
    const note = `${TEXT}\n${BY_PETER}`;
    for (let at = 0; at < note.length; at++) {
      const changed = note.slice(0, at) + String.fromCharCode(note.charCodeAt(at) ^ 1) + note.slice(at + 1);
      expect(() => openNote(changed, [peter])).toThrow();
    }
  });
});

describe('which signatures count', () => {
  it('ignores those of unknown keys, but wants one of a known key', () => {
    expect(openNote(`${TEXT}\n${BY_ENOCH}${BY_PETER}`, [peter]).text).toBe(TEXT);
    expect(() => openNote(`${TEXT}\n${BY_ENOCH}`, [peter])).toThrow(
      expect.objectContaining({ code: 'note-key-unknown' }),
    );
  });

  it('takes a key of the same name and another id for unknown', () => {
    const impostor = signer('PeterNeumann');
    expect(openNote(`${TEXT}\n${impostor.line(TEXT)}${BY_PETER}`, [peter]).text).toBe(TEXT);
    expect(() => openNote(`${TEXT}\n${impostor.line(TEXT)}`, [peter])).toThrow(
      expect.objectContaining({ code: 'note-key-unknown' }),
    );
  });

  it('refuses the note when one known key fails, though another holds', () => {
    const other = signer('example.org/other');
    const note = `${TEXT}\n${BY_PETER}${other.line('something else\n')}`;
    expect(openNote(note, [peter]).text).toBe(TEXT);
    expect(() => openNote(note, [peter, other.key])).toThrow(
      expect.objectContaining({ code: 'note-signature-invalid' }),
    );
  });

  it('accepts sixteen signatures and more, and stops at a hundred', () => {
    const line = signer('example.org/witness').line(TEXT);
    expect(openNote(`${TEXT}\n${line.repeat(15)}${BY_PETER}`, [peter]).signatures).toHaveLength(16);
    expect(openNote(`${TEXT}\n${line.repeat(99)}${BY_PETER}`, [peter]).signatures).toHaveLength(100);
    expect(() => openNote(`${TEXT}\n${line.repeat(100)}${BY_PETER}`, [peter])).toThrow(
      expect.objectContaining({ code: 'note-malformed' }),
    );
  });
});

it('lets the text hold empty lines: the last one ends it', () => {
  const { key, line } = signer('example.org/poet');
  const text = 'Ognuno sta solo\n\ned è subito sera.\n';
  expect(openNote(`${text}\n${line(text)}`, [key]).text).toBe(text);
});

it.each([
  ['nothing', ''],
  ['no empty line', `${TEXT}${BY_PETER}`],
  ['no signature', `${TEXT}\n`],
  ['no newline at the end', `${TEXT}\n${BY_PETER.trimEnd()}`],
  ['a carriage return', `${TEXT}\n${BY_PETER}`.replaceAll('\n', '\r\n')],
  ['a tab in the text', `a\tb\n\n${BY_PETER}`],
  ['half a character', `\ud800\n\n${BY_PETER}`],
  ['a hyphen for the dash', `${TEXT}\n${BY_PETER.replace('—', '-')}`],
  ['two spaces', `${TEXT}\n${BY_PETER.replace('— ', '—  ')}`],
  ['a name with a plus', `${TEXT}\n${BY_PETER.replace('Peter', 'Pe+er')}`],
  ['a signature that is not base64', `${TEXT}\n${BY_PETER.replace('x08go', '!!!!!')}`],
  ['base64 without its padding', `${TEXT}\n${BY_PETER.replace('=', '')}`],
  ['a signature of no bytes', `${TEXT}\n— PeterNeumann x08gow==\n`],
])('refuses a note with %s', (_, note) => {
  expect(() => parseNote(note)).toThrow(expect.objectContaining({ code: 'note-malformed' }));
});

describe('verifier keys', () => {
  it('reads those of other logs, upper case too', () => {
    const sum = 'sum.golang.org+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8';
    expect(formatVerifierKey(parseVerifierKey(sum))).toBe(sum);
    expect(parseVerifierKey(PETER.replace('c74f20a3', 'C74F20A3')).id).toEqual(peter.id);
  });

  it.each([
    ['nothing', '', 'key-malformed'],
    ['two parts', 'PeterNeumann+c74f20a3', 'key-malformed'],
    ['an id that is not its own', PETER.replace('c74f20a3', 'c74f20a4'), 'key-malformed'],
    ['a changed key', PETER.replace('ARpc', 'ARpd'), 'key-malformed'],
    ['another name', PETER.replace('Peter', 'Petra'), 'key-malformed'],
    ['a name with a space', PETER.replace('Peter', 'Peter '), 'key-malformed'],
    ['too short a key', `x+00000000+${encodeBase64(Uint8Array.of(1, 2, 3))}`, 'key-malformed'],
    [
      'another signature type',
      `x+00000000+${encodeBase64(Uint8Array.of(4, ...new Uint8Array(32)))}`,
      'key-unsupported',
    ],
  ])('refuses %s', (_, text, code) => {
    expect(() => parseVerifierKey(text)).toThrow(expect.objectContaining({ code }));
  });
});
