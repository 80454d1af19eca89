import { createHash } from 'node:crypto';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { CodedError } from '../coded-error.ts';
import { writeDurably } from '../durable-file.ts';
import { GatewayFile } from '../gateway/admin-api.ts';
import { readJson } from '../json-file.ts';

/** Hex SHA-256 of a key: what is kept in its place. */
export const digestOf = (key: string): string => createHash('sha256').update(key).digest('hex');

export const folderOf = (data: string, microcloud: string): string => join(data, 'microclouds', microcloud);

/** Writes `gateway.json` into the micro-cloud's folder, making the folder (only this user may look inside). */
export async function writeGatewayFile(folder: string, file: GatewayFile): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await writeDurably(join(folder, 'gateway.json'), `${JSON.stringify(file)}\n`, 0o600);
}

/** undefined: there is none. @throws {CodedError} `gateway-file-damaged` */
export async function readGatewayFile(folder: string): Promise<GatewayFile | undefined> {
  const path = join(folder, 'gateway.json');
  return readJson(
    path,
    GatewayFile,
    (cause) =>
      new CodedError({
        status: 500,
        code: 'gateway-file-damaged',
        detail: `${path} cannot be read as the gateway's settings.`,
        todo: 'Put the file back from a copy, or remove it: the ledger and the policy stay, and a new key can be asked for.',
        cause,
      }),
  );
}

export async function removeFolder(folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true, maxRetries: 3 });
}
