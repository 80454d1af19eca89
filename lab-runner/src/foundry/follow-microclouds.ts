import { tellQueue } from './change.ts';
import type { Foundry } from './foundry.ts';
import { advance } from './run-training.ts';

/** Lets trainings end with their micro-cloud, which removes all they held, until the returned function is called. */
export function followMicroclouds(foundry: Foundry): () => void {
  const trainings = (microcloud: string) =>
    [...foundry.live.values()].filter(({ training }) => training.microcloud === microcloud);
  return foundry.host.watch({
    stopping: (microcloud) => {
      for (const live of trainings(microcloud)) {
        live.gone = true;
        live.ending?.abort();
      }
    },
    gone: (microcloud) => {
      for (const { id } of trainings(microcloud)) foundry.live.delete(id);
      advance(foundry);
      tellQueue(foundry).catch((error: unknown) => foundry.report('the queue could not be told', error));
    },
  });
}
