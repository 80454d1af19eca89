/**
 * What can go wrong with a ledger on disk. Codes are stable; `todo` says what a person can do.
 *
 * | code | means |
 * |---|---|
 * | `ledger-locked` | another process writes this ledger |
 * | `ledger-lock-unavailable` | the file system gives no locks |
 * | `ledger-corrupt` | a file was changed, or is missing; nothing was repaired |
 * | `ledger-rolled-back` | entries that a checkpoint covers are gone |
 * | `ledger-key-missing` | there are entries, but no key to sign with |
 * | `ledger-origin-invalid`, `ledger-origin-mismatch` | the origin cannot be used, or is not this ledger's |
 * | `ledger-entry-too-large` | an entry has more than 65,535 bytes |
 * | `ledger-no-such-entry` | the index is not below the size |
 * | `ledger-disk-full` | nothing was recorded; the ledger goes on when there is room |
 * | `ledger-failed` | the disk refused to confirm a write; the ledger records nothing more until it is opened again |
 * | `ledger-closed` | it was closed |
 */
export type LedgerCode =
  | 'ledger-locked'
  | 'ledger-lock-unavailable'
  | 'ledger-corrupt'
  | 'ledger-rolled-back'
  | 'ledger-key-missing'
  | 'ledger-origin-invalid'
  | 'ledger-origin-mismatch'
  | 'ledger-entry-too-large'
  | 'ledger-no-such-entry'
  | 'ledger-disk-full'
  | 'ledger-failed'
  | 'ledger-closed';

const TODO: Record<LedgerCode, string> = {
  'ledger-locked': 'End the other process, or wait until it has ended.',
  'ledger-lock-unavailable': 'Put TERROIR_DATA on a local file system.',
  'ledger-corrupt': 'Keep the folder as it is for examination, and restore it from a backup.',
  'ledger-rolled-back': 'Keep the folder as it is for examination, and restore a newer backup.',
  'ledger-key-missing': 'Put the file "key" back from a backup.',
  'ledger-origin-invalid': 'Use an origin without white space and without +, such as example.org/m/abc.',
  'ledger-origin-mismatch': 'Open this folder with the origin that it was made with.',
  'ledger-entry-too-large': 'Record a digest of the data instead of the data.',
  'ledger-no-such-entry': 'Ask for an index below the size of the ledger.',
  'ledger-disk-full': 'Make room on the disk; recording goes on by itself.',
  'ledger-failed': 'Look at the disk (system log), then start the process again.',
  'ledger-closed': 'Open the ledger again.',
};

export class LedgerError extends Error {
  override readonly name = 'LedgerError';
  readonly code: LedgerCode;
  readonly todo: string;

  constructor(code: LedgerCode, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.code = code;
    this.todo = TODO[code];
  }
}

/** The errno name of a failed system call (`ENOENT` …), else undefined. */
export function errno(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}

const FULL = new Set(['ENOSPC', 'EDQUOT', 'EFBIG']);

export function writeFailure(error: unknown, what: string): LedgerError {
  if (error instanceof LedgerError) return error;
  const reason = error instanceof Error ? error.message : String(error);
  return FULL.has(errno(error) ?? '')
    ? new LedgerError('ledger-disk-full', `no room to write ${what} (${reason})`, { cause: error })
    : new LedgerError('ledger-failed', `could not write ${what} (${reason})`, { cause: error });
}
