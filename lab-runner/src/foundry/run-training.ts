import { setTimeout as pause } from 'node:timers/promises';
import type { Unit } from '../engines/engine.ts';
import { stand, tell, tellQueue } from './change.ts';
import type { Foundry } from './foundry.ts';
import { crashed, notStarted } from './foundry-errors.ts';
import type { LiveTraining } from './live-training.ts';
import { prepareRun } from './prepare-run.ts';
import { isUnderway, launched, settled } from './training.ts';
import { queueOf } from './view.ts';

/** People need news of a run about twice a second. */
const LOOK_MS = 500;

/** Gives the machine's foundry to the next in the queue, when nobody has it. */
export function advance(foundry: Foundry): void {
  if (foundry.closing.aborted) return;
  if ([...foundry.live.values()].some(({ training }) => isUnderway(training))) return;
  const [next] = queueOf(foundry);
  if (!next) return;
  next.training = launched(next.training, foundry.clock.now());
  next.track(launch(foundry, next).catch((error: unknown) => foundry.report(`training ${next.id} went astray`, error)));
}

async function launch(foundry: Foundry, live: LiveTraining): Promise<void> {
  const ending = new AbortController();
  live.ending = ending;
  let watch: ReturnType<typeof watchEnd> | undefined;
  try {
    await stand(foundry, live, live.training);
    await tellQueue(foundry);
    const spec = await prepareRun(foundry, live, ending.signal);
    watch = watchEnd(foundry, live);
    await foundry.engine.start(spec, ending.signal);
    await follow(foundry, live, ending.signal, watch.ended);
  } catch (error) {
    await unstarted(foundry, live, ending.signal, error);
  } finally {
    watch?.stop();
    live.ending = undefined;
    advance(foundry);
  }
}

/** Takes up a run that an earlier runner started and that still runs. */
export async function adopt(foundry: Foundry, live: LiveTraining): Promise<void> {
  const ending = new AbortController();
  live.ending = ending;
  const watch = watchEnd(foundry, live);
  if (live.training.state === 'stopping' || live.gone) ending.abort();
  const unit = foundry.engine.get(live.id);
  try {
    await follow(foundry, live, ending.signal, unit && hasEnded(unit) ? Promise.resolve(unit) : watch.ended);
  } finally {
    watch.stop();
    live.ending = undefined;
    advance(foundry);
  }
}

/** Passes on what the run tells until its unit has ended, which `ending` asks for. */
async function follow(foundry: Foundry, live: LiveTraining, ending: AbortSignal, ended: Promise<Unit>): Promise<void> {
  const stop = () => {
    const { engine, report } = foundry;
    // Whoever removes it does not wait for a checkpoint.
    const done = live.gone ? engine.forget(live.id) : engine.stop(live.id);
    done.catch((error: unknown) => report(`training ${live.id} could not be stopped`, error));
  };
  if (ending.aborted) stop();
  else ending.addEventListener('abort', stop, { once: true });
  const over = new AbortController();
  void ended.then(() => over.abort());
  while (!over.signal.aborted) {
    await pause(LOOK_MS, undefined, { signal: over.signal, ref: false }).catch(() => {});
    if (await catchUp(foundry, live)) await tell(foundry, live);
  }
  ending.removeEventListener('abort', stop);
  await settle(foundry, live, await ended);
}

async function settle(foundry: Foundry, live: LiveTraining, unit: Unit): Promise<void> {
  await catchUp(foundry, live);
  const asked = live.training.state === 'stopping' || foundry.closing.aborted;
  const ending = live.progress.ending ?? (asked ? 'stopped' : crashed(unit.reason));
  await stand(foundry, live, settled(live.training, ending, foundry.clock.now()));
  // What a failed one printed is kept, to be read.
  if (live.gone || live.training.state === 'failed' || foundry.closing.aborted) return;
  await foundry.engine.forget(live.id);
  foundry.host.unitGone(live.training.microcloud);
}

async function unstarted(foundry: Foundry, live: LiveTraining, ending: AbortSignal, error: unknown): Promise<void> {
  const { training } = live;
  // The next runner starts it.
  if (foundry.closing.aborted) return stand(foundry, live, { ...training, state: 'queued' });
  if (live.gone) return;
  const now = foundry.clock.now();
  if (ending.aborted) return stand(foundry, live, settled(training, 'stopped', now));
  foundry.report(`training ${live.id} did not start`, error);
  await stand(foundry, live, settled(training, notStarted(error), now));
}

/** A disk that cannot be read now may be a moment later; what was not read is still there. */
async function catchUp(foundry: Foundry, live: LiveTraining): Promise<boolean> {
  return live.catchUp().catch((error: unknown) => {
    foundry.report(`what training ${live.id} tells could not be read`, error);
    return false;
  });
}

/** The unit when it next ends. */
function watchEnd({ engine }: Foundry, { id }: LiveTraining): { readonly ended: Promise<Unit>; stop(): void } {
  const { promise: ended, resolve } = Promise.withResolvers<Unit>();
  const stop = engine.watch((unit) => {
    if (unit.id === id && hasEnded(unit)) resolve(unit);
  });
  return { ended, stop };
}

const hasEnded = ({ state }: Unit): boolean => state === 'stopped' || state === 'failed';
