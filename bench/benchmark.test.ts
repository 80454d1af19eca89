import { expect, test } from 'vitest';
import { holds, median, percentile } from './benchmark.ts';

test('percentiles are samples, by nearest rank', () => {
  const samples = [15, 20, 35, 40, 50];
  expect([0, 0.3, 0.4, 0.5, 1].map((share) => percentile(samples, share))).toEqual([15, 20, 20, 35, 50]);
  expect([median([3, 1, 2]), median([4, 1, 2, 3]), median([5])]).toEqual([2, 2.5, 5]);
  expect(percentile([], 0.5)).toBeNaN();
});

test('a figure holds below its limit, or at least at it', () => {
  const figure = (value: number, kind: 'below' | 'at least') => ({
    name: 'x',
    unit: 'ms',
    value,
    limit: { kind, value: 4 },
  });
  expect([3.9, 4].map((value) => holds(figure(value, 'below')))).toEqual([true, false]);
  expect([3.9, 4].map((value) => holds(figure(value, 'at least')))).toEqual([false, true]);
  expect(holds(figure(Number.NaN, 'below'))).toBe(false);
  expect(holds({ name: 'x', unit: 'ms', value: 9 })).toBe(true);
});
