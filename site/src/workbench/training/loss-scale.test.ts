import { expect, it } from 'vitest';
import { scaleOf, ticks } from './loss-scale.ts';

const frame = { left: 40, right: 440, top: 10, bottom: 210 };
const point = (step: number, loss: number) =>
  ({ stage: 'train', step, steps: 100, seconds: 1, tokens: 1, loss, tokensPerSecond: 1 }) as const;

it('draws the first step at the left, the last at the right, and less loss lower', () => {
  const scale = scaleOf([point(0, 8.3), point(200, 4.1)], [], frame);
  expect([scale.x(0), scale.x(200)]).toEqual([40, 440]);
  expect(scale.y(4)).toBe(210);
  expect(scale.y(9)).toBe(10);
});

it('makes room for held-out loss above the loss of the text that is read', () => {
  const scale = scaleOf([point(10, 3.2)], [{ stage: 'train', step: 10, losses: { en: 6.5 } }], frame);
  expect(scale.y(6.5)).toBeGreaterThanOrEqual(frame.top);
});

it.each([
  [0, 200, [0, 50, 100, 150, 200]],
  [3, 5, [3, 3.5, 4, 4.5, 5]],
  [0, 1, [0, 0.2, 0.4, 0.6, 0.8, 1]],
])('finds round numbers from %d to %d', (from, to, expected) => {
  expect(ticks(from, to)).toEqual(expected);
});

it('stays drawable with a single step whose loss is a whole number', () => {
  const scale = scaleOf([point(0, 8)], [], frame);
  expect(Number.isFinite(scale.y(8)) && Number.isFinite(scale.x(0))).toBe(true);
});
