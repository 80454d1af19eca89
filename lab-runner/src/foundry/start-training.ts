import { stand, tellQueue } from './change.ts';
import { type Foundry, refuseWhileEnding } from './foundry.ts';
import { foundryMissing, trainingEmpty, trainingUnderway } from './foundry-errors.ts';
import type { LiveTraining } from './live-training.ts';
import { advance } from './run-training.ts';
import { mayStart, queued } from './training.ts';

/**
 * Puts a training into the queue; it starts, or goes on from its checkpoint, when its turn comes.
 * @throws {CodedError} `training-underway`, `training-empty`, `foundry-missing`, `microcloud-stopping`
 */
export async function startTraining(foundry: Foundry, live: LiveTraining): Promise<void> {
  refuseUnlessStartable(live);
  refuseWhileEnding(foundry, live.training.microcloud);
  if (live.sources.length === 0 && (live.training.settings.texts ?? []).length === 0) throw trainingEmpty();
  const { missing } = await foundry.environment();
  if (missing.length > 0) throw foundryMissing(missing);
  // Meanwhile another call may have started it.
  refuseUnlessStartable(live);
  await stand(foundry, live, queued(live.training, foundry.clock.now()));
  advance(foundry);
  await tellQueue(foundry);
}

function refuseUnlessStartable({ training }: LiveTraining): void {
  if (!mayStart(training)) throw trainingUnderway(training.state);
}
