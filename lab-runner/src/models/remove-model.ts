import { rm } from 'node:fs/promises';
import { contentOf, type Known } from './known-models.ts';
import { lockContent } from './lock-content.ts';
import { modelInUse, notInstalled, shippedStays } from './model-errors.ts';
import type { ModelFolder } from './model-folder.ts';
import { readRecords } from './model-record.ts';
import { PartialFile } from './partial-file.ts';

/**
 * Removes the record, then the content unless another id has the same; of a model that is not installed, what a pull has left.
 * Throws `model-shipped`, `pull-in-progress`, `model-in-use`, `model-not-installed`.
 */
export async function removeModel(
  folder: ModelFolder,
  known: Known,
  inUse: (id: string) => readonly string[],
): Promise<void> {
  if (known.from === 'shipped') throw shippedStays(known.model.id);
  const { id } = known.model;
  const { path, sha256 } = contentOf(folder, known);
  const lock = lockContent(folder, sha256, id);
  try {
    const users = inUse(id);
    if (users.length > 0) throw modelInUse(id, users);
    const partial = new PartialFile(folder.partial(sha256));
    if (known.from === 'catalogue') {
      if ((await partial.size()) === 0) throw notInstalled(id);
    } else {
      await rm(folder.record(id), { force: true });
      const others = (await readRecords(folder)).records;
      if (!others.some((record) => record.sha256 === sha256)) {
        await rm(path, { force: true });
        await rm(folder.verdict(sha256), { force: true });
      }
    }
    await partial.discard();
  } finally {
    lock.release();
  }
}
