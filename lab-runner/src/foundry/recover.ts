import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { stand } from './change.ts';
import type { Foundry } from './foundry.ts';
import { interrupted } from './foundry-errors.ts';
import { LiveTraining } from './live-training.ts';
import { adopt, advance } from './run-training.ts';
import { isUnderway, launched, settled } from './training.ts';

/**
 * Picks up where the last runner ended, however it ended: a run that goes on is followed, one that ended meanwhile gets the end it
 * told of, and the queue moves. Call once, when the engine has recovered and the micro-clouds are known.
 */
export async function recoverTrainings(foundry: Foundry): Promise<void> {
  for (const training of await foundry.records.all()) {
    const { id, microcloud } = training;
    // One whose micro-cloud is being destroyed goes with it.
    if (isEnding(foundry, microcloud)) continue;
    foundry.live.set(id, new LiveTraining(training, join(foundry.host.folderOf(microcloud), 'trainings', id)));
  }
  for (const live of foundry.live.values()) live.track(takeUp(foundry, live));
  for (const unit of foundry.engine.list()) {
    if (unit.kind === 'foundry' && !foundry.live.has(unit.id) && !isEnding(foundry, unit.microcloud)) {
      await foundry.engine.forget(unit.id);
    }
  }
  advance(foundry);
}

async function takeUp(foundry: Foundry, live: LiveTraining): Promise<void> {
  try {
    await rm(live.incomingFolder, { recursive: true, force: true });
    const runs = foundry.engine.get(live.id) !== undefined;
    if (runs) {
      if (!isUnderway(live.training)) live.training = launched(live.training, foundry.clock.now());
      await live.ready();
      await adopt(foundry, live);
    } else if (isUnderway(live.training)) {
      await live.ready();
      const asked = live.training.state === 'stopping' ? ('stopped' as const) : interrupted();
      await stand(foundry, live, settled(live.training, live.progress.ending ?? asked, foundry.clock.now()));
    } else await live.ready();
  } catch (error) {
    foundry.report(`training ${live.id} could not be taken up`, error);
  } finally {
    advance(foundry);
  }
}

function isEnding({ host }: Foundry, microcloud: string): boolean {
  try {
    return host.stateOf(microcloud) === 'stopping';
  } catch {
    return true;
  }
}
