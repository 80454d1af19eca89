import { stand, tellQueue } from './change.ts';
import type { Foundry } from './foundry.ts';
import { trainingNotRunning } from './foundry-errors.ts';
import type { LiveTraining } from './live-training.ts';
import { stopping, unqueued } from './training.ts';

/**
 * Takes a training out of the queue, or asks it to keep a checkpoint and end. Resolves when that is asked; the events tell the rest.
 * @throws {CodedError} `training-not-running`
 */
export async function stopTraining(foundry: Foundry, live: LiveTraining): Promise<void> {
  const { training } = live;
  switch (training.state) {
    case 'queued':
      await stand(foundry, live, unqueued(training));
      await tellQueue(foundry);
      return;
    case 'running':
      await stand(foundry, live, stopping(training));
      live.ending?.abort();
      return;
    case 'stopping':
      return;
    default:
      throw trainingNotRunning(training.state);
  }
}
