import { TrainingList } from '@terroir/labs/contract/training.ts';
import type { Command } from './command.ts';
import { MICROCLOUD, microcloudMeant, trainingsPath } from './find-training.ts';
import { callRunner } from './runner-client.ts';
import { table } from './table.ts';

export const trainingList: Command = {
  words: ['training', 'list'],
  takes: '',
  least: 0,
  most: 0,
  does: 'Show the trainings of a micro-cloud.',
  details: '',
  options: { ...MICROCLOUD },
  run: async (input, context) => {
    const trainings = await callRunner(context, trainingsPath(await microcloudMeant(input, context)), TrainingList);
    const rows = trainings.map(({ id, name, state, position, points, published }) => [
      id,
      name,
      position === undefined ? state : `${state}, at place ${position}`,
      points.at(-1)?.loss.toFixed(3) ?? '',
      published ?? '',
    ]);
    const lines = table([['TRAINING', 'NAME', 'STATE', 'LOSS', 'PUBLISHED'], ...rows]);
    return { json: trainings, lines: rows.length > 0 ? lines : ['There are no trainings.'] };
  },
};
