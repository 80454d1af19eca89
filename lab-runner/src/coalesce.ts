/**
 * Turns a burst of calls into few: after the first call `act` runs once, `delayMs` later, and whatever came in between is
 * covered by that run. At most one run is waiting. `cancel` drops the waiting one.
 */
export function coalesce(delayMs: number, act: () => void): { (): void; cancel(): void } {
  let timer: NodeJS.Timeout | undefined;
  const call = () => {
    timer ??= setTimeout(() => {
      timer = undefined;
      act();
    }, delayMs).unref();
  };
  call.cancel = () => {
    clearTimeout(timer);
    timer = undefined;
  };
  return call;
}
