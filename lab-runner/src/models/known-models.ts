import type { CatalogueEntry } from './catalogue.ts';
import { notFound } from './model-errors.ts';
import type { ModelFolder } from './model-folder.ts';
import { type ModelRecord, readRecords } from './model-record.ts';
import type { ShippedModel } from './shipped-model.ts';

/** A model as one of the three places knows it. */
export type Known =
  | { readonly from: 'shipped'; readonly model: ShippedModel }
  | { readonly from: 'installed'; readonly model: ModelRecord }
  | { readonly from: 'catalogue'; readonly model: CatalogueEntry };

export interface KnownModels {
  readonly catalogue: readonly CatalogueEntry[];
  /** By id; read anew each time, as another process may have changed the folder. What is here comes before what could be. */
  all(): Promise<ReadonlyMap<string, Known>>;
  /** Throws `model-not-found`. */
  find(id: string): Promise<Known>;
}

export function knownModels(
  folder: ModelFolder,
  shipped: readonly ShippedModel[],
  catalogue: readonly CatalogueEntry[],
): KnownModels {
  const all = async () => {
    const known = new Map<string, Known>();
    const add = (one: Known) => {
      if (!known.has(one.model.id)) known.set(one.model.id, one);
    };
    for (const model of shipped) add({ from: 'shipped', model });
    for (const model of (await readRecords(folder)).records) add({ from: 'installed', model });
    for (const model of catalogue) add({ from: 'catalogue', model });
    return known;
  };
  const find = async (id: string) => {
    const known = (await all()).get(id);
    if (known === undefined) throw notFound(id);
    return known;
  };
  return { catalogue, all, find };
}

/** Where the content of a model is, or would be, and what it has to be. */
export function contentOf(folder: ModelFolder, known: Known): { path: string; sha256: string; sizeBytes: number } {
  if (known.from === 'shipped') return known.model;
  const { sha256, sizeBytes } = known.from === 'catalogue' ? known.model.file : known.model;
  return { path: folder.blob(sha256), sha256, sizeBytes };
}
