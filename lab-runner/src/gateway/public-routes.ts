import type { IncomingMessage, ServerResponse } from 'node:http';
import { hasBearerKey } from './bearer.ts';
import { answerInference, type InferenceParts } from './inference.ts';
import { INFERENCE_PATHS, type InferencePath } from './inference-request.ts';
import { OpenAiError, sendOpenAiError } from './openai-error.ts';
import { sendJson } from './problem-answer.ts';

export interface PublicParts extends InferenceParts {
  /** SHA-256 of the clients' key, which may change while the gateway runs. */
  readonly clientKey: { sha256: Buffer };
  readonly startedAt: Date;
}

/** Everything under `/v1`, as OpenAI's API has it. */
export async function answerV1(
  parts: PublicParts,
  path: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  if (!hasBearerKey(request, parts.clientKey.sha256)) return sendOpenAiError(request, response, wrongKey());
  if (isInferencePath(path)) {
    if (request.method !== 'POST') return sendOpenAiError(request, response, wrongMethod('POST'));
    return answerInference(parts, path, request, response);
  }
  if (path === '/v1/models' || path.startsWith('/v1/models/')) {
    if (request.method !== 'GET' && request.method !== 'HEAD')
      return sendOpenAiError(request, response, wrongMethod('GET'));
    return answerModels(parts, path.slice('/v1/models/'.length), request, response);
  }
  sendOpenAiError(request, response, new OpenAiError(404, 'not_found', `The gateway does not know ${path}.`));
}

function answerModels(parts: PublicParts, id: string, request: IncomingMessage, response: ServerResponse): void {
  const created = Math.floor(parts.startedAt.getTime() / 1000);
  const view = (model: string) => ({ id: model, object: 'model', created, owned_by: parts.id });
  if (id === '') {
    sendJson(response, { object: 'list', data: parts.upstreams.list().map(({ model }) => view(model)) });
    return;
  }
  const wanted = decode(id);
  const found = wanted === undefined ? undefined : parts.upstreams.get(wanted);
  if (found) {
    sendJson(response, view(found.model));
    return;
  }
  const message = `No model "${wanted ?? id}" is deployed in this micro-cloud.`;
  sendOpenAiError(request, response, new OpenAiError(404, 'model_not_found', message, { param: 'model' }));
}

const wrongKey = () =>
  new OpenAiError(
    401,
    'invalid_api_key',
    'The key is missing or is not this micro-cloud’s. Send it as "Authorization: Bearer KEY".',
    {
      headers: { 'www-authenticate': 'Bearer' },
    },
  );

const wrongMethod = (allowed: string) =>
  new OpenAiError(405, 'method_not_allowed', `Use ${allowed} at this address.`, { headers: { allow: allowed } });

const isInferencePath = (path: string): path is InferencePath => Object.hasOwn(INFERENCE_PATHS, path);

function decode(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
