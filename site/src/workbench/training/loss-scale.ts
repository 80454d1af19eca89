import type { HeldPoint, LossPoint } from '@terroir/labs/contract/foundry-event.ts';

/** The stretch of drawing that the curve has, in the units of its viewBox. */
export interface Frame {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

export interface Scale {
  x(step: number): number;
  y(loss: number): number;
  readonly xTicks: readonly number[];
  readonly yTicks: readonly number[];
}

/** Linear in both directions. Loss starts at the round number below the least one, since only its fall is of interest. */
export function scaleOf(points: readonly LossPoint[], held: readonly HeldPoint[], frame: Frame): Scale {
  const losses = [...points.map(({ loss }) => loss), ...held.flatMap((point) => Object.values(point.losses))];
  const low = Math.floor(Math.min(...losses));
  const high = Math.max(low + 1, Math.ceil(Math.max(...losses)));
  const last = Math.max(1, ...points.map(({ step }) => step), ...held.map(({ step }) => step));
  return {
    x: (step) => frame.left + (step / last) * (frame.right - frame.left),
    y: (loss) => frame.bottom - ((loss - low) / (high - low)) * (frame.bottom - frame.top),
    xTicks: ticks(0, last),
    yTicks: ticks(low, high),
  };
}

/** Four to eight round numbers from `from` to `to`. */
export function ticks(from: number, to: number): number[] {
  const rough = (to - from) / 5;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((one) => (to - from) / one <= 8) ?? rough;
  const found: number[] = [];
  for (let at = Math.ceil(from / step); at * step <= to + step * 1e-9; at += 1)
    found.push(Number((at * step).toPrecision(12)));
  return found;
}
