import { expect, it } from 'vitest';
import { thin } from './thin.ts';

const range = (length: number) => Array.from({ length }, (_, index) => index);
const self = (value: number) => value;

it('leaves few points as they are', () => {
  expect(thin([], 3, self)).toEqual([]);
  expect(thin([4, 9], 3, self)).toEqual([4, 9]);
});

it.each([10, 11, 100, 9999])('makes at most ten of %i, with the first and the last', (count) => {
  const thinned = thin(range(count), 10, self);
  expect(thinned.length).toBeLessThanOrEqual(10);
  expect(thinned.length).toBeGreaterThan(7);
  expect([thinned[0], thinned.at(-1)]).toEqual([0, count - 1]);
});

it('stays even when it is done again and again while points come', () => {
  let points: number[] = [];
  for (const value of range(100_000)) {
    points.push(value);
    if (points.length > 200) points = thin(points, 100, self);
  }
  const gaps = points.slice(1).map((value, index) => value - (points[index] ?? 0));
  expect(Math.max(...gaps)).toBeLessThan(5000);
});
