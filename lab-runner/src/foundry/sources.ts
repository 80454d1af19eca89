import { mkdir, open, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { syncFolder } from '../durable-file.ts';
import { tell } from './change.ts';
import type { Foundry } from './foundry.ts';
import {
  sourceNameInvalid,
  sourceNotFound,
  sourceTooLarge,
  trainingNotEditable,
  trainingNotFound,
} from './foundry-errors.ts';
import type { LiveTraining } from './live-training.ts';
import { mayChangeSources } from './training.ts';

export const MOST_SOURCE_BYTES = 512 * 2 ** 20;
const LONGEST_NAME_BYTES = 200;

/**
 * Keeps a file of the learner's, replacing one of the same name. It is there whole or not at all.
 * @param sizeBytes how long the stream will be, where its sender says so
 * @throws {CodedError} `source-name-invalid`, `source-too-large`, `training-not-editable`
 */
export async function addSource(
  foundry: Foundry,
  live: LiveTraining,
  name: string,
  from: AsyncIterable<Uint8Array>,
  { sizeBytes = 0, most = MOST_SOURCE_BYTES }: { readonly sizeBytes?: number; readonly most?: number } = {},
): Promise<void> {
  const plain = plainName(name);
  refuseUnlessEditable(live);
  if (sizeBytes > most) throw sourceTooLarge(most);
  await mkdir(live.incomingFolder, { recursive: true, mode: 0o700 });
  const arriving = join(live.incomingFolder, foundry.ids.next());
  try {
    await write(arriving, from, most);
    // While it arrived, the training may have been started or removed.
    if (live.gone) throw trainingNotFound(live.id);
    refuseUnlessEditable(live);
    await mkdir(live.sourceFolder, { recursive: true, mode: 0o700 });
    await rename(arriving, join(live.sourceFolder, plain));
    await syncFolder(live.sourceFolder);
  } finally {
    await rm(arriving, { force: true });
  }
  await live.readSources();
  await tell(foundry, live);
}

/** @throws {CodedError} `source-name-invalid`, `source-not-found`, `training-not-editable` */
export async function removeSource(foundry: Foundry, live: LiveTraining, name: string): Promise<void> {
  const plain = plainName(name);
  if (!live.sources.some((source) => source.name === plain)) throw sourceNotFound(plain);
  refuseUnlessEditable(live);
  await rm(join(live.sourceFolder, plain), { force: true });
  await live.readSources();
  await tell(foundry, live);
}

async function write(path: string, from: AsyncIterable<Uint8Array>, most: number): Promise<void> {
  const file = await open(path, 'wx', 0o600);
  try {
    let size = 0;
    for await (const chunk of from) {
      size += chunk.length;
      if (size > most) throw sourceTooLarge(most);
      await file.writeFile(chunk);
    }
    await file.sync();
  } finally {
    await file.close();
  }
}

/** The one spelling of a name; the same letters may come composed or not (UAX #15), as macOS sends them. */
function plainName(name: string): string {
  const plain = name.normalize('NFC');
  const fits = Buffer.byteLength(plain) <= LONGEST_NAME_BYTES;
  if (!fits || plain === '' || /[\p{Cc}\p{Cs}/\\]/u.test(plain) || plain.startsWith('.') || plain.trim() !== plain) {
    throw sourceNameInvalid(name);
  }
  return plain;
}

function refuseUnlessEditable({ training, progress }: LiveTraining): void {
  if (!mayChangeSources(training, progress.isDone('collect'))) throw trainingNotEditable(training.state);
}
