import { bytes } from '../models/byte-size.ts';

/** Turns counts of bytes into "42 % · 105 MB of 250 MB · 12 MB/s · 30 s left". One for each transfer; time in milliseconds. */
export function progressText(label: string, now: () => number): (done: number, total: number) => string {
  const begun = now();
  let first: number | undefined;
  return (done, total) => {
    // What was there before we began says nothing about the speed.
    first ??= done;
    const seconds = (now() - begun) / 1000;
    const speed = seconds < 1 ? 0 : (done - first) / seconds;
    const rest = speed > 0 ? ` · ${bytes(speed)}/s · ${duration((total - done) / speed)} left` : '';
    return `${label}  ${Math.floor((done / total) * 100)} % · ${bytes(done)} of ${bytes(total)}${rest}`;
  };
}

/** Seconds for people. */
export function duration(seconds: number): string {
  if (seconds < 90) return `${Math.ceil(seconds)} s`;
  if (seconds < 5400) return `${Math.round(seconds / 60)} min`;
  return `${(seconds / 3600).toFixed(1)} h`;
}
