import type { ModelView } from '@terroir/labs/contract/model.ts';
import type { CodedError } from '../coded-error.ts';
import { isExclusivelyLocked } from '../exclusive-lock.ts';
import type { CatalogueEntry } from './catalogue.ts';
import { damageOf } from './content.ts';
import { contentOf, type Known } from './known-models.ts';
import { isAccepted } from './licence.ts';
import type { ModelFolder } from './model-folder.ts';
import { PartialFile } from './partial-file.ts';
import type { Pulls } from './pulls.ts';

type State = Pick<ModelView, 'state' | 'licenceAccepted' | 'pull' | 'problem'>;

/** A model as the outside sees it, without its card and the text of its licence. */
export async function viewOf(folder: ModelFolder, pulls: Pulls, known: Known): Promise<ModelView> {
  const { model } = known;
  const { sha256, sizeBytes } = contentOf(folder, known);
  return {
    id: model.id,
    title: model.title,
    summary: model.summary,
    origin: model.origin,
    licence: model.licence,
    languages: model.languages,
    ...(model.parameters === undefined ? {} : { parameters: model.parameters }),
    sizeBytes,
    sha256,
    ...(known.from === 'catalogue' ? await notHere(folder, pulls, known.model) : await here(folder, pulls, known)),
  };
}

async function here(folder: ModelFolder, pulls: Pulls, known: Exclude<Known, { from: 'catalogue' }>): Promise<State> {
  const { id, licence } = known.model;
  const licenceAccepted = known.from === 'shipped' || (await isAccepted(folder, id, licence));
  const progress = pulls.progress(id);
  if (progress !== undefined) return { state: 'pulling', licenceAccepted, pull: progress };
  const damage = await damageOf(folder, known);
  if (damage === undefined) return { state: 'installed', licenceAccepted };
  return { state: 'damaged', licenceAccepted, problem: problemOf(pulls.failure(id) ?? damage) };
}

async function notHere(folder: ModelFolder, pulls: Pulls, { id, file, licence }: CatalogueEntry): Promise<State> {
  const pulling = pulls.progress(id) !== undefined || isExclusivelyLocked(folder.lock(file.sha256));
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

const problemOf = ({ code, detail, todo }: CodedError) => ({ code, detail, todo });
