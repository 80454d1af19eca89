import { standMicrocloud } from './change.ts';
import { dropLink } from './follow-gateway.ts';
import { folderOf, removeFolder } from './gateway-file.ts';
import type { LiveMicrocloud } from './live-microcloud.ts';
import { liveOf, type Room } from './room.ts';

/**
 * Ends every unit of a micro-cloud and removes all it held: keys, policy, ledger, progress. Resolves when nothing is left.
 * Should it fail half-way, the micro-cloud stays `stopping`, and asking again, or the next start, finishes it.
 * @throws {CodedError} `microcloud-not-found`
 */
export async function destroyMicrocloud(room: Room, id: string): Promise<void> {
  const live = liveOf(room, id);
  live.destroying ??= end(room, live).catch((error: unknown) => {
    live.destroying = undefined;
    throw error;
  });
  await live.destroying;
}

async function end(room: Room, live: LiveMicrocloud): Promise<void> {
  await standMicrocloud(room, live, { state: 'stopping' });
  live.ending.abort();
  dropLink(live);
  await live.idle();
  await room.engine.destroy(live.id);
  await removeFolder(folderOf(room.data, live.id));
  await room.microclouds.remove(live.id);
  room.live.delete(live.id);
  room.notices.tell(live.id, { type: 'gone' });
}
