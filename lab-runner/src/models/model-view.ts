import { stat } from 'node:fs/promises';
import type { ModelView } from '@terroir/labs/contract/model.ts';
import type { CodedError } from '../coded-error.ts';
import type { CatalogueEntry } from './catalogue.ts';
import { isAccepted } from './licence.ts';
import { damaged } from './model-errors.ts';
import type { ModelFolder } from './model-folder.ts';
import type { ModelRecord } from './model-record.ts';
import { PartialFile } from './partial-file.ts';
import { isLocked } from './pull-lock.ts';
import type { Pulls } from './pulls.ts';
import type { ShippedModel } from './shipped-model.ts';
import { knownHash } from './verify-file.ts';

/** A model as one of the three places knows it. */
export type Known =
  | { readonly from: 'shipped'; readonly model: ShippedModel }
  | { readonly from: 'installed'; readonly model: ModelRecord }
  | { readonly from: 'catalogue'; readonly model: CatalogueEntry };

/** Where the content of a model is, and what it has to be. */
export function contentOf(folder: ModelFolder, known: Known): { path: string; sha256: string; sizeBytes: number } {
  if (known.from === 'shipped') return known.model;
  const { sha256, sizeBytes } = known.from === 'catalogue' ? known.model.file : known.model;
  return { path: folder.blob(sha256), sha256, sizeBytes };
}

export async function viewOf(folder: ModelFolder, pulls: Pulls, known: Known): Promise<ModelView> {
  const { model } = known;
  const { sha256, sizeBytes } = contentOf(folder, known);
  const base = {
    id: model.id,
    title: model.title,
    summary: model.summary,
    origin: known.from === 'shipped' ? { maker: 'Terroir', jurisdiction: 'local', source: 'shipped' } : known.model.origin,
    licence: model.licence,
    languages: model.languages,
    ...(model.parameters === undefined ? {} : { parameters: model.parameters }),
    sizeBytes,
    sha256,
  };
  if (known.from === 'catalogue') return { ...base, ...(await pullState(folder, pulls, known.model)) };
  const problem = await damageOf(folder, known);
  return {
    ...base,
    state: problem === undefined ? 'installed' : 'damaged',
    licenceAccepted: known.from === 'shipped' || (await isAccepted(folder, model.id, model.licence)),
    ...(problem === undefined ? {} : { problem: problemOf(problem) }),
  };
}

async function pullState(
  folder: ModelFolder,
  pulls: Pulls,
  { id, file, licence }: CatalogueEntry,
): Promise<Pick<ModelView, 'state' | 'licenceAccepted' | 'pull' | 'problem'>> {
  const here = pulls.isRunning(id);
  const pulling = here || isLocked(folder.lock(file.sha256));
  const receivedBytes = await new PartialFile(folder.partial(file.sha256)).size();
  const progress = pulls.progress(id) ?? { receivedBytes, totalBytes: file.sizeBytes };
  const failure = pulls.failure(id);
  return {
    state: pulling ? 'pulling' : 'available',
    licenceAccepted: await isAccepted(folder, id, licence),
    ...(pulling || receivedBytes > 0 ? { pull: progress } : {}),
    ...(failure === undefined || pulling ? {} : { problem: problemOf(failure) }),
  };
}

/** What can be told of damage without reading all of the file: it is gone, has another size, or was found to differ. */
async function damageOf(folder: ModelFolder, known: Known): Promise<CodedError | undefined> {
  const { path, sha256, sizeBytes } = contentOf(folder, known);
  const there = await stat(path).catch(() => undefined);
  if (there === undefined) return damaged(known.model.id, sha256, 'no file');
  if (there.size !== sizeBytes) return damaged(known.model.id, sha256, `a file of ${there.size} instead of ${sizeBytes} bytes`);
  const found = await knownHash(folder.verdict(sha256), path);
  return found === undefined || found === sha256 ? undefined : damaged(known.model.id, sha256, found);
}

const problemOf = ({ code, detail, todo }: CodedError) => ({ code, detail, todo });
