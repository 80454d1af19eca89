import type { LabManifest } from '@terroir/labs/contract/lab.ts';
import { CodedError } from '../coded-error.ts';

/** What a learner expects at a step of a lab. */
export interface Expected {
  readonly step: string;
  readonly choice: string;
}

/** @throws {CodedError} `step-not-found`, `step-not-a-prediction`, `choice-unknown` */
export function refuseUnfitting({ id: lab, steps }: LabManifest, { step: id, choice }: Expected): void {
  const step = steps.find((one) => one.id === id);
  if (!step) {
    throw new CodedError({
      status: 404,
      code: 'step-not-found',
      detail: `The lab ${lab} has no step ${id}.`,
      todo: 'See its steps with GET /api/labs.',
      field: 'step',
    });
  }
  if (step.check.kind !== 'predicted') {
    throw new CodedError({
      status: 422,
      code: 'step-not-a-prediction',
      detail: `The step ${id} asks for no prediction.`,
      todo: 'Predict at the steps whose check is "predicted".',
      field: 'step',
    });
  }
  const { options } = step.check.prediction;
  if (options.some((option) => option.id === choice)) return;
  throw new CodedError({
    status: 422,
    code: 'choice-unknown',
    detail: `The step ${id} has no choice ${choice}.`,
    todo: `Choose one of ${options.map((option) => option.id).join(', ')}.`,
    field: 'choice',
  });
}

export const predictionMade = (choice: string): CodedError =>
  new CodedError({
    status: 409,
    code: 'prediction-made',
    detail: `The prediction was made already, and is "${choice}".`,
    todo: 'See how it turns out. Starting the lab over forgets it.',
    field: 'choice',
  });
