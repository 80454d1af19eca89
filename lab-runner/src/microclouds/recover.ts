import type { Unit } from '../engines/engine.ts';
import { standDeployment, standMicrocloud } from './change.ts';
import { startGateway } from './create-microcloud.ts';
import { startDeployment } from './deploy.ts';
import { destroyMicrocloud } from './destroy-microcloud.ts';
import { followUnit } from './follow-units.ts';
import { digestOf, folderOf, readGatewayFile, writeGatewayFile } from './gateway-file.ts';
import { LiveMicrocloud } from './live-microcloud.ts';
import { type Deployment, gatewayUnitOf, type Microcloud } from './microcloud.ts';
import { type Room, readable } from './room.ts';

export interface Recovery {
  /** Micro-clouds that the store remembers and that go on. */
  readonly microclouds: number;
  /** Units of an earlier run that still ran and go on. */
  readonly adopted: number;
  /** Units of an earlier run that belonged to nothing and were ended. */
  readonly ended: number;
}

/**
 * Picks up where the last run ended, however it ended. Units that still run are adopted; what is missing is started again in
 * the background, with its ledger and policy; a deletion that was cut short is finished. Call once, before anything else.
 */
export async function recover(room: Room): Promise<Recovery> {
  const [microclouds, deployments] = await Promise.all([room.microclouds.all(), room.deployments.all()]);
  const keep = new Set(microclouds.filter(({ state }) => state !== 'stopping').map(({ id }) => id));
  const { adopted, ended } = await room.engine.recover(keep);
  for (const microcloud of microclouds) {
    const own = deployments.filter((deployment) => deployment.microcloud === microcloud.id);
    room.live.set(microcloud.id, new LiveMicrocloud(...asFound(microcloud, own)));
  }
  for (const live of [...room.live.values()]) {
    if (keep.has(live.id)) live.track(takeUp(room, live));
    else {
      destroyMicrocloud(room, live.id).catch((error: unknown) =>
        room.report(`the deletion of ${live.id} could not be finished`, error),
      );
    }
  }
  return { microclouds: keep.size, adopted: adopted.length, ended: ended.length };
}

/** Whatever was ready when the last run ended has yet to be found so again. */
function asFound(microcloud: Microcloud, deployments: readonly Deployment[]): [Microcloud, Deployment[]] {
  const { reason: _, ...rest } = microcloud;
  return [
    microcloud.state === 'stopping' ? microcloud : { ...rest, state: 'starting' },
    deployments.map((deployment) => (deployment.state === 'ready' ? { ...deployment, state: 'starting' } : deployment)),
  ];
}

async function takeUp(room: Room, live: LiveMicrocloud): Promise<void> {
  try {
    await dropUnfinished(room, live);
    const gateway = await gatewayThatRuns(room, live);
    if (gateway) await followUnit(room, live, gateway);
    for (const { id, state, unitKey } of [...live.deployments.values()]) {
      if (state === 'failed') continue;
      const unit = room.engine.get(id);
      if (unit && runs(unit) && unitKey !== '') {
        await standDeployment(room, live, id, { state: 'starting' });
        await followUnit(room, live, unit);
      } else startDeployment(room, live, id);
    }
    if (!gateway) await startGateway(room, live);
  } catch (error) {
    if (live.ending.signal.aborted || room.closing.aborted) return;
    room.report(`${live.id} could not be taken up again`, error);
    await standMicrocloud(room, live, { state: 'failed', reason: readable(error) }).catch((fault: unknown) =>
      room.report(`the failure of ${live.id} could not be noted`, fault),
    );
  }
}

/** Ends what a crash left between two steps: a deployment that was being taken away, a unit that no deployment names. */
async function dropUnfinished(room: Room, live: LiveMicrocloud): Promise<void> {
  for (const { id, state } of [...live.deployments.values()]) {
    if (state !== 'stopping') continue;
    live.deployments.delete(id);
    await room.engine.forget(id);
    await room.deployments.remove(id);
  }
  for (const unit of room.engine.list(live.id)) {
    if (unit.kind === 'inference' && !live.deployments.has(unit.id)) await room.engine.forget(unit.id);
  }
}

/**
 * The gateway unit that was adopted; undefined: one has to be started. A crash during creation, or a hand that tidied up too
 * much, may have left no `gateway.json`. A new one gets keys that nobody knows: the learner asks for a new key, and finds
 * policy and ledger as they were.
 */
async function gatewayThatRuns(room: Room, live: LiveMicrocloud): Promise<Unit | undefined> {
  const unit = room.engine.get(gatewayUnitOf(live.id));
  const folder = folderOf(room.data, live.id);
  if (await readGatewayFile(folder)) return unit && runs(unit) ? unit : undefined;
  if (unit) await room.engine.stop(unit.id);
  await writeGatewayFile(folder, {
    id: live.id,
    adminKey: room.ids.secret('terroir_admin'),
    clientKeySha256: digestOf(room.ids.secret('terroir')),
  });
  return undefined;
}

const runs = ({ state }: Unit): boolean => state !== 'stopped' && state !== 'failed';
