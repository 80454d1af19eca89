import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { TrainingPublished } from '@terroir/labs/contract/training.ts';
import { CodedError } from '../coded-error.ts';
import { licenceOf } from '../models/imported-facts.ts';
import { freeId } from '../models/model-slug.ts';
import { stand } from './change.ts';
import type { Foundry } from './foundry.ts';
import { trainingNotReady } from './foundry-errors.ts';
import type { LiveTraining } from './live-training.ts';

/**
 * Takes the trained model, with its card, into the catalogue of the centre. Asked again, it answers the same.
 * @throws {CodedError} `training-not-ready`, and what importing throws
 */
export async function publishTraining(foundry: Foundry, live: LiveTraining): Promise<TrainingPublished> {
  const { training } = live;
  if (training.state !== 'done') throw trainingNotReady(training.state, 'has no model to publish yet');
  const { artefacts } = live.progress.view(false);
  const model = artefacts.find(({ kind }) => kind === 'gguf-q8_0');
  if (!model) throw trainingNotReady(training.state, 'made no model that can be published');
  const there = training.published === undefined ? undefined : await foundry.models.get(training.published);
  if (there?.state === 'installed' && there.sha256 === model.sha256) return { id: there.id, sha256: there.sha256 };

  const path = join(live.artefactFolder, model.name);
  const said = saidOf(training, await readFile(join(live.artefactFolder, 'card.md'), 'utf8').catch(() => undefined));
  const { id, sha256 } = await foundry.models
    .importFile(path, { id: training.published ?? training.model, said })
    .catch(async (error: unknown) => {
      if (!(error instanceof CodedError && error.code === 'model-id-taken')) throw error;
      // Somebody gave that id to another model since the training was created.
      const taken = new Set((await foundry.models.list()).map((one) => one.id));
      const free = freeId(training.model, (candidate) => taken.has(candidate));
      return foundry.models.importFile(path, { id: free, said });
    });
  await stand(foundry, live, { ...live.training, published: id });
  return { id, sha256 };
}

function saidOf({ name, settings }: LiveTraining['training'], card: string | undefined) {
  return {
    title: name,
    summary: {
      en: `Trained at this centre on local text: ${name}.`,
      fr: `Entraîné dans ce centre sur un texte local : ${name}.`,
    },
    origin: { maker: settings.maker?.trim() || 'unknown', jurisdiction: 'local', source: 'trained here' },
    licence: licenceOf(settings.licence?.trim() || undefined, undefined),
    languages: settings.languages,
    ...(card === undefined ? {} : { card }),
  };
}
