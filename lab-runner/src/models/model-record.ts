import { type Static, Type } from 'typebox';
import { ModelFacts, ModelOrigin, Sha256 } from './model-facts.ts';
import type { ModelFolder } from './model-folder.ts';
import { readYaml, writeYaml } from './yaml-file.ts';

/** What is kept of an installed model, in `<id>.yaml`. Its content is the blob with that SHA-256. */
export const ModelRecord = Type.Object({
  ...ModelFacts.properties,
  origin: ModelOrigin,
  sizeBytes: Type.Integer({ minimum: 1 }),
  sha256: Sha256,
  installedAt: Type.String({ minLength: 1 }),
  /** The model card, Markdown. */
  card: Type.Optional(Type.String()),
});
export type ModelRecord = Static<typeof ModelRecord>;

export const writeRecord = (folder: ModelFolder, record: ModelRecord) => writeYaml(folder.record(record.id), record);

/** All that can be read; a file that can't is in `unreadable` with the reason, and hides no other model. */
export async function readRecords(
  folder: ModelFolder,
): Promise<{ records: readonly ModelRecord[]; unreadable: readonly Error[] }> {
  const unreadable: Error[] = [];
  const records: ModelRecord[] = [];
  for (const id of [...(await folder.ids())].sort()) {
    try {
      const record = await readYaml(folder.record(id), ModelRecord);
      if (record !== undefined) records.push(record);
    } catch (error) {
      unreadable.push(error instanceof Error ? error : new Error(String(error)));
    }
  }
  return { records, unreadable };
}
