import { CodedError } from '../coded-error.ts';
import { standDeployment } from './change.ts';
import { liveOf, type Room } from './room.ts';
import { serveDeployments } from './serve-deployments.ts';

/**
 * Takes a model away: the gateway stops sending requests to it, then its unit ends. One that is still on its way up is called
 * off. Resolves when nothing is left of it.
 * @throws {CodedError} `microcloud-not-found`, `deployment-not-found`
 */
export async function undeploy(room: Room, microcloud: string, id: string): Promise<void> {
  const live = liveOf(room, microcloud);
  if (!live.deployments.has(id)) {
    throw new CodedError({
      status: 404,
      code: 'deployment-not-found',
      detail: `There is no deployment ${id} in this micro-cloud.`,
      todo: 'See what is deployed with GET /api/microclouds/{id}.',
      field: 'deployment',
    });
  }
  await standDeployment(room, live, id, { state: 'stopping' });
  const underway = live.underway.get(id);
  underway?.ending.abort();
  await underway?.done;
  await serveDeployments(room, live);
  await room.engine.forget(id);
  if (!live.deployments.delete(id)) return;
  await room.deployments.remove(id);
  room.notices.tell(live.id, { type: 'microcloud' });
}
