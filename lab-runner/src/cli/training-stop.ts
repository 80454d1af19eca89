import { TrainingView } from '@terroir/labs/contract/training.ts';
import type { Command } from './command.ts';
import { findTraining, MICROCLOUD } from './find-training.ts';
import { callRunner } from './runner-client.ts';

export const trainingStop: Command = {
  words: ['training', 'stop'],
  takes: 'ID',
  least: 1,
  most: 1,
  does: 'Stop a training; it keeps a checkpoint, and can go on from there.',
  details: '',
  options: { ...MICROCLOUD },
  run: async (input, context) => {
    const { path } = await findTraining(input, context);
    const training = await callRunner(context, `${path}/stop`, TrainingView, { method: 'POST' });
    const { id, state } = training;
    return { json: training, lines: [`Training ${id} is ${state}. Go on: npm run terroir -- training start ${id}`] };
  },
};
