import { OpenAiError } from './openai-error.ts';

/** A place to work in, until it is given back. */
export interface Lease<T> {
  readonly slot: T;
  release(): void;
}

interface Waiting<T> {
  readonly choose: (free: readonly T[]) => T;
  readonly take: (lease: Lease<T>) => void;
}

/**
 * A fixed number of places and a queue before them, first come, first served. What is asked beyond the queue is refused
 * at once, so that an overloaded machine says so instead of letting everybody time out.
 */
export class Slots<T> {
  readonly #free: T[];
  readonly #waiting: Waiting<T>[] = [];
  readonly #queueLength: number;
  readonly size: number;

  constructor(slots: readonly T[], queueLength: number) {
    this.#free = [...slots];
    this.#queueLength = queueLength;
    this.size = slots.length;
  }

  /** How many places are free now. */
  get free(): number {
    return this.#free.length;
  }

  /**
   * Resolves when a place is free; `choose` picks among the free ones.
   * @throws {OpenAiError} 503 when the queue is full; the signal's reason when it aborts first
   */
  async acquire(choose: (free: readonly T[]) => T | undefined, signal: AbortSignal): Promise<Lease<T>> {
    signal.throwIfAborted();
    const pick = (free: readonly T[]) => {
      const chosen = choose(free) ?? free[0];
      if (chosen === undefined) throw new Error('no free place to choose from');
      return chosen;
    };
    if (this.#free.length > 0) return this.#lease(pick(this.#free));
    if (this.#waiting.length >= this.#queueLength) {
      throw new OpenAiError(
        503,
        'overloaded',
        `This model is answering ${this.size} requests and ${this.#waiting.length} more are waiting. Try again in a moment.`,
      );
    }
    return await new Promise<Lease<T>>((resolve, reject) => {
      const place: Waiting<T> = {
        choose: pick,
        take: (lease) => {
          signal.removeEventListener('abort', leave);
          resolve(lease);
        },
      };
      const leave = () => {
        const at = this.#waiting.indexOf(place);
        if (at >= 0) this.#waiting.splice(at, 1);
        reject(signal.reason);
      };
      signal.addEventListener('abort', leave, { once: true });
      this.#waiting.push(place);
    });
  }

  #lease(slot: T): Lease<T> {
    this.#free.splice(this.#free.indexOf(slot), 1);
    let released = false;
    return {
      slot,
      release: () => {
        if (released) return;
        released = true;
        this.#free.push(slot);
        const next = this.#waiting.shift();
        if (next) next.take(this.#lease(next.choose(this.#free)));
      },
    };
  }
}
