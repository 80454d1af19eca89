import { expect, it } from 'vitest';
import { shuffled } from './shuffle.ts';

const items = ['a', 'b', 'c', 'd'];
const seeds = Array.from({ length: 200 }, (_, index) => `question-${index}`);

it('keeps every item, and never the order given', () => {
  for (const seed of seeds) {
    const mixed = shuffled(items, seed);
    expect([...mixed].sort()).toEqual(items);
    expect(mixed).not.toEqual(items);
  }
});

it('gives the same order for the same seed, and different ones for different seeds', () => {
  expect(shuffled(items, 'x')).toEqual(shuffled(items, 'x'));
  expect(new Set(seeds.map((seed) => shuffled(items, seed).join(''))).size).toBeGreaterThan(10);
});

it('leaves what cannot be shuffled', () => {
  expect(shuffled([], 'x')).toEqual([]);
  expect(shuffled(['a'], 'x')).toEqual(['a']);
});
