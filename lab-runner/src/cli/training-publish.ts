import { TrainingPublished } from '@terroir/labs/contract/training.ts';
import type { Command } from './command.ts';
import { findTraining, MICROCLOUD } from './find-training.ts';
import { callRunner } from './runner-client.ts';

export const trainingPublish: Command = {
  words: ['training', 'publish'],
  takes: 'ID',
  least: 1,
  most: 1,
  does: 'Take a trained model, with its card, into the catalogue of the centre.',
  details: 'It can then be deployed as any other model. Publishing again changes nothing.',
  options: { ...MICROCLOUD },
  run: async (input, context) => {
    const { path } = await findTraining(input, context);
    const published = await callRunner(context, `${path}/publish`, TrainingPublished, { method: 'POST' });
    return { json: published, lines: [`Published as ${published.id}.`, `SHA-256 ${published.sha256}`] };
  },
};
