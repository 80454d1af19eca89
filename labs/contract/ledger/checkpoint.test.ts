import { expect, it } from 'vitest';
import { encodeBase64 } from './base64.ts';
import { formatCheckpoint, parseCheckpoint } from './checkpoint.ts';
import { parseNote } from './signed-note.ts';

/** The example of the C2SP tlog-checkpoint specification. */
const NOTE = `example.com/behind-the-sofa
20852163
CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=

— example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=
`;

it('reads and writes the example of the specification', () => {
  const { text } = parseNote(NOTE);
  const checkpoint = parseCheckpoint(text);
  expect(checkpoint).toMatchObject({ origin: 'example.com/behind-the-sofa', size: 20852163, extensions: [] });
  expect(encodeBase64(checkpoint.root)).toBe('CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=');
  expect(formatCheckpoint(checkpoint)).toBe(text);
});

it('keeps extension lines, and an empty tree', () => {
  const text = 'example.org/log\n0\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\none\ntwo\n';
  expect(parseCheckpoint(text)).toMatchObject({ size: 0, extensions: ['one', 'two'] });
  expect(formatCheckpoint(parseCheckpoint(text))).toBe(text);
});

const ROOT = 'CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=';
it.each([
  ['no origin', `\n1\n${ROOT}\n`],
  ['a leading zero', `o\n01\n${ROOT}\n`],
  ['a sign', `o\n+1\n${ROOT}\n`],
  ['a negative size', `o\n-1\n${ROOT}\n`],
  ['a size past 2^53', `o\n9007199254740992\n${ROOT}\n`],
  ['a hexadecimal size', `o\n0x10\n${ROOT}\n`],
  ['a short root', 'o\n1\nCsUYapGGPo4=\n'],
  ['a root with stray bits', `o\n1\n${ROOT.replace('2I=', '2J=')}\n`],
  ['two lines', 'o\n1\n'],
  ['an empty extension line', `o\n1\n${ROOT}\n\n`],
  ['no newline at the end', `o\n1\n${ROOT}`],
])('refuses %s', (_, text) => {
  expect(() => parseCheckpoint(text)).toThrow(expect.objectContaining({ code: 'checkpoint-malformed' }));
});
