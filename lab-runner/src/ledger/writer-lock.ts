import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type ExclusiveLock, takeExclusiveLock } from '../exclusive-lock.ts';
import type { Clock } from '../ports.ts';
import { LedgerError } from './ledger-error.ts';

/**
 * One writer per ledger folder. The lock is on the file `lock`; the file `writer` only tells a person who holds it.
 * Throws `ledger-locked`, `ledger-lock-unavailable`.
 */
export async function lockForWriting(folder: string, clock: Clock): Promise<ExclusiveLock> {
  const writer = join(folder, 'writer');
  const lock = take(folder);
  if (lock === undefined) {
    const holder = (await readFile(writer, 'utf8').catch(() => '')).trim() || 'another process';
    throw new LedgerError('ledger-locked', `the ledger in ${folder} is being written by ${holder}`);
  }
  try {
    await writeFile(writer, `process ${process.pid} since ${clock.now().toISOString()}\n`);
    return lock;
  } catch (error) {
    lock.release();
    throw error;
  }
}

function take(folder: string): ExclusiveLock | undefined {
  try {
    return takeExclusiveLock(join(folder, 'lock'));
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new LedgerError('ledger-lock-unavailable', `the ledger in ${folder} cannot be locked (${reason})`, { cause });
  }
}
