/**
 * How much may still be examined of one request. Counted in candidates and not in time, so that the same text always
 * gets the same verdict; what is left unexamined is reported as such and can be refused.
 */
export class Budget {
  #left: number;
  /** Candidates that need the telephone library, which costs tens of microseconds each. */
  #dear: number;
  exhausted = false;

  constructor(candidates = 200_000, dear = 5_000) {
    this.#left = candidates;
    this.#dear = dear;
  }

  take(): boolean {
    if (this.#left-- > 0) return true;
    this.exhausted = true;
    return false;
  }

  takeDear(): boolean {
    if (this.#dear-- > 0) return true;
    this.exhausted = true;
    return false;
  }
}
