/** One measured figure. `limit` is what it has to hold, where it has to hold something. */
export interface Figure {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  readonly limit?: { readonly kind: 'below' | 'at least'; readonly value: number };
}

/** What a benchmark found. `rounds` holds what each figure was computed from, in the order it was measured. */
export interface Findings {
  readonly figures: readonly Figure[];
  readonly rounds: readonly object[];
  /** Versions of what was measured beside ours. */
  readonly peers: Readonly<Record<string, string>>;
  /** What could not be measured, and why. */
  readonly notMeasured: readonly string[];
}

/** A benchmark says what it does as it goes, and ends all it started. */
export type Benchmark = (say: (line: string) => void, signal: AbortSignal) => Promise<Findings>;

export function holds({ value, limit }: Figure): boolean {
  if (limit === undefined) return true;
  return limit.kind === 'below' ? value < limit.value : value >= limit.value;
}

/** The value that `share` of the samples (0 to 1) do not exceed: nearest rank. NaN without samples. */
export function percentile(samples: readonly number[], share: number): number {
  const sorted = [...samples].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN;
}

/** The middle sample, or the mean of the two in the middle. NaN without samples. */
export function median(samples: readonly number[]): number {
  return (
    (percentile(samples, 0.5) -
      percentile(
        samples.map((sample) => -sample),
        0.5,
      )) /
    2
  );
}
