import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { CreateTraining } from '@terroir/labs/contract/training.ts';
import { freeId } from '../models/model-slug.ts';
import { tell } from './change.ts';
import { type Foundry, refuseWhileEnding } from './foundry.ts';
import { modelNotInstalled, textNotFound } from './foundry-errors.ts';
import { LiveTraining } from './live-training.ts';
import { SEEDLING } from './seedling.ts';

/**
 * Creates a training as a draft: its files can be added, and nothing runs. Resolves once it is on disk.
 * @throws {CodedError} `microcloud-not-found`, `microcloud-stopping`, `text-not-found`, `model-not-installed`
 */
export async function createTraining(
  foundry: Foundry,
  microcloud: string,
  settings: CreateTraining,
): Promise<LiveTraining> {
  refuseWhileEnding(foundry, microcloud);
  for (const id of settings.texts ?? []) if (!foundry.texts.some((text) => text.id === id)) throw textNotFound(id);
  for (const id of settings.rivals ?? []) await refuseMissing(foundry, id, 'rivals');
  if (settings.start === SEEDLING) await refuseMissing(foundry, SEEDLING, 'start');
  const taken = new Set((await foundry.models.list()).map(({ id }) => id));
  for (const { training } of foundry.live.values()) taken.add(training.model);

  const name = settings.name.trim() || 'Training';
  const id = foundry.ids.next();
  const live = new LiveTraining(
    {
      ...{ id, microcloud, name, state: 'draft', settings },
      model: freeId(name, (candidate) => taken.has(candidate)),
      createdAt: foundry.clock.now(),
    },
    join(foundry.host.folderOf(microcloud), 'trainings', id),
  );
  foundry.live.set(id, live);
  try {
    await mkdir(live.sourceFolder, { recursive: true, mode: 0o700 });
    await foundry.records.save(live.training);
  } catch (error) {
    foundry.live.delete(id);
    await rm(live.folder, { recursive: true, force: true });
    throw error;
  }
  await tell(foundry, live);
  return live;
}

async function refuseMissing({ models }: Foundry, id: string, field: string): Promise<void> {
  if ((await models.get(id))?.state !== 'installed') throw modelNotInstalled(id, field);
}
