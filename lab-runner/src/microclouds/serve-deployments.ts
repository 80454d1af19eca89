import { setTimeout as pause } from 'node:timers/promises';
import type { Upstreams } from '../gateway/admin-api.ts';
import { standDeployment } from './change.ts';
import type { LiveMicrocloud } from './live-microcloud.ts';
import { afterInference } from './microcloud.ts';
import type { Room } from './room.ts';

const RETRY_MS = 1000;

/**
 * Brings the gateway's table of upstreams in line with the inference units that run now, and marks what it serves as ready.
 * Looks only at the state of things, so it may be called at any time and any number of times; calls follow one another.
 */
export function serveDeployments(room: Room, live: LiveMicrocloud): Promise<void> {
  live.serving = live.serving
    .then(() => bringInLine(room, live))
    .catch((error: unknown) => {
      if (live.ending.signal.aborted || room.closing.aborted) return;
      room.report(`the gateway of ${live.id} did not take its upstreams`, error);
      const again = pause(RETRY_MS, undefined, { signal: live.ending.signal, ref: false });
      again.then(
        () => void serveDeployments(room, live),
        () => {},
      );
    });
  return live.serving;
}

async function bringInLine(room: Room, live: LiveMicrocloud): Promise<void> {
  const { link } = live;
  if (!link || live.ending.signal.aborted) return;
  const rows = upstreams(room, live);
  const table: Upstreams = rows.map(({ model, url, key, sha256 }) => ({ model, url, key, sha256 }));
  const text = JSON.stringify(table);
  if (text !== live.lastTable) {
    await room.gateways.putUpstreams(link.address, table, AbortSignal.any([link.ending.signal, live.ending.signal]));
    if (live.link !== link) return;
    live.lastTable = text;
    live.served = new Map(rows.map(({ id, url }) => [id, url]));
  }
  for (const { id, state } of [...live.deployments.values()]) {
    const unit = room.engine.get(id);
    if (unit && (state === 'starting' || state === 'ready')) {
      await standDeployment(room, live, id, afterInference(state, unit, live.served.get(id) === unit.url));
    }
  }
}

/** A unit that backs off stays in the table: it comes back, and taking it out would write two entries into the ledger. */
function upstreams(room: Room, live: LiveMicrocloud) {
  return [...live.deployments.values()].flatMap(({ id, model, state, sha256, unitKey }) => {
    const url = room.engine.get(id)?.url;
    if (url === undefined || sha256 === undefined || (state !== 'starting' && state !== 'ready')) return [];
    return [{ id, model, url, key: unitKey, sha256 }];
  });
}
