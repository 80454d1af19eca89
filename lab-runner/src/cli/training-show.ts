import type { Command } from './command.ts';
import { findTraining, MICROCLOUD } from './find-training.ts';
import { trainingLines } from './training-text.ts';

export const trainingShow: Command = {
  words: ['training', 'show'],
  takes: 'ID',
  least: 1,
  most: 1,
  does: 'Show a training: how far it is, what it measured, what it made.',
  details: '',
  options: { ...MICROCLOUD },
  run: async (input, context) => {
    const { training } = await findTraining(input, context);
    return { json: training, lines: trainingLines(training) };
  },
};
