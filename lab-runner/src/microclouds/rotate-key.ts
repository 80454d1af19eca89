import { digestOf, folderOf, readGatewayFile, writeGatewayFile } from './gateway-file.ts';
import { gatewayOf, liveOf, type Room } from './room.ts';

/**
 * Makes a new key for the clients of a gateway; the old one is worth nothing from here on. The gateway learns it first: should
 * the runner end before the file is written, nobody has seen the new key yet.
 * @throws {CodedError} `microcloud-not-found`, `gateway-not-ready`
 */
export async function rotateKey(room: Room, id: string): Promise<string> {
  const live = liveOf(room, id);
  const gateway = gatewayOf(live);
  const key = room.ids.secret('terroir');
  const clientKeySha256 = digestOf(key);
  await room.gateways.putKey(gateway, clientKeySha256);
  const folder = folderOf(room.data, id);
  const file = await readGatewayFile(folder);
  await writeGatewayFile(folder, { ...(file ?? { id, adminKey: gateway.adminKey }), clientKeySha256 });
  return key;
}
