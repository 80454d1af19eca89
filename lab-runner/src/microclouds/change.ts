import type { DeploymentState, MicrocloudState } from '@terroir/labs/contract/microcloud.ts';
import type { LiveMicrocloud } from './live-microcloud.ts';
import type { Deployment, Standing } from './microcloud.ts';
import type { Room } from './room.ts';

/** Moves a micro-cloud to where it now stands: in memory at once, then on disk, then told. Nothing new: nothing happens. */
export async function standMicrocloud(room: Room, live: LiveMicrocloud, to: Standing<MicrocloudState>): Promise<void> {
  const { state, reason } = live.microcloud;
  if (state === to.state && reason === to.reason) return;
  const { reason: _, ...rest } = live.microcloud;
  live.microcloud = { ...rest, state: to.state, ...(to.reason === undefined ? {} : { reason: to.reason }) };
  await room.microclouds.save(live.microcloud);
  room.notices.tell(live.id, { type: 'microcloud' });
}

/** The same for a deployment; `since` is when it came into its state. One that was removed meanwhile stays removed. */
export async function standDeployment(
  room: Room,
  live: LiveMicrocloud,
  id: string,
  to: Standing<DeploymentState> & Partial<Pick<Deployment, 'sha256' | 'unitKey'>>,
): Promise<void> {
  const current = live.deployments.get(id);
  if (!current) return;
  const same = current.state === to.state && current.reason === to.reason;
  if (same && to.sha256 === undefined && to.unitKey === undefined) return;
  const { reason: _, ...rest } = current;
  const next: Deployment = {
    ...rest,
    state: to.state,
    since: current.state === to.state ? current.since : room.clock.now(),
    ...(to.reason === undefined ? {} : { reason: to.reason }),
    sha256: to.sha256 ?? current.sha256,
    unitKey: to.unitKey ?? current.unitKey,
  };
  live.deployments.set(id, next);
  await room.deployments.save(next);
  if (!same) room.notices.tell(live.id, { type: 'deployment', deployment: next });
}
