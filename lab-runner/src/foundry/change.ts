import type { Foundry } from './foundry.ts';
import type { LiveTraining } from './live-training.ts';
import type { Training } from './training.ts';
import { queueOf, viewOf } from './view.ts';

/** Moves a training to where it now stands: in memory at once, then on disk, then told. One that is being removed stays so. */
export async function stand(foundry: Foundry, live: LiveTraining, next: Training): Promise<void> {
  if (live.gone) return;
  live.training = next;
  await foundry.records.save(next);
  await tell(foundry, live);
}

/** Tells who follows the micro-cloud how the training is now. */
export async function tell(foundry: Foundry, live: LiveTraining): Promise<void> {
  await live.ready();
  if (!live.gone) foundry.host.tell(live.training.microcloud, { type: 'training', training: viewOf(foundry, live) });
}

/** Tells all that wait where in the queue they are now. */
export async function tellQueue(foundry: Foundry): Promise<void> {
  for (const live of queueOf(foundry)) await tell(foundry, live);
}
