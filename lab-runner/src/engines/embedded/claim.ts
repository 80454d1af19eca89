import { join } from 'node:path';
import { Type } from 'typebox';
import { writeDurably } from '../../durable-file.ts';
import { readJsonIfSound } from '../../json-file.ts';
import { EngineError } from '../engine-error.ts';
import { processIdentity } from './process-table.ts';

const Claim = Type.Object({ pid: Type.Integer({ minimum: 1 }), identity: Type.String() });

/**
 * Says in the engine's folder that this process runs its units. Two runners over one folder would end each other's units.
 * @throws {EngineError} `engine-in-use` while the process that said so before still runs
 */
export async function claimFolder(folder: string): Promise<void> {
  const file = join(folder, 'runner.json');
  const former = await readJsonIfSound(file, Claim);
  if (former && former.pid !== process.pid && (await processIdentity(former.pid)) === former.identity) {
    throw new EngineError('engine-in-use', {
      status: 409,
      detail: `Another Terroir, process ${former.pid}, runs the units in ${folder}.`,
      todo: 'Use that one, end it first, or set TERROIR_DATA to another folder.',
    });
  }
  const identity = (await processIdentity(process.pid)) ?? '';
  await writeDurably(file, JSON.stringify({ pid: process.pid, identity }), 0o600);
}
