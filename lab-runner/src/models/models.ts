import { statfs } from 'node:fs/promises';
import type { ModelEvent, ModelView } from '@terroir/labs/contract/model.ts';
import type { Clock, Ids } from '../ports.ts';
import { CATALOGUE, readCatalogue } from './catalogue.ts';
import { damageOf, mountable, type Verified, verifyNow } from './content.ts';
import { PATIENCE, type Patience } from './download.ts';
import { hubAt } from './hub-request.ts';
import { type Imported, type ImportOptions, type ImportPlace, importFile, importStream } from './import-model.ts';
import { contentOf, knownModels } from './known-models.ts';
import { isAccepted, licenceText, recordAcceptance } from './licence.ts';
import { licenceNotAccepted, notAtHub, shippedStays } from './model-errors.ts';
import { modelFolder } from './model-folder.ts';
import { readRecords } from './model-record.ts';
import { viewOf } from './model-view.ts';
import { createPulls } from './pulls.ts';
import { removeModel } from './remove-model.ts';
import { readShipped } from './shipped-model.ts';

export interface ModelsOptions {
  /** TERROIR_DATA/models. */
  readonly folder: string;
  /** TERROIR_HUB; credentials in it are sent to that origin only. */
  readonly hub: URL;
  /** Folders of models that come with the product: each with `model.yaml`, `<id>.gguf` and perhaps `card.md`. */
  readonly shipped: readonly string[];
  readonly clock: Clock;
  readonly ids: Ids;
  /** Folder of catalogue entries; the product's own by default. */
  readonly catalogue?: string;
  readonly patience?: Patience;
  /** The micro-clouds, by name, that a model is deployed in and may not be removed from under; none by default. */
  readonly inUse?: (id: string) => readonly string[];
  /** Bytes free on the disk of a folder; asks the system by default. */
  readonly freeBytes?: (folder: string) => Promise<number>;
}

/** The models of a centre. State is files only, so any number of these may share a folder, in any number of processes. */
export interface Models {
  /** Shipped ones first, then installed ones, then the rest of the catalogue by size. */
  list(): Promise<readonly ModelView[]>;
  /** With the text of its licence and its card, where there are any; undefined: no such model. */
  get(id: string): Promise<ModelView | undefined>;
  /** A verified file to mount read-only. Throws `model-not-found`, `model-not-installed`, `model-damaged`. */
  fileOf(id: string, signal?: AbortSignal): Promise<{ file: string; sha256: string }>;
  /** Begins a pull. Throws what can be told before: `licence-not-accepted`, `disk-full`, `pull-in-progress`, `model-shipped` … */
  startPull(
    id: string,
    options: { acceptLicence: boolean },
    signal?: AbortSignal,
  ): Promise<{ view: ModelView; done: Promise<void> }>;
  /** Pulls to the end. On abort, what was received is kept and the next pull goes on from there. */
  pull(id: string, options: { acceptLicence: boolean }, signal?: AbortSignal): Promise<ModelView>;
  /** Ends a pull of this process and keeps what was received. False when none runs. */
  cancelPull(id: string): Promise<boolean>;
  importFile(path: string, options?: ImportOptions): Promise<Imported>;
  importStream(stream: AsyncIterable<Uint8Array>, name: string, options?: ImportOptions): Promise<Imported>;
  /** Removes the file and its record, or what is kept of a pull that did not end. Throws `model-in-use`, `model-shipped` … */
  remove(id: string): Promise<void>;
  /** Reads the whole file and compares. */
  verify(
    id: string,
    signal?: AbortSignal,
    onProgress?: (doneBytes: number, totalBytes: number) => void,
  ): Promise<Verified>;
  /** Records that could not be read, for the doctor. */
  unreadable(): Promise<readonly Error[]>;
  watch(listener: (event: ModelEvent) => void): () => void;
  /** Ends the pulls of this process. */
  close(): Promise<void>;
}

