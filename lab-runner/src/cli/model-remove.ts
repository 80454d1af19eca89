import type { Command } from './command.ts';
import { openModels } from './open-models.ts';

export const modelRemove: Command = {
  words: ['model', 'remove'],
  takes: 'ID',
  least: 1,
  most: 1,
  does: 'Remove the file of a model, or what is kept of a pull that did not end.',
  details: 'A unit that runs the model keeps it until it ends. Models that ship with Terroir stay.',
  options: {},
  run: async ({ arguments: [id = ''] }, context) => {
    const models = await openModels(context);
    await models.remove(id);
    return { json: { id, removed: true }, lines: [`${id} is removed.`] };
  },
};
