import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { createModels, type Models } from '../models/models.ts';
import { systemClock, systemIds } from '../ports.ts';
import type { Context } from './command.ts';

/** The same models that the runner has, whether it runs or not: both work on the same files. The caller closes them. */
export async function openModels({ config, checkout, catalogue }: Context): Promise<Models> {
  const seedling = join(checkout, 'labs/foundry/seedling');
  return createModels({
    folder: join(config.data, 'models'),
    hub: new URL(config.hub),
    shipped: existsSync(join(seedling, 'model.yaml')) ? [seedling] : [],
    clock: systemClock,
    ids: systemIds,
    ...(catalogue === undefined ? {} : { catalogue }),
  });
}
