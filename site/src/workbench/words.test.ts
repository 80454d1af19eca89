import { expect, it } from 'vitest';
import { fill, formatBytes } from './words.ts';

it('fills names and leaves an unknown one visible', () => {
  expect(fill('{done} of {all}, {gone}', { done: 1, all: 7 })).toBe('1 of 7, {gone}');
});

it('writes sizes as the language does', () => {
  expect(formatBytes(6_300_000, 'en')).toBe('6.3 MB');
  expect(formatBytes(6_300_000, 'fr').replace(/\s/u, ' ')).toBe('6,3 Mo');
  expect(formatBytes(0, 'en')).toBe('0 byte');
});
