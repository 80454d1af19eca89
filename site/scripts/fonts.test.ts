import { expect, it } from 'vitest';
import { unicodeRange } from './fonts.ts';

it('joins neighbours, drops doubles and sorts', () => {
  expect(unicodeRange('cabAé b')).toBe('U+20, U+41, U+61-63, U+E9');
});

it('knows signs beyond 16 bits', () => {
  expect(unicodeRange('🌱')).toBe('U+1F331');
});
