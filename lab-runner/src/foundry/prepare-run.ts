import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { writeDurably } from '../durable-file.ts';
import type { FoundrySpec } from '../engines/engine.ts';
import type { Foundry } from './foundry.ts';
import { textNotFound } from './foundry-errors.ts';
import type { LiveTraining } from './live-training.ts';
import { recipeOf } from './recipe.ts';
import { SEEDLING } from './seedling.ts';
import type { ShippedText } from './shipped-texts.ts';

/**
 * Writes the recipe of a run and tells what the engine has to start.
 * @throws {CodedError} `text-not-found`, and what the models throw of a file that cannot be used
 */
export async function prepareRun(foundry: Foundry, live: LiveTraining, signal: AbortSignal): Promise<FoundrySpec> {
  const { training, folder } = live;
  const { settings } = training;
  await Promise.all([mkdir(live.sourceFolder, { recursive: true }), live.readSources()]);
  const texts = (settings.texts ?? []).map((id) => textOf(foundry, id));
  const base = settings.start === SEEDLING ? (await foundry.models.fileOf(SEEDLING, signal)).file : undefined;
  const rivals = await rivalsOf(foundry, settings.rivals, signal);
  const own = live.sources.length > 0 ? ['source'] : [];
  const bytes = [...live.sources, ...texts].reduce((sum, one) => sum + one.bytes, 0);
  const recipe = recipeOf({ training, bytes, sources: [...own, ...texts.map((text) => text.folder)], base, rivals });
  await writeDurably(join(folder, 'recipe.yaml'), recipe, 0o600);
  await live.events.seal();
  live.progress.begin();
  const reads = [...texts.map((text) => text.folder), ...(base ? [base] : []), ...rivals.map(({ file }) => file)];
  return { kind: 'foundry', id: live.id, microcloud: training.microcloud, folder, reads: [...new Set(reads)] };
}

function textOf({ texts }: Foundry, id: string): ShippedText {
  const text = texts.find((one) => one.id === id);
  if (text) return text;
  throw textNotFound(id);
}

/** Those asked for; of those meant by default, the ones that are here. */
async function rivalsOf(
  { models }: Foundry,
  asked: readonly string[] | undefined,
  signal: AbortSignal,
): Promise<{ readonly id: string; readonly file: string }[]> {
  const here = async (id: string) => (await models.get(id))?.state === 'installed';
  const ids = asked ?? ((await here(SEEDLING)) ? [SEEDLING] : []);
  return Promise.all(ids.map(async (id) => ({ id, file: (await models.fileOf(id, signal)).file })));
}
