import { mkdir, rm, stat } from 'node:fs/promises';
import { CodedError } from '../coded-error.ts';
import type { Clock, Ids } from '../ports.ts';
import type { CatalogueEntry } from './catalogue.ts';
import { type Arrival, arrivalPath, copyIn, streamIn } from './copy-in.ts';
import { notGguf, readGguf } from './gguf.ts';
import { onlyGguf } from './gguf-stream.ts';
import { factsOf } from './imported-facts.ts';
import { install } from './install.ts';
import { diskFull } from './model-errors.ts';
import type { ModelFolder } from './model-folder.ts';
import type { ModelRecord } from './model-record.ts';
import { freeId } from './model-slug.ts';

export interface Imported {
  readonly id: string;
  readonly sha256: string;
  /** True when this very content was here before, and nothing had to be added. */
  readonly already: boolean;
}

export interface ImportPlace {
  readonly folder: ModelFolder;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly freeBytes: (folder: string) => Promise<number>;
  readonly catalogue: readonly CatalogueEntry[];
  /** Every id in use, with the hash of its content: installed, shipped and in the catalogue. */
  readonly known: () => Promise<ReadonlyMap<string, { readonly sha256: string; readonly installed: boolean }>>;
}

export type SaidOfModel = Partial<Pick<ModelRecord, 'title' | 'summary' | 'origin' | 'licence' | 'languages' | 'card'>>;

export interface ImportOptions {
  /** The id to give it; by default one made of its own name. */
  readonly id?: string | undefined;
  /** What is known of it better than its file does; a model of the catalogue stays as the catalogue says. */
  readonly said?: SaidOfModel;
  readonly signal?: AbortSignal | undefined;
  /** How long a stream will be, where its sender says so; then a full disk is told at once. */
  readonly sizeBytes?: number;
  readonly onProgress?: (doneBytes: number, totalBytes: number) => void;
}

/** Imports a GGUF file of this machine. Throws coded errors; nothing is changed then. */
export async function importFile(place: ImportPlace, path: string, options: ImportOptions): Promise<Imported> {
  const { size } = await readable(path);
  await readGguf(path);
  await checkSpace(place, size);
  return arrive(place, path, options, (to) =>
    copyIn(path, to, options.signal, (done) => options.onProgress?.(done, size)),
  );
}

/** Imports what a stream brings, as in an upload. `name` is the file name that its sender gave it. */
export async function importStream(
  place: ImportPlace,
  stream: AsyncIterable<Uint8Array>,
  name: string,
  options: ImportOptions,
): Promise<Imported> {
  await checkSpace(place, options.sizeBytes ?? 0);
  return arrive(place, name, options, (to) => streamIn(onlyGguf(stream, notGguf), to, options.signal, () => undefined));
}

async function arrive(
  place: ImportPlace,
  name: string,
  options: ImportOptions,
  bring: (to: string) => Promise<Arrival>,
): Promise<Imported> {
  const to = await arrivalPath(place.folder, place.ids.next());
  try {
    const arrival = await bring(to);
    const header = await readGguf(arrival.path);
    const facts = { ...factsOf(header, name), ...options.said };
    const known = await place.known();
    const id = chooseId(known, arrival.sha256, facts.title, options.id);
    const { sha256, sizeBytes } = arrival;
    if (known.get(id)?.installed === true) return { id, sha256, already: true };
    const entry = place.catalogue.find((candidate) => candidate.id === id);
    const { file: _, ...said } = entry ?? { file: undefined, ...facts, id };
    await install(place.folder, to, { ...said, sizeBytes, sha256, installedAt: place.clock.now().toISOString() });
    return { id, sha256, already: false };
  } finally {
    await rm(to, { force: true });
  }
}

/** Paths under /api/models that mean something else. */
const RESERVED: ReadonlySet<string> = new Set(['events', 'import']);

function chooseId(
  known: ReadonlyMap<string, { readonly sha256: string; readonly installed: boolean }>,
  sha256: string,
  title: string,
  wanted: string | undefined,
): string {
  if (wanted === undefined) {
    // The same content keeps the name it has; a file of the catalogue takes the catalogue's.
    for (const [id, model] of known) if (model.sha256 === sha256) return id;
    return freeId(title, (id) => known.has(id) || RESERVED.has(id));
  }
  if (!/^[a-z0-9][a-z0-9.-]{0,99}$/.test(wanted) || RESERVED.has(wanted)) {
    throw new CodedError({
      status: 422,
      code: 'model-id-invalid',
      detail: `"${wanted}" can't be the id of a model.`,
      todo: 'Use lower-case letters, digits, dots and hyphens, starting with a letter or digit, at most 100.',
      field: 'id',
    });
  }
  const there = known.get(wanted);
  if (there === undefined || there.sha256 === sha256) return wanted;
  throw new CodedError({
    status: 409,
    code: 'model-id-taken',
    detail: `There is another model with the id "${wanted}".`,
    todo: 'Choose another id, or remove that model first.',
    field: 'id',
  });
}

async function checkSpace(place: ImportPlace, needed: number): Promise<void> {
  const { root } = place.folder;
  await mkdir(root, { recursive: true });
  const free = await place.freeBytes(root);
  if (needed > free) throw diskFull(root, needed, free);
}

async function readable(path: string): Promise<{ size: number }> {
  const found = await stat(path).catch((error: NodeJS.ErrnoException) => error);
  if (!(found instanceof Error) && found.isFile()) return found;
  const why =
    found instanceof Error ? (found.code === 'ENOENT' ? 'does not exist' : 'cannot be read') : 'is not a file';
  throw new CodedError({
    status: 422,
    code: 'file-not-readable',
    detail: `${path} ${why}.`,
    todo: 'Give the path of a .gguf file that you may read.',
    field: 'file',
  });
}
