import { mkdir, stat } from 'node:fs/promises';
import type { Clock } from '../ports.ts';
import type { CatalogueEntry } from './catalogue.ts';
import { download, type Patience } from './download.ts';
import type { Hub } from './hub-request.ts';
import { install } from './install.ts';
import { checksumMismatch, diskFull } from './model-errors.ts';
import type { ModelFolder } from './model-folder.ts';
import type { ModelRecord } from './model-record.ts';
import { PartialFile } from './partial-file.ts';
import { hashAndRemember, hashFile } from './verify-file.ts';

export interface PullPlace {
  readonly folder: ModelFolder;
  readonly hub: Hub;
  readonly clock: Clock;
  readonly patience: Patience;
  /** Bytes free for us on the disk of a folder. */
  readonly freeBytes: (folder: string) => Promise<number>;
}

/** Left free besides the model, for ledgers and records, which matter more. */
const RESERVE = 32 * 2 ** 20;

/** How much an earlier pull has left. Throws `disk-full` when the rest would not fit. */
export async function keptBytes(place: PullPlace, entry: CatalogueEntry): Promise<number> {
  const { root } = place.folder;
  await mkdir(root, { recursive: true });
  const kept = await new PartialFile(place.folder.partial(entry.file.sha256)).size();
  const missing = entry.file.sizeBytes - kept;
  const free = await place.freeBytes(root);
  if (missing + RESERVE > free) throw diskFull(root, missing + RESERVE, free);
  return kept;
}

/** Brings one catalogue entry from the hub, verifies it and installs it. The caller holds the lock. */
export async function pullFile(
  place: PullPlace,
  entry: CatalogueEntry,
  onProgress: (receivedBytes: number) => void,
  signal: AbortSignal,
): Promise<void> {
  const { folder, hub, clock, patience } = place;
  const { file } = entry;
  const partial = new PartialFile(folder.partial(file.sha256));
  const blob = folder.blob(file.sha256);
  if (await isSound(folder, blob, file.sha256, signal)) {
    await install(folder, blob, recordOf(entry, clock.now()));
    return;
  }
  await download({ hub, file, partial, clock, stallMs: patience.stallMs, onProgress, signal }, patience);
  const found = await hashFile(partial.path, signal);
  if (found !== file.sha256) {
    await partial.discard();
    throw checksumMismatch(file.path, file.sha256, found);
  }
  await install(folder, partial.path, recordOf(entry, clock.now()));
  await partial.forgetTag();
}

/** The content may be here under another id, or from a pull that ended between its last two steps. */
async function isSound(folder: ModelFolder, blob: string, sha256: string, signal: AbortSignal): Promise<boolean> {
  const there = await stat(blob).catch(() => undefined);
  if (there === undefined) return false;
  return (await hashAndRemember(folder.verdict(sha256), blob, signal)) === sha256;
}

const recordOf = ({ file, ...facts }: CatalogueEntry, at: Date): ModelRecord => ({
  ...facts,
  sizeBytes: file.sizeBytes,
  sha256: file.sha256,
  installedAt: at.toISOString(),
});
