import type { Command } from './command.ts';
import { findTraining, MICROCLOUD } from './find-training.ts';
import { startAndFollow } from './training-create.ts';

export const trainingStart: Command = {
  words: ['training', 'start'],
  takes: 'ID',
  least: 1,
  most: 1,
  does: 'Start a training, or go on with one that was stopped or failed.',
  details:
    'One training runs at a time; the others wait for their turn. In a terminal it is shown until it has ended, and Ctrl-C ends only ' +
    'the showing.',
  options: { ...MICROCLOUD, wait: { says: 'wait until it has ended' } },
  run: async (input, context) => {
    const { path } = await findTraining(input, context);
    return startAndFollow(input, context, path);
  },
};
