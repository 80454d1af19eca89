import { digestOf } from './gateway-file.ts';
import { gatewayOf, liveOf, type Room } from './room.ts';

/**
 * Makes a new key for the clients of a gateway; the old one is worth nothing from here on. The gateway keeps the digest in its
 * `gateway.json` before it answers, so that the key given out here is good after any restart.
 * @throws {CodedError} `microcloud-not-found`, `gateway-not-ready`, `gateway-unreachable`
 */
export async function rotateKey(room: Room, id: string): Promise<string> {
  const key = room.ids.secret('terroir');
  await room.gateways.putKey(gatewayOf(liveOf(room, id)), digestOf(key));
  return key;
}
