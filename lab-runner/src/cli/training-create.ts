import { type CreateTraining, TrainingView } from '@terroir/labs/contract/training.ts';
import { type Command, type Context, type Input, type Result, UsageError } from './command.ts';
import { MICROCLOUD, microcloudMeant, trainingsPath } from './find-training.ts';
import { followTraining } from './follow-training.ts';
import { callRunner } from './runner-client.ts';
import { trainingFiles } from './training-files.ts';

export const trainingCreate: Command = {
  words: ['training', 'create'],
  takes: '[FILE …]',
  least: 0,
  most: Number.POSITIVE_INFINITY,
  does: 'Train a small model on local text: files of text, Markdown or PDF, zips of them, or folders.',
  details:
    'The text is copied; yours stays where it is. In a terminal the training is shown until it has ended, and Ctrl-C ends only the ' +
    'showing; elsewhere the command ends once the training is on its way, unless --wait is given.',
  options: {
    ...MICROCLOUD,
    name: { value: 'NAME', says: 'what to call the model' },
    language: { value: 'TAGS', says: 'languages of the text, such as fr or fr,wo' },
    text: { value: 'IDS', says: 'texts that ship with labs, such as local-model-fr' },
    minutes: { value: 'N', says: 'how long it may read (10)' },
    start: { value: 'WEIGHTS', says: 'scratch, or terroir-seedling to go on from that model' },
    seed: { value: 'N', says: 'the same seed and text give the same model' },
    rival: { value: 'IDS', says: 'installed models to compare with (terroir-seedling)' },
    maker: { value: 'NAME', says: 'who made it, for its card' },
    licence: { value: 'SPDX', says: 'licence of the model, for its card' },
    statement: { value: 'TEXT', says: 'where the text is from, and with whose consent' },
    draft: { says: 'only create it; start it later' },
    wait: { says: 'wait until it has ended' },
  },
  run: async (input, context) => {
    const settings = settingsOf(input);
    const files = await trainingFiles(input.arguments.map((path) => context.resolve(path)));
    if (files.length === 0 && settings.texts === undefined) {
      throw new UsageError('FILE is missing.', 'Give files of text, or --text with the id of one that ships.');
    }
    const microcloud = await microcloudMeant(input, context);
    const body = { method: 'POST', body: settings };
    const created = await callRunner(context, trainingsPath(microcloud), TrainingView, body);
    const path = trainingsPath(microcloud, created.id);
    let training = created;
    for (const [index, file] of files.entries()) {
      context.terminal.progress(`sending ${file.name} (${index + 1} of ${files.length})`);
      const upload = { method: 'PUT', file: await file.open() };
      training = await callRunner(context, `${path}/sources/${encodeURIComponent(file.name)}`, TrainingView, upload);
    }
    context.terminal.progress(undefined);
    if (input.isOn('draft')) return under(training, `Training ${training.id} is a draft with ${files.length} file(s).`);
    return startAndFollow(input, context, path);
  },
};

/** Starts a training, and shows it where somebody is there to look. */
export async function startAndFollow(input: Input, context: Context, path: string): Promise<Result> {
  const training = await callRunner(context, `${path}/start`, TrainingView, { method: 'POST' });
  if (context.terminal.interactive || input.isOn('wait')) return followTraining(context, path, training);
  const place = training.position === undefined ? '' : `, at place ${training.position}`;
  return under(training, `Training ${training.id} is ${training.state}${place}.`);
}

const under = (training: TrainingView, line: string): Result => ({ json: training, lines: [line] });

function settingsOf({ text }: Input): CreateTraining {
  const list = (option: string) =>
    text(option)
      ?.split(/[\s,]+/)
      .filter(Boolean);
  const number = (option: string) => {
    const said = text(option);
    if (said === undefined) return undefined;
    if (said.trim() !== '' && Number.isFinite(Number(said))) return Number(said);
    throw new UsageError(`--${option} takes a number, not "${said}".`, 'Such as --minutes 10.');
  };
  const start = text('start');
  if (start !== undefined && start !== 'scratch' && start !== 'terroir-seedling') {
    throw new UsageError(
      `A training cannot start from "${start}".`,
      'Use --start scratch or --start terroir-seedling.',
    );
  }
  const name = text('name');
  if (name === undefined)
    throw new UsageError('--name is missing.', 'Say what to call the model: --name "My village".');
  const languages = list('language');
  if (languages === undefined) throw new UsageError('--language is missing.', 'Such as --language fr.');
  const said = {
    ...{ start, texts: list('text'), rivals: list('rival'), minutes: number('minutes'), seed: number('seed') },
    ...{ maker: text('maker'), licence: text('licence'), statement: text('statement') },
  };
  const given = Object.fromEntries(Object.entries(said).filter(([, value]) => value !== undefined));
  return { name, languages, ...given };
}
