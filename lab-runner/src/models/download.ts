import { setTimeout as pause } from 'node:timers/promises';
import { Interrupted } from './hub-answer.ts';
import { receive, type Transfer } from './receive.ts';

/** How long to bear with a bad connection. */
export interface Patience {
  /** Silence after which a connection counts as cut. */
  readonly stallMs: number;
  /** Attempts in a row that bring nothing new. */
  readonly attempts: number;
  /** Pause after the first such attempt; doubles with each. */
  readonly firstPauseMs: number;
  /** Longest pause, also when the hub asks for a longer one: then the pull ends, and says until when. */
  readonly longestPauseMs: number;
}

export const PATIENCE: Patience = { stallMs: 30_000, attempts: 6, firstPauseMs: 500, longestPauseMs: 60_000 };

/**
 * Receives the whole file into its partial file, over as many connections as it takes. Does not verify.
 * Throws coded errors; what was received stays for the next time, unless the hub said that it is of another file.
 */
export async function download(transfer: Transfer, patience: Patience): Promise<void> {
  const { partial, file, signal } = transfer;
  let fruitless = 0;
  if ((await partial.size()) > file.sizeBytes) await partial.discard();
  let most = await partial.size();
  for (;;) {
    signal.throwIfAborted();
    if ((await partial.size()) === file.sizeBytes) return;
    try {
      await receive(transfer);
    } catch (error) {
      if (!(error instanceof Interrupted)) throw error;
      const now = await partial.size();
      fruitless = now > most ? 0 : fruitless + 1;
      most = Math.max(most, now);
      const wait = error.retryAfterMs ?? Math.min(patience.firstPauseMs * 2 ** fruitless, patience.longestPauseMs);
      if (fruitless >= patience.attempts || wait > patience.longestPauseMs) throw error.coded;
      await pause(wait, undefined, { signal });
    }
  }
}
