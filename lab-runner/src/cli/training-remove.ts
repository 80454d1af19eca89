import { Type } from 'typebox';
import type { Command } from './command.ts';
import { findTraining, MICROCLOUD } from './find-training.ts';
import { callRunner } from './runner-client.ts';

export const trainingRemove: Command = {
  words: ['training', 'remove'],
  takes: 'ID',
  least: 1,
  most: 1,
  does: 'End a training and remove all it holds, its copies of the text as well.',
  details: 'A model that was published stays in the catalogue.',
  options: { ...MICROCLOUD },
  run: async (input, context) => {
    const { path, training } = await findTraining(input, context);
    await callRunner(context, path, Type.Null(), { method: 'DELETE' });
    return { json: { id: training.id, removed: true }, lines: [`Training ${training.id} is gone.`] };
  },
};
