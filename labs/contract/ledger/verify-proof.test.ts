import { describe, expect, it } from 'vitest';
import { decodeBase64, encodeBase64 } from './base64.ts';
import { toHex } from './bytes.ts';
import { sampleEntry, sampleLog } from './sample-log.ts';
import { formatTlogProof, parseTlogProof } from './tlog-proof.ts';
import { PROOF_STEPS, verifyProof } from './verify-proof.ts';

const log = sampleLog(300);
const other = sampleLog(300, { seed: 2 });

describe('a proof that holds', () => {
  it.each([0, 1, 255, 256, 299])('of entry %i', async (index) => {
    const verdict = verifyProof(await log.proof(index), log.vkey);
    expect(verdict).toMatchObject({
      verified: true,
      passed: PROOF_STEPS,
      facts: { index, size: 300, origin: 'example.org/log' },
    });
    if (verdict.verified) {
      expect(verdict.entry).toEqual(sampleEntry(index));
      expect(toHex(verdict.facts.computedRoot)).toBe(toHex(verdict.facts.signedRoot));
    }
  });

  it('of the only entry', async () => {
    const single = sampleLog(1);
    expect(verifyProof(await single.proof(0), single.vkey)).toMatchObject({ verified: true, facts: { pathLength: 0 } });
  });
});

describe('a proof that does not hold says at which step', async () => {
  const text = await log.proof(7);
  const proof = parseTlogProof(text);
  const withEntry = (extra: Uint8Array) => formatTlogProof({ ...proof, extra });
  const { extra: _, ...bare } = proof;

  it.each([
    ['an unreadable key', text, 'nonsense', 'format', 'key-malformed'],
    ['an unreadable file', 'nonsense', log.vkey, 'format', 'proof-malformed'],
    ['a key that did not sign', text, other.vkey, 'signature', 'note-key-unknown'],
    [
      'a checkpoint for another size',
      text.replace('\n300\n', '\n301\n'),
      log.vkey,
      'signature',
      'note-signature-invalid',
    ],
    ['no entry', formatTlogProof(bare), log.vkey, 'entry', 'entry-missing'],
    ['too large an entry', withEntry(new Uint8Array(65_536)), log.vkey, 'entry', 'entry-too-large'],
    ['an index past the tree', formatTlogProof({ ...proof, index: 300 }), log.vkey, 'entry', 'index-outside-tree'],
    ['another entry', withEntry(sampleEntry(8)), log.vkey, 'inclusion', 'root-mismatch'],
    ['another index', formatTlogProof({ ...proof, index: 8 }), log.vkey, 'inclusion', 'root-mismatch'],
    [
      'a shorter path',
      formatTlogProof({ ...proof, path: proof.path.slice(1) }),
      log.vkey,
      'inclusion',
      'root-mismatch',
    ],
  ] as const)('%s', (_, changed, vkey, failed, code) => {
    const passed = PROOF_STEPS.slice(0, PROOF_STEPS.indexOf(failed));
    expect(verifyProof(changed, vkey)).toMatchObject({ verified: false, failed, code, passed });
  });

  it('a log that is not the pinned one', () => {
    const verdict = verifyProof(text, log.vkey, { origin: 'example.org/another' });
    expect(verdict).toMatchObject({ verified: false, failed: 'root', code: 'origin-unexpected' });
  });

  it('any one flipped bit of the entry, of the path and of the signed checkpoint', () => {
    const flip = (bytes: Uint8Array, bit: number) =>
      bytes.map((byte, at) => (at === Math.floor(bit / 8) ? byte ^ (1 << (bit % 8)) : byte));
    const entry = proof.extra ?? new Uint8Array(0);
    for (let bit = 0; bit < entry.length * 8; bit++) {
      expect(verifyProof(withEntry(flip(entry, bit)), log.vkey)).toMatchObject({ failed: 'inclusion' });
    }
    // Strides without a factor of 8 visit every bit position of a byte; merkle.test.ts flips every bit of a path.
    for (const [at, hash] of proof.path.entries()) {
      for (let bit = 0; bit < 256; bit += 37) {
        const path = proof.path.map((kept, which) => (which === at ? flip(hash, bit) : kept));
        expect(verifyProof(formatTlogProof({ ...proof, path }), log.vkey)).toMatchObject({ failed: 'inclusion' });
      }
    }
    const note = new TextEncoder().encode(proof.checkpoint);
    for (let bit = 0; bit < note.length * 8; bit += 13) {
      const checkpoint = new TextDecoder().decode(flip(note, bit));
      expect(verifyProof(formatTlogProof({ ...proof, checkpoint }), log.vkey).verified).toBe(false);
    }
  });
});

it('takes base64 only in its one canonical form', () => {
  expect(decodeBase64('AQI=')).toEqual(Uint8Array.of(1, 2));
  for (const text of ['AQI', 'AQJ=', 'AQ I=', 'AQI=\n', 'AQ==AQ==', 'A', '-_-_']) {
    expect(decodeBase64(text)).toBeUndefined();
  }
  const long = new Uint8Array(70_000).map((_, at) => at % 251);
  expect(decodeBase64(encodeBase64(long))).toEqual(long);
});
