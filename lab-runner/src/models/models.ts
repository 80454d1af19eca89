import { rm, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import type { ModelEvent, ModelView } from '@terroir/labs/contract/model.ts';
import type { Clock, Ids } from '../ports.ts';
import { CATALOGUE, readCatalogue } from './catalogue.ts';
import { PATIENCE, type Patience } from './download.ts';
import { hubAt } from './hub-request.ts';
import { type Imported, type ImportOptions, importFile, importStream } from './import-model.ts';
import { isAccepted, licenceText, recordAcceptance } from './licence.ts';
import { damaged, licenceNotAccepted, notFound, notInstalled, pullInProgress, shippedStays } from './model-errors.ts';
import { modelFolder } from './model-folder.ts';
import { readRecords } from './model-record.ts';
import { contentOf, type Known, viewOf } from './model-view.ts';
import { PartialFile } from './partial-file.ts';
import { isLocked } from './pull-lock.ts';
import { createPulls } from './pulls.ts';
import { readShipped } from './shipped-model.ts';
import { hashAndRemember, knownHash } from './verify-file.ts';

export interface ModelsOptions {
  /** TERROIR_DATA/models. */
  readonly folder: string;
  /** TERROIR_HUB; credentials in it are sent to that origin only. */
  readonly hub: URL;
  /** Folders of models that come with the product, see {@link ShippedFile}. */
  readonly shipped: readonly string[];
  readonly clock: Clock;
  readonly ids: Ids;
  /** Folder of catalogue entries; the product's own by default. */
  readonly catalogue?: string;
  readonly patience?: Patience;
  readonly freeBytes?: (folder: string) => Promise<number>;
}

export interface Verified {
  readonly id: string;
  readonly file: string;
  readonly expected: string;
  readonly found: string;
  readonly sound: boolean;
}

/** The models of a centre. State is files only, so any number of these may share a folder, in any number of processes. */
export interface Models {
  /** Shipped ones first, then installed ones, then the rest of the catalogue by size. */
  list(): Promise<readonly ModelView[]>;
  /** With the text of its licence and its card, where there are any. Throws `model-not-found`. */
  get(id: string): Promise<ModelView>;
  /** A verified file to mount read-only. Throws `model-not-found`, `model-not-installed`, `model-damaged`. */
  fileOf(id: string, signal?: AbortSignal): Promise<{ file: string; sha256: string }>;
  /** Begins a pull and answers at once. Throws what can be told before: `licence-not-accepted`, `disk-full`, `pull-in-progress` … */
  startPull(id: string, options: { acceptLicence: boolean }, signal?: AbortSignal): Promise<{ view: ModelView; done: Promise<void> }>;
  /** Pulls to the end. On abort, what was received is kept and the next pull goes on from there. */
  pull(id: string, options: { acceptLicence: boolean }, signal?: AbortSignal): Promise<ModelView>;
  /** Ends a pull of this process and keeps what was received. False when none runs. */
  cancelPull(id: string): Promise<boolean>;
  importFile(path: string, options?: ImportOptions): Promise<Imported>;
  importStream(stream: AsyncIterable<Uint8Array>, name: string, options?: ImportOptions): Promise<Imported>;
  /** Removes the file and its record, or what is kept of a pull that did not end. */
  remove(id: string): Promise<void>;
  /** Reads the whole file and compares. */
  verify(id: string, signal?: AbortSignal, onProgress?: (doneBytes: number, totalBytes: number) => void): Promise<Verified>;
  /** Records that could not be read, for the doctor. */
  unreadable(): Promise<readonly Error[]>;
  watch(listener: (event: ModelEvent) => void): () => void;
  /** Ends the pulls of this process. */
  close(): Promise<void>;
}

export async function createModels(options: ModelsOptions): Promise<Models> {
  const { clock, ids } = options;
  const folder = modelFolder(options.folder);
  const freeBytes = options.freeBytes ?? free;
  const catalogue = await readCatalogue(options.catalogue ?? CATALOGUE);
  const shipped = await Promise.all(options.shipped.map(readShipped));
  const listeners = new Set<(event: ModelEvent) => void>();
  const tell = (event: ModelEvent) => {
    for (const listener of listeners) listener(event);
  };
  const changed = async (id: string) => {
    if (listeners.size > 0) tell({ type: 'model', model: await view(id) });
  };
  const pulls = createPulls(
    { folder, hub: hubAt(options.hub), clock, patience: options.patience ?? PATIENCE, freeBytes },
    (id) => void changed(id).catch(() => undefined),
  );

  const all = async (): Promise<ReadonlyMap<string, Known>> => {
    const known = new Map<string, Known>();
    const add = (one: Known) => known.has(one.model.id) || known.set(one.model.id, one);
    for (const model of shipped) add({ from: 'shipped', model });
    for (const model of (await readRecords(folder)).records) add({ from: 'installed', model });
    for (const model of catalogue) add({ from: 'catalogue', model });
    return known;
  };
  const find = async (id: string): Promise<Known> => {
    const known = (await all()).get(id);
    if (known === undefined) throw notFound(id);
    return known;
  };
  const view = async (id: string) => viewOf(folder, pulls, await find(id));

  return {} as Models;
}

async function free(folder: string): Promise<number> {
  const { bavail, bsize } = await statfs(folder);
  return bavail * bsize;
}
