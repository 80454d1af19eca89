import type { FoundryProblem } from '@terroir/labs/contract/foundry-event.ts';
import { CodedError } from '../coded-error.ts';

export const trainingNotFound = (id: string) =>
  new CodedError({
    status: 404,
    code: 'training-not-found',
    detail: `There is no training ${id} in this micro-cloud.`,
    todo: 'List them with GET /api/microclouds/{id}/trainings.',
    field: 'training',
  });

export const trainingNotReady = (state: string, what: string) =>
  new CodedError({
    status: 409,
    code: 'training-not-ready',
    detail: `The training is ${state}, and ${what}.`,
    todo: 'Wait until it is done; start it if it was stopped.',
    field: 'training',
  });

export const trainingUnderway = (state: string) =>
  new CodedError({
    status: 409,
    code: 'training-underway',
    detail: `The training is ${state} already.`,
    todo: state === 'done' ? 'Create a new training to train again.' : 'Follow it, or stop it first.',
    field: 'training',
  });

export const trainingNotRunning = (state: string) =>
  new CodedError({
    status: 409,
    code: 'training-not-running',
    detail: `The training is ${state}, so there is nothing to stop.`,
    todo: 'Nothing needs to be done.',
    field: 'training',
  });

export const trainingNotEditable = (state: string) =>
  new CodedError({
    status: 409,
    code: 'training-not-editable',
    detail: `The training is ${state}; its text can no longer be changed. Nothing was changed.`,
    todo: 'Create a new training for other text.',
    field: 'training',
  });

export const trainingEmpty = () =>
  new CodedError({
    status: 409,
    code: 'training-empty',
    detail: 'The training has no text yet.',
    todo: 'Add a file, or choose a text that ships with a lab, then start it.',
    field: 'sources',
  });

export const microcloudEnding = () =>
  new CodedError({
    status: 409,
    code: 'microcloud-stopping',
    detail: 'The micro-cloud is being removed, and its trainings with it.',
    todo: 'Use another micro-cloud.',
    field: 'id',
  });

export const foundryMissing = (missing: readonly { readonly name: string }[]) =>
  new CodedError({
    status: 503,
    code: 'foundry-missing',
    detail: `This machine cannot train yet: ${missing.map(({ name }) => name).join(', ')} missing.`,
    todo: 'GET /api/foundry and "npm run terroir -- foundry check" say what to install.',
  });

export const textNotFound = (id: string) =>
  new CodedError({
    status: 422,
    code: 'text-not-found',
    detail: `No lab ships a text with the id ${id}.`,
    todo: 'Choose one of the texts that GET /api/foundry lists.',
    field: 'texts',
  });

export const modelNotInstalled = (id: string, field: string) =>
  new CodedError({
    status: 409,
    code: 'model-not-installed',
    detail: `The model ${id} is not on this machine.`,
    todo: 'Pull or import it first, or leave it out.',
    field,
  });

export const sourceNameInvalid = (name: string) =>
  new CodedError({
    status: 422,
    code: 'source-name-invalid',
    detail: `"${name.slice(0, 100)}" cannot be the name of a file here.`,
    todo: 'Use a plain file name of at most 200 bytes: no slashes, no control characters, and no dot at the start.',
    field: 'name',
  });

export const sourceNotFound = (name: string) =>
  new CodedError({
    status: 404,
    code: 'source-not-found',
    detail: `The training has no file ${name}.`,
    todo: 'See its files with GET /api/microclouds/{id}/trainings/{training}.',
    field: 'name',
  });

export const sourceTooLarge = (mostBytes: number) =>
  new CodedError({
    status: 413,
    code: 'source-too-large',
    detail: `The file is larger than ${mostBytes / 2 ** 20} MiB. Nothing was kept of it.`,
    todo: 'Split it, or leave parts of it out; files added before are still there.',
    field: 'name',
  });

export const artefactNotFound = (path: string) =>
  new CodedError({
    status: 404,
    code: 'artefact-not-found',
    detail: `The training has made no file ${path}.`,
    todo: 'See what it made with GET /api/microclouds/{id}/trainings/{training}.',
    field: 'path',
  });

/** What is kept of a run that ended without a word. @param how its unit ended, with what it printed last; the log has the rest */
export function crashed(how: string | undefined): FoundryProblem {
  const [first = '', ...printed] = (how ?? '').split('\n');
  const ended = first.replace(/ ?Its last words:$/, '');
  // What it printed before it was killed has nothing to do with that.
  const last = ended.includes('SIGKILL') ? undefined : printed.at(-1)?.trim();
  return {
    code: 'foundry-crashed',
    detail: ['The training ended without saying why.', ended, ...(last ? [`It last printed: ${last}`] : [])]
      .join(' ')
      .trim(),
    todo: `Start it again: it goes on from its last checkpoint.${
      ended.includes('SIGKILL')
        ? ' If it ends so again, memory may be short: close other programs, or train on less text.'
        : ''
    }`,
    values: {},
  };
}

export const interrupted = (): FoundryProblem => ({
  code: 'foundry-interrupted',
  detail: 'The machine, or Terroir, ended while this training ran.',
  todo: 'Start it again: it goes on from its last checkpoint.',
  values: {},
});

/** What kept a run from starting. The text of an error that is not coded stays inside. */
export function notStarted(error: unknown): FoundryProblem {
  const todo = 'Start it again. If it happens again, the runner’s log says what it was.';
  if (error instanceof CodedError) {
    const { code, detail } = error;
    return { code, detail, todo: error.todo, values: {} };
  }
  return { code: 'foundry-not-started', detail: 'The training could not be started.', todo, values: {} };
}
