/** Aborts `signal` when nothing was heard for `ms`, or when the outer signal aborts. */
export function stallGuard(ms: number, outer: AbortSignal) {
  const stalled = new AbortController();
  const timer = setTimeout(() => stalled.abort(new Error(`nothing came for ${Math.round(ms / 1000)} seconds`)), ms);
  return {
    signal: AbortSignal.any([stalled.signal, outer]),
    heard: () => timer.refresh(),
    end: () => clearTimeout(timer),
  };
}
