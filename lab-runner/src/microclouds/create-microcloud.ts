import type { CreateMicrocloud } from '@terroir/labs/contract/microcloud.ts';
import { CodedError } from '../coded-error.ts';
import { standMicrocloud } from './change.ts';
import { followUnit } from './follow-units.ts';
import { digestOf, folderOf, removeFolder, writeGatewayFile } from './gateway-file.ts';
import { LiveMicrocloud } from './live-microcloud.ts';
import { gatewayUnitOf, type Microcloud } from './microcloud.ts';
import { type Room, readable } from './room.ts';

/**
 * Creates a micro-cloud and starts its gateway in the background. Resolves once it is on disk, so that a crash right after
 * loses nothing. `key` is given out here and nowhere else.
 * @throws {CodedError} `microcloud-limit`
 */
export async function createMicrocloud(
  room: Room,
  input: CreateMicrocloud,
): Promise<{ readonly microcloud: Microcloud; readonly key: string }> {
  if (room.live.size >= room.most) {
    throw new CodedError({
      status: 409,
      code: 'microcloud-limit',
      detail: `This runner holds ${room.live.size} micro-clouds, which is as many as it may.`,
      todo: 'Delete one that is no longer needed, or start the runner with a higher TERROIR_MAX_MICROCLOUDS.',
    });
  }
  const key = room.ids.secret('terroir');
  const live = new LiveMicrocloud({
    id: room.ids.next(),
    name: input.name?.trim() || `Micro-cloud ${room.live.size + 1}`,
    state: 'starting',
    createdAt: room.clock.now(),
  });
  room.live.set(live.id, live);
  const folder = folderOf(room.data, live.id);
  try {
    await room.microclouds.save(live.microcloud);
    await writeGatewayFile(folder, {
      id: live.id,
      adminKey: room.ids.secret('terroir_admin'),
      clientKeySha256: digestOf(key),
    });
  } catch (error) {
    room.live.delete(live.id);
    await Promise.allSettled([room.microclouds.remove(live.id), removeFolder(folder)]);
    throw error;
  }
  live.track(startGateway(room, live));
  return { microcloud: live.microcloud, key };
}

/** Starts the gateway unit. Never rejects: a micro-cloud whose gateway cannot start is `failed`, and says why. */
export async function startGateway(room: Room, live: LiveMicrocloud): Promise<void> {
  try {
    const unit = await room.engine.start(
      { id: gatewayUnitOf(live.id), microcloud: live.id, kind: 'gateway', folder: folderOf(room.data, live.id) },
      AbortSignal.any([live.ending.signal, room.closing]),
    );
    await followUnit(room, live, unit);
  } catch (error) {
    if (live.ending.signal.aborted || room.closing.aborted) return;
    room.report(`the gateway of ${live.id} did not start`, error);
    await standMicrocloud(room, live, { state: 'failed', reason: readable(error) }).catch((fault: unknown) =>
      room.report(`the failure of ${live.id} could not be noted`, fault),
    );
  }
}
