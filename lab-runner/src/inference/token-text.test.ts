import { describe, expect, it } from 'vitest';
import { TokenText } from './token-text.ts';

/** One token per byte: the worst case for characters of several bytes. */
const ofBytes = (tokens: readonly number[]) => new TextDecoder().decode(Uint8Array.from(tokens));
const pieces = (bytes: readonly number[]) => {
  const text = new TokenText<number>(ofBytes);
  return [...bytes.map((byte) => text.add(byte)), text.end()];
};

describe('TokenText', () => {
  it('gives each character when its last byte is there', () => {
    expect(pieces([...Buffer.from('aé🌱')])).toEqual(['a', '', 'é', '', '', '', '🌱', '']);
  });

  it('gives the finished part of a token that ends inside a character', () => {
    const text = new TokenText<readonly number[]>((tokens) => ofBytes(tokens.flat()));
    const [c3, a9] = [...Buffer.from('é')] as [number, number];
    expect([text.add([97, c3]), text.add([a9, 98, c3]), text.add([a9])]).toEqual(['a', 'éb', 'é']);
  });

  it('gives U+FFFD for bytes that no later byte can make a character', () => {
    expect(pieces([0xff, 0xff, 97]).join('')).toBe('\uFFFD\uFFFDa');
  });

  it('ends an unfinished character with U+FFFD', () => {
    expect(pieces([97, 0xf0, 0x9f])).toEqual(['a', '', '', '\uFFFD']);
  });

  it('shows the tokenizer what came before', () => {
    const seen: (readonly number[])[] = [];
    const text = new TokenText<number>(
      (tokens, before) => {
        seen.push(before);
        return ofBytes(tokens);
      },
      [1, 2, 3, 4, 5],
    );
    text.add(97);
    text.add(98);
    expect(seen).toEqual([
      [2, 3, 4, 5],
      [3, 4, 5, 97],
    ]);
  });
});
