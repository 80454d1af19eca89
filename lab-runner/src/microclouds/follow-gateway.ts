import { setTimeout as pause } from 'node:timers/promises';
import { coalesce } from '../coalesce.ts';
import type { Unit } from '../engines/engine.ts';
import type { GatewayEvent } from './gateway-admin.ts';
import { folderOf, readGatewayFile } from './gateway-file.ts';
import type { GatewayLink, LiveMicrocloud } from './live-microcloud.ts';
import type { Room } from './room.ts';

const LEAST_PAUSE_MS = 250;
const MOST_PAUSE_MS = 5000;
/** A busy gateway appends hundreds of entries a second; people and labs need the latest size a few times a second. */
const LEDGER_EVERY_MS = 100;

/**
 * Keeps the link to a gateway in step with its unit: made when it is healthy, made anew when it came back elsewhere, and
 * dropped when it has ended. One that is unhealthy may only be slow, so what is sent to it still is. While linked, what the gateway tells of its ledger and policy is passed on.
 */
export async function followGateway(room: Room, live: LiveMicrocloud, unit: Unit): Promise<void> {
  const mayAnswer = unit.state === 'healthy' || unit.state === 'unhealthy';
  if (mayAnswer && unit.url === live.link?.address.url) return;
  dropLink(live);
  const { url } = unit;
  if (url === undefined || unit.state !== 'healthy' || live.ending.signal.aborted) return;
  const file = await readGatewayFile(folderOf(room.data, live.id));
  // While the file was read the unit may have moved on; then another call has linked it, or will.
  const now = room.engine.get(unit.id);
  if (!file || live.link || now?.state !== 'healthy' || now.url !== url || live.ending.signal.aborted) return;
  const link: GatewayLink = { address: { url, adminKey: file.adminKey }, ending: new AbortController() };
  live.link = link;
  live.track(listen(room, live, link));
}

export function dropLink(live: LiveMicrocloud): void {
  live.link?.ending.abort();
  live.link = undefined;
  live.lastTable = undefined;
  live.served = new Map();
}

async function listen(room: Room, live: LiveMicrocloud, { address, ending }: GatewayLink): Promise<void> {
  const signal = AbortSignal.any([ending.signal, live.ending.signal, room.closing]);
  const tellLedger = coalesce(LEDGER_EVERY_MS, () => {
    if (live.ledgerSize !== undefined) room.notices.tell(live.id, { type: 'ledger', size: live.ledgerSize });
  });
  let wait = LEAST_PAUSE_MS;
  const onEvent = (event: GatewayEvent) => {
    wait = LEAST_PAUSE_MS;
    if (event.type === 'ledger' && event.size !== live.ledgerSize) {
      live.ledgerSize = event.size;
      tellLedger();
    } else if (event.type === 'policy' && event.sha256 !== live.policySha256) {
      live.policySha256 = event.sha256;
      room.notices.tell(live.id, event);
    }
  };
  while (!signal.aborted) {
    // A stream that breaks is opened again; that a gateway is not well, its unit's state tells.
    await room.gateways.follow(address, onEvent, signal).catch(() => {});
    await pause(wait, undefined, { signal, ref: false }).catch(() => {});
    wait = Math.min(wait * 2, MOST_PAUSE_MS);
  }
  tellLedger.cancel();
}
