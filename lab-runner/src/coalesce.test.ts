import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { coalesce } from './coalesce.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

it('runs once for a burst, and again for the next', () => {
  const act = vi.fn();
  const call = coalesce(100, act);
  call();
  vi.advanceTimersByTime(60);
  call();
  expect(act).not.toHaveBeenCalled();
  vi.advanceTimersByTime(40);
  expect(act).toHaveBeenCalledTimes(1);
  call();
  vi.advanceTimersByTime(100);
  expect(act).toHaveBeenCalledTimes(2);
});

it('is not put off for ever by calls that keep coming', () => {
  const act = vi.fn();
  const call = coalesce(100, act);
  for (let i = 0; i < 50; i += 1) {
    call();
    vi.advanceTimersByTime(10);
  }
  expect(act.mock.calls.length).toBeGreaterThanOrEqual(4);
});

it('drops the waiting run when cancelled', () => {
  const act = vi.fn();
  const call = coalesce(100, act);
  call();
  call.cancel();
  vi.advanceTimersByTime(1000);
  expect(act).not.toHaveBeenCalled();
});
