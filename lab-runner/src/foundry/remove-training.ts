import { rm } from 'node:fs/promises';
import { tellQueue } from './change.ts';
import type { Foundry } from './foundry.ts';
import type { LiveTraining } from './live-training.ts';
import { advance } from './run-training.ts';

/**
 * Ends a training and removes all it held; a model that was published stays. Resolves when nothing is left. Should it fail half-way,
 * asking again finishes it.
 */
export async function removeTraining(foundry: Foundry, live: LiveTraining): Promise<void> {
  live.removing ??= remove(foundry, live).catch((error: unknown) => {
    live.removing = undefined;
    throw error;
  });
  await live.removing;
}

async function remove(foundry: Foundry, live: LiveTraining): Promise<void> {
  live.gone = true;
  live.ending?.abort();
  await live.idle();
  await foundry.engine.forget(live.id);
  await rm(live.folder, { recursive: true, force: true, maxRetries: 3 });
  await foundry.records.remove(live.id);
  foundry.live.delete(live.id);
  foundry.host.tell(live.training.microcloud, { type: 'training-gone', id: live.id });
  foundry.host.unitGone(live.training.microcloud);
  advance(foundry);
  await tellQueue(foundry);
}
