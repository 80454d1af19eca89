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
  if (unit.kind === 'gateway') {
    await followGateway(room, live, unit);
    await standMicrocloud(room, live, afterGateway(live.microcloud.state, room.engine.get(unit.id) ?? unit));
    await serveDeployments(room, live);
    return;
  }
  const deployment = live.deployments.get(unit.id);
  if (!deployment || deployment.state === 'queued' || deployment.state === 'failed') return;
  const now = room.engine.get(unit.id) ?? unit;
  if (now.state !== 'healthy')
    await standDeployment(room, live, deployment.id, afterInference(deployment.state, now, false));
  await serveDeployments(room, live);
}
