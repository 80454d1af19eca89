import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { type ExclusiveLock, takeExclusiveLock } from '../exclusive-lock.ts';
import { pullInProgress } from './model-errors.ts';
import type { ModelFolder } from './model-folder.ts';

/** Longer than anybody looks whether it is held. */
const WAIT_MS = 250;

/**
 * Keeps others from pulling or removing this content until the lock is released.
 * @param id of the model, for the refusal
 * @throws {CodedError} `pull-in-progress`
 */
export function lockContent(folder: ModelFolder, sha256: string, id: string): ExclusiveLock {
  const path = folder.lock(sha256);
  mkdirSync(dirname(path), { recursive: true });
  const lock = takeExclusiveLock(path, { waitMs: WAIT_MS });
  if (lock === undefined) throw pullInProgress(id);
  return lock;
}
