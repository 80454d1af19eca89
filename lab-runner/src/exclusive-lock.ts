import { DatabaseSync } from 'node:sqlite';

export interface ExclusiveLock {
  release(): void;
}

/**
 * Takes a lock between processes that the kernel lets go when its holder ends, also by `kill -9`: none can be stale, and it holds
 * between containers, where process numbers mean nothing. Node has no call for one; SQLite's exclusive transaction on an
 * otherwise empty file is one. Nothing else may open that file: POSIX drops a process's locks when it closes any handle of it.
 * @param waitMs how long to try, in milliseconds, while somebody else holds it
 * @returns undefined when somebody else holds it
 * @throws {Error} when the file cannot be opened or locked, or is not one of these
 */
export function takeExclusiveLock(path: string, { waitMs = 0 } = {}): ExclusiveLock | undefined {
  const file = new DatabaseSync(path, { timeout: waitMs });
  try {
    // A journal in memory, so that nothing is left beside the lock.
    file.exec('PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE');
  } catch (error) {
    file.close();
    if (isBusy(error)) return undefined;
    throw error;
  }
  return { release: () => file.close() };
}

/** Whether anybody, this process too, holds the lock now. To look is to hold it for a moment: takers should wait a little. */
export function isExclusivelyLocked(path: string): boolean {
  let file: DatabaseSync | undefined;
  try {
    file = new DatabaseSync(path, { timeout: 0, readOnly: true });
    file.exec('SELECT 1 FROM sqlite_schema');
    return false;
  } catch (error) {
    return isBusy(error);
  } finally {
    file?.close();
  }
}

const SQLITE_BUSY = 5;

const isBusy = (error: unknown): boolean =>
  error instanceof Error && 'errcode' in error && error.errcode === SQLITE_BUSY;
