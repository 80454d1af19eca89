import { Type } from 'typebox';
import type { Command, Context } from './command.ts';
import { openModels } from './open-models.ts';
import { callRunner, runnerOfFolder } from './runner-client.ts';

export const modelRemove: Command = {
  words: ['model', 'remove'],
  takes: 'ID',
  least: 1,
  most: 1,
  does: 'Remove the file of a model, or what is kept of a pull that did not end.',
  details:
    'A model that is deployed in a micro-cloud stays until the deployment is stopped. Models that ship with Terroir stay.',
  options: {},
  run: async ({ arguments: [id = ''] }, context) => {
    // Only the runner knows what is deployed; where none has these files, nothing is.
    const base = runnerOfFolder(context);
    if (base === undefined) await removeFiles(context, id);
    else await callRunner(context, `/api/models/${encodeURIComponent(id)}`, Type.Null(), { method: 'DELETE', base });
    return { json: { id, removed: true }, lines: [`${id} is removed.`] };
  },
};

async function removeFiles(context: Context, id: string): Promise<void> {
  const models = await openModels(context);
  try {
    await models.remove(id);
  } finally {
    await models.close();
  }
}
