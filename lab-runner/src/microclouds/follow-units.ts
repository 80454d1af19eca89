import type { Unit } from '../engines/engine.ts';
import { standDeployment, standMicrocloud } from './change.ts';
import { followGateway } from './follow-gateway.ts';
import type { LiveMicrocloud } from './live-microcloud.ts';
import { afterGateway, afterInference } from './microcloud.ts';
import type { Room } from './room.ts';
import { serveDeployments } from './serve-deployments.ts';

/** Lets micro-clouds and deployments follow their units from now on, until the returned function is called. */
export function followUnits(room: Room): () => void {
  return room.engine.watch((unit) => {
    const live = room.live.get(unit.microcloud);
    if (!live || room.closing.aborted) return;
    room.notices.tell(live.id, { type: 'unit', unit });
    live.track(
      followUnit(room, live, unit).catch((error: unknown) =>
        room.report(`unit ${unit.id} changed, and it could not be noted`, error),
      ),
    );
  });
}

/** Takes note of how one unit is now. */
export async function followUnit(room: Room, live: LiveMicrocloud, unit: Unit): Promise<void> {
  // A training follows its own.
  if (unit.kind === 'foundry') return;
  if (unit.kind === 'gateway') {
    // One at a time: linking takes a moment, and the next news of the same unit must not overtake it.
    const turn = live.following.catch(() => {}).then(() => followGatewayUnit(room, live, unit));
    live.following = turn;
    await turn;
  } else await followInferenceUnit(room, live, unit);
  await serveDeployments(room, live);
}

async function followGatewayUnit(room: Room, live: LiveMicrocloud, unit: Unit): Promise<void> {
  const now = room.engine.get(unit.id) ?? unit;
  await followGateway(room, live, now);
  const reached = now.state !== 'healthy' || live.link !== undefined;
  await standMicrocloud(room, live, afterGateway(live.microcloud.state, reached ? now : { state: 'starting' }));
}

async function followInferenceUnit(room: Room, live: LiveMicrocloud, unit: Unit): Promise<void> {
  const deployment = live.deployments.get(unit.id);
  if (!deployment || deployment.state === 'queued' || deployment.state === 'failed') return;
  const now = room.engine.get(unit.id) ?? unit;
  // A healthy unit is ready only once it is served, and that is found out there.
  if (now.state === 'healthy') return;
  await standDeployment(room, live, deployment.id, afterInference(deployment.state, now, false));
}