/** Reads catalogue and shipped models; throws `model-file-invalid` when one of them is wrong. */
export async function createModels(options: ModelsOptions): Promise<Models> {
  const { clock, ids, inUse = () => [], freeBytes = freeOnDisk } = options;
  const folder = modelFolder(options.folder);
  const shipped = await Promise.all(options.shipped.map(readShipped));
  const known = knownModels(folder, shipped, await readCatalogue(options.catalogue ?? CATALOGUE));

  const listeners = new Set<(event: ModelEvent) => void>();
  const changed = async (id: string) => {
    if (listeners.size === 0) return;
    const found = (await known.all()).get(id);
    const event: ModelEvent =
      found === undefined ? { type: 'removed', id } : { type: 'model', model: await viewOf(folder, pulls, found) };
    for (const listener of listeners) listener(event);
  };
  const place = { folder, hub: hubAt(options.hub), clock, patience: options.patience ?? PATIENCE, freeBytes };
  const pulls = createPulls(place, (id) => void changed(id).catch(() => undefined));
  const view = async (id: string) => viewOf(folder, pulls, await known.find(id));

  const importPlace: ImportPlace = {
    folder,
    clock,
    ids,
    freeBytes,
    catalogue: known.catalogue,
    known: async () => {
      const entries = [...(await known.all())].map(async ([id, one]) => {
        const installed = one.from === 'shipped' || (one.from === 'installed' && !(await damageOf(folder, one)));
        return [id, { sha256: contentOf(folder, one).sha256, installed }] as const;
      });
      return new Map(await Promise.all(entries));
    },
  };
  const announce = async (imported: Promise<Imported>) => {
    const result = await imported;
    await changed(result.id);
    return result;
  };

  const startPull: Models['startPull'] = async (id, { acceptLicence }, signal) => {
    const there = await known.find(id);
    if (there.from === 'shipped') throw shippedStays(id);
    const now = await view(id);
    if (now.state === 'installed') return { view: now, done: Promise.resolve() };
    const entry = known.catalogue.find((candidate) => candidate.id === id);
    if (entry === undefined) throw notAtHub(id);
    if (!(await isAccepted(folder, id, entry.licence))) {
      if (!acceptLicence) throw licenceNotAccepted(id, entry.licence);
      await recordAcceptance(folder, id, entry.licence, clock.now());
    }
    const { done } = await pulls.start(entry, signal);
    return { view: await view(id), done };
  };

  return {
    list: async () => Promise.all([...(await known.all()).values()].map((one) => viewOf(folder, pulls, one))),
    get: async (id) => {
      const found = (await known.all()).get(id);
      if (found === undefined) return undefined;
      const model = await viewOf(folder, pulls, found);
      const text = await licenceText(model.licence.id);
      const card = found.from === 'catalogue' ? undefined : found.model.card;
      return {
        ...model,
        licence: { ...model.licence, ...(text === undefined ? {} : { text }) },
        ...(card === undefined ? {} : { card }),
      };
    },
    fileOf: async (id, signal) => mountable(folder, await known.find(id), signal),
    startPull,
    pull: async (id, choice, signal) => {
      const { done } = await startPull(id, choice, signal);
      await done;
      return view(id);
    },
    cancelPull: (id) => pulls.cancel(id),
    importFile: (path, choice = {}) => announce(importFile(importPlace, path, choice)),
    importStream: (stream, name, choice = {}) => announce(importStream(importPlace, stream, name, choice)),
    remove: async (id) => {
      await removeModel(folder, await known.find(id), inUse);
      await changed(id);
    },
    verify: async (id, signal, onProgress) => {
      const verified = await verifyNow(folder, await known.find(id), signal, onProgress);
      await changed(id);
      return verified;
    },
    unreadable: async () => (await readRecords(folder)).unreadable,
    watch: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    close: () => pulls.close(),
  };
}

async function freeOnDisk(folder: string): Promise<number> {
  const { bavail, bsize } = await statfs(folder);
  return bavail * bsize;
}
