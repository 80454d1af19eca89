import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { Clock } from '../ports.ts';
import { LedgerError } from './ledger-error.ts';

const SQLITE_BUSY = 5;

export interface WriterLock {
  release(): void;
}

/**
 * One writer per ledger folder. The lock is one of the kernel's on the file `lock`, reached through SQLite because Node has no
 * call for it: it ends with the process however that ends, so none can be stale, and it holds between containers, where process
 * numbers mean nothing. The file `writer` only tells a person who holds it.
 * Throws `ledger-locked`, `ledger-lock-unavailable`.
 */
export async function lockForWriting(folder: string, clock: Clock): Promise<WriterLock> {
  const writer = join(folder, 'writer');
  let database: DatabaseSync | undefined;
  try {
    database = new DatabaseSync(join(folder, 'lock'), { timeout: 0 });
    database.exec('PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE');
  } catch (error) {
    database?.close();
    if (error instanceof Error && 'errcode' in error && error.errcode === SQLITE_BUSY) {
      const holder = (await readFile(writer, 'utf8').catch(() => '')).trim() || 'another process';
      throw new LedgerError('ledger-locked', `the ledger in ${folder} is being written by ${holder}`, { cause: error });
    }
    const reason = error instanceof Error ? error.message : String(error);
    throw new LedgerError('ledger-lock-unavailable', `the ledger in ${folder} cannot be locked (${reason})`, {
      cause: error,
    });
  }
  const held = database;
  try {
    await writeFile(writer, `process ${process.pid} since ${clock.now().toISOString()}\n`);
  } catch (error) {
    held.close();
    throw error;
  }
  return { release: () => held.close() };
}
