import { setTimeout as pause } from 'node:timers/promises';
import { TrainingView } from '@terroir/labs/contract/training.ts';
import type { Context, Result } from './command.ts';
import { callRunner } from './runner-client.ts';
import { progressLine, trainingLines } from './training-text.ts';

const LOOK_MS = 1000;

/**
 * Shows a training until it has ended. Ctrl-C only ends the looking; the training goes on.
 * @param path of the training
 */
export async function followTraining(context: Context, path: string, first: TrainingView): Promise<Result> {
  const { terminal, signal } = context;
  let training = first;
  try {
    while (isUnderway(training)) {
      terminal.progress(progressLine(training));
      await pause(LOOK_MS, undefined, { signal });
      training = await callRunner(context, path, TrainingView);
    }
  } catch (error) {
    if (!signal.aborted) throw error;
    const goesOn = [`The training ${training.id} goes on.`, `Stop it: npm run terroir -- training stop ${training.id}`];
    return { json: training, lines: goesOn, exitCode: 130 };
  } finally {
    terminal.progress(undefined);
  }
  return { json: training, lines: trainingLines(training), exitCode: training.state === 'failed' ? 1 : 0 };
}

const isUnderway = ({ state }: TrainingView): boolean =>
  state === 'queued' || state === 'running' || state === 'stopping';
