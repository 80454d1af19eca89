import { expect, it } from 'vitest';
import { encodeBase64 } from './base64.ts';
import { formatTlogProof, parseTlogProof } from './tlog-proof.ts';

const HASH = new Uint8Array(32).fill(5);
const HASH_LINE = encodeBase64(HASH);

it.each([
  ['with extra data', { extra: Uint8Array.of(1, 2), index: 10, path: [HASH] }, `extra AQI=\nindex 10\n${HASH_LINE}\n`],
  ['without extra data', { index: 5, path: [HASH, HASH] }, `index 5\n${HASH_LINE}\n${HASH_LINE}\n`],
  ['of the only entry', { index: 0, path: [] }, 'index 0\n'],
  ['of an empty entry', { extra: new Uint8Array(0), index: 0, path: [] }, 'extra \nindex 0\n'],
])('writes and reads a proof %s', (_, fields, lines) => {
  const proof = { ...fields, checkpoint: 'checkpoint\n\n— signature\n' };
  const text = `c2sp.org/tlog-proof@v1\n${lines}\ncheckpoint\n\n— signature\n`;
  expect(formatTlogProof(proof)).toBe(text);
  expect(parseTlogProof(text)).toEqual(proof);
});

it.each([
  ['nothing', ''],
  ['another version', 'c2sp.org/tlog-proof@v2\nindex 0\n\ncheckpoint\n'],
  ['no index', 'c2sp.org/tlog-proof@v1\n\ncheckpoint\n'],
  ['an index that is no number', 'c2sp.org/tlog-proof@v1\nindex one\n\ncheckpoint\n'],
  ['an index with a leading zero', 'c2sp.org/tlog-proof@v1\nindex 01\n\ncheckpoint\n'],
  ['extra data that is not base64', 'c2sp.org/tlog-proof@v1\nextra !!\nindex 0\n\ncheckpoint\n'],
  ['extra data after the index', 'c2sp.org/tlog-proof@v1\nindex 0\nextra AQI=\n\ncheckpoint\n'],
  ['a short hash', 'c2sp.org/tlog-proof@v1\nindex 0\nAQI=\n\ncheckpoint\n'],
  ['no empty line', 'c2sp.org/tlog-proof@v1\nindex 0\ncheckpoint\n'],
  [
    'a path longer than any tree is high',
    `c2sp.org/tlog-proof@v1\nindex 0\n${`${HASH_LINE}\n`.repeat(54)}\ncheckpoint\n`,
  ],
  ['changed line endings', `c2sp.org/tlog-proof@v1\r\nindex 0\r\n\r\ncheckpoint\r\n`],
])('refuses %s', (_, text) => {
  expect(() => parseTlogProof(text)).toThrow(expect.objectContaining({ code: 'proof-malformed' }));
});
