import { OpenAiError } from './openai-error.ts';

export const ledgerUnavailable = () =>
  new OpenAiError(
    503,
    'ledger_unavailable',
    'The ledger of this micro-cloud cannot be written, and what cannot be recorded is not answered. Tell your trainer: the disk may be full.',
    { headers: { 'retry-after': '5' } },
  );

export const upstreamUnavailable = (model: string) =>
  new OpenAiError(
    502,
    'upstream_unavailable',
    `The program that runs ${model} does not answer. It may be starting again: try once more in a moment.`,
    { headers: { 'retry-after': '2' } },
  );

export const unknownModel = (model: string) =>
  new OpenAiError(
    404,
    'model_not_found',
    `No model "${model}" is deployed in this micro-cloud. GET /v1/models lists those that are.`,
    { param: 'model' },
  );

export const tooLarge = (most: number) =>
  new OpenAiError(
    413,
    'request_too_large',
    `The request is larger than ${most} bytes. Nothing of it was kept; send a shorter one.`,
  );

export function openAiErrorOf(error: unknown): OpenAiError {
  if (error instanceof OpenAiError) return error;
  return new OpenAiError(500, 'internal_error', 'Something went wrong inside the gateway. Its log says what.');
}
