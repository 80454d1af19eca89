import { readFileSync, rmSync } from 'node:fs';
import { mkdir, open, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CodedError } from './coded-error.ts';
import { type ExclusiveLock, isExclusivelyLocked, takeExclusiveLock } from './exclusive-lock.ts';

/** TERROIR_DATA, held by this runner alone until it is released. */
export interface DataFolder {
  /** Leaves a note of where this runner answers, for who finds the folder held. */
  announce(url: string): Promise<void>;
  release(): void;
}

/** Enough that what a first start writes fits as well. */
const PROBE_BYTES = 256 * 1024;
/** Longer than anybody looks whether it is held. */
const WAIT_MS = 250;

const lockOf = (folder: string): string => join(folder, 'runner.lock');
const noteOf = (folder: string): string => join(folder, 'runner.json');

/**
 * Makes the folder if need be, finds out whether it can be written to, and takes it for this runner.
 * @throws {CodedError} `data-folder-unusable`, `disk-full`, `data-folder-in-use`
 */
export async function takeDataFolder(folder: string): Promise<DataFolder> {
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    await probe(join(folder, '.probe'));
  } catch (error) {
    throw unusable(folder, error);
  }
  const lock = takeLock(folder);
  const note = noteOf(folder);
  // Of one that crashed.
  rmSync(note, { force: true });
  return {
    async announce(url) {
      await writeFile(note, `${JSON.stringify({ pid: process.pid, url })}\n`, { mode: 0o600 });
    },
    release() {
      rmSync(note, { force: true });
      lock.release();
    },
  };
}

async function probe(file: string): Promise<void> {
  try {
    const handle = await open(file, 'w', 0o600);
    try {
      await handle.writeFile(Buffer.alloc(PROBE_BYTES, 1));
      await handle.sync();
    } finally {
      await handle.close();
    }
  } finally {
    await rm(file, { force: true });
  }
}

function takeLock(folder: string): ExclusiveLock {
  let lock: ExclusiveLock | undefined;
  try {
    lock = takeExclusiveLock(lockOf(folder), { waitMs: WAIT_MS });
  } catch (error) {
    throw unusable(folder, error);
  }
  if (lock) return lock;
  const holder = readAnnouncement(folder);
  throw new CodedError({
    status: 409,
    code: 'data-folder-in-use',
    detail: `Another Terroir${holder ? ` (process ${holder.pid}, at ${holder.url})` : ''} uses the data folder ${folder}.`,
    todo: 'Use that one, end it first, or set TERROIR_DATA to another folder.',
    field: 'TERROIR_DATA',
  });
}

/** Whether a runner has the folder now. */
export const isHeld = (folder: string): boolean => isExclusivelyLocked(lockOf(folder));

/** What the runner that has the folder, or had it last and crashed, says of itself; undefined: nothing, or nothing yet. */
export function readAnnouncement(folder: string): { readonly pid: number; readonly url: string } | undefined {
  try {
    const value: unknown = JSON.parse(readFileSync(noteOf(folder), 'utf8'));
    const { pid, url } = value as { pid?: unknown; url?: unknown };
    return typeof pid === 'number' && typeof url === 'string' ? { pid, url } : undefined;
  } catch {
    return undefined;
  }
}

function unusable(folder: string, cause: unknown): CodedError {
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
  if (code === 'ENOSPC' || code === 'EDQUOT') {
    return new CodedError({
      status: 507,
      code: 'disk-full',
      detail: `There is no space left for the data folder ${folder}.`,
      todo: 'Free some, or set TERROIR_DATA to a folder on another disk. Nothing was changed.',
      field: 'TERROIR_DATA',
      cause,
    });
  }
  return new CodedError({
    status: 500,
    code: 'data-folder-unusable',
    detail: `The data folder ${folder} cannot be written to${typeof code === 'string' ? ` (${code})` : ''}.`,
    todo: 'Give this user the right to write there, or set TERROIR_DATA to another folder.',
    field: 'TERROIR_DATA',
    cause,
  });
}
