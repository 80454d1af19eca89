import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { type Static, Type } from 'typebox';
import { CodedError } from '../coded-error.ts';
import { ModelFacts, ModelOrigin, Sha256 } from './model-facts.ts';
import { readYaml } from './yaml-file.ts';

/**
 * A model that can be pulled: one file at a hub, pinned by SHA-256 and size. The revision may be a branch; the pin is what decides.
 */
export const CatalogueEntry = Type.Object(
  {
    ...ModelFacts.properties,
    licence: Type.Object({
      id: Type.String({ minLength: 1 }),
      open: Type.Boolean(),
      url: Type.String({ pattern: '^https://' }),
    }),
    origin: ModelOrigin,
    file: Type.Object({
      repo: Type.String({ pattern: '^[\\w.-]+/[\\w.-]+$' }),
      revision: Type.String({ pattern: '^[\\w.-]+$' }),
      path: Type.String({ pattern: '^[\\w-][\\w.-]*(/[\\w-][\\w.-]*)*$' }),
      sha256: Sha256,
      sizeBytes: Type.Integer({ minimum: 1 }),
    }),
  },
  { additionalProperties: false },
);
export type CatalogueEntry = Static<typeof CatalogueEntry>;

/** The catalogue that comes with the product. */
export const CATALOGUE = join(import.meta.dirname, 'catalogue');

/** Reads every `*.yaml` of the folder, smallest file first. Throws `model-file-invalid` when one is wrong. */
export async function readCatalogue(folder: string): Promise<readonly CatalogueEntry[]> {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.yaml'));
  const entries = await Promise.all(
    names.map(async (name) => {
      const entry = await readYaml(join(folder, name), CatalogueEntry);
      if (entry !== undefined && name === `${entry.id}.yaml`) return entry;
      throw new CodedError({
        status: 500,
        code: 'model-file-invalid',
        detail: `${join(folder, name)} can't be used: its id is "${entry?.id}".`,
        todo: 'Name the file after the id in it.',
        field: '/id',
      });
    }),
  );
  return entries.sort((one, other) => one.file.sizeBytes - other.file.sizeBytes);
}
