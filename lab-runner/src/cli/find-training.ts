import { MicrocloudList } from '@terroir/labs/contract/microcloud.ts';
import { TrainingList, type TrainingView } from '@terroir/labs/contract/training.ts';
import { CodedError } from '../coded-error.ts';
import { type Context, type Input, UsageError } from './command.ts';
import { callRunner } from './runner-client.ts';

/** The option that all commands about trainings have. */
export const MICROCLOUD = {
  microcloud: { value: 'ID', says: 'the micro-cloud; not needed when there is only one, or when a training is named' },
} as const;

export const trainingsPath = (microcloud: string, training?: string): string =>
  `/api/microclouds/${encodeURIComponent(microcloud)}/trainings${training === undefined ? '' : `/${encodeURIComponent(training)}`}`;

/** The micro-cloud that is meant. @throws {UsageError} when none is named and there is not exactly one */
export async function microcloudMeant({ text }: Input, context: Context): Promise<string> {
  const named = text('microcloud');
  if (named !== undefined) return named;
  const all = await callRunner(context, '/api/microclouds', MicrocloudList);
  const [only] = all;
  if (only && all.length === 1) return only.id;
  if (!only) throw new UsageError('There is no micro-cloud yet.', 'Create one: npm run terroir -- microcloud create');
  throw new UsageError(
    'Say in which micro-cloud.',
    `Add --microcloud with one of ${all.map(({ id, name }) => `${id} (${name})`).join(', ')}.`,
  );
}

/** A training by its id, in whichever micro-cloud it is, with its path. @throws {CodedError} `training-not-found` */
export async function findTraining(
  input: Input,
  context: Context,
): Promise<{ readonly path: string; readonly training: TrainingView }> {
  const [id = ''] = input.arguments;
  const named = input.text('microcloud');
  const clouds = named === undefined ? await callRunner(context, '/api/microclouds', MicrocloudList) : [{ id: named }];
  for (const cloud of clouds) {
    const trainings = await callRunner(context, trainingsPath(cloud.id), TrainingList);
    const training = trainings.find((one) => one.id === id);
    if (training) return { path: trainingsPath(cloud.id, id), training };
  }
  throw new CodedError({
    status: 404,
    code: 'training-not-found',
    detail: `There is no training ${id}.`,
    todo: 'List them: npm run terroir -- training list',
    field: 'id',
  });
}
