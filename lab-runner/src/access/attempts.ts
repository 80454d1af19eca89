import type { Clock } from '../ports.ts';

const MOST_FAILURES = 5;
const WINDOW_MS = 60_000;
/** Addresses remembered at most; beyond, the oldest are forgotten, so that a flood cannot fill the memory. */
const MOST_ADDRESSES = 10_000;

/** Counts failed sign-ins per address, so that a passphrase cannot be tried out: five wrong ones, then a minute's rest. */
export class Attempts {
  readonly #clock: Clock;
  readonly #failures = new Map<string, { count: number; since: number }>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Seconds to wait before this address may try again; 0: it may now. */
  waitSeconds(address: string): number {
    const failed = this.#failures.get(address);
    if (!failed) return 0;
    const left = failed.since + WINDOW_MS - this.#clock.now().getTime();
    if (left <= 0) {
      this.#failures.delete(address);
      return 0;
    }
    return failed.count >= MOST_FAILURES ? Math.ceil(left / 1000) : 0;
  }

  failed(address: string): void {
    const before = this.#failures.get(address);
    this.#failures.delete(address);
    this.#failures.set(address, { count: (before?.count ?? 0) + 1, since: this.#clock.now().getTime() });
    const [oldest] = this.#failures.keys();
    if (this.#failures.size > MOST_ADDRESSES && oldest !== undefined) this.#failures.delete(oldest);
  }

  succeeded(address: string): void {
    this.#failures.delete(address);
  }
}
