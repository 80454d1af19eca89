import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import type { Token } from 'node-llama-cpp';
import type { AnswerShape } from './answer.ts';
import { generate, type Outcome, type Sampling } from './generate.ts';
import type { LoadedModel } from './model.ts';
import { OpenAiError } from './openai-error.ts';
import type { ChatRequest } from './request.ts';

type SamplingFields = Omit<ChatRequest, 'messages'>;

/** Defaults are llama-server's. A limit of -1, or none, means as much as the context holds. */
function readSampling(request: SamplingFields, randomSeed: () => number): Sampling {
  const limit = request.max_completion_tokens ?? request.max_tokens ?? -1;
  const seed = request.seed ?? -1;
  return {
    temperature: request.temperature ?? 0.8,
    topP: request.top_p ?? 0.95,
    topK: request.top_k ?? 40,
    minP: request.min_p ?? 0.05,
    seed: seed < 0 ? randomSeed() : seed % 2 ** 32,
    repeatPenalty: request.repeat_penalty ?? 1,
    frequencyPenalty: request.frequency_penalty ?? 0,
    presencePenalty: request.presence_penalty ?? 0,
    maxTokens: limit < 0 ? Number.POSITIVE_INFINITY : Math.max(1, limit),
    stops: [request.stop ?? []].flat(),
  };
}

export interface Completion {
  readonly prompt: readonly Token[];
  readonly request: SamplingFields;
  readonly shape: AnswerShape;
}

/**
 * Answers one request, whole or as server-sent events. The place it takes is free again as soon as it ends, also when
 * the client has gone (`signal`).
 */
export async function complete(
  { prompt, request, shape }: Completion,
  model: LoadedModel,
  response: ServerResponse,
  signal: AbortSignal,
  randomSeed: () => number,
): Promise<void> {
  if (prompt.length === 0) throw new OpenAiError(400, 'empty_prompt', 'The prompt is empty.', { param: 'prompt' });
  const kept = (sequence: (typeof lease)['slot']) => sequence.compareContextTokens([...prompt]).firstDifferentIndex;
  const lease = await model.slots.acquire(
    (free) => free.reduce((best, other) => (kept(other) > kept(best) ? other : best)),
    signal,
  );
  const sampling = readSampling(request, randomSeed);
  const answer = (give: (text: string) => Promise<void> | void) => generate(lease.slot, prompt, sampling, give, signal);
  try {
    if (request.stream) {
      await stream(answer, shape, request.stream_options?.include_usage === true, response, signal);
    } else {
      let text = '';
      const outcome = await answer((piece) => {
        text += piece;
      });
      sendJson(response, 200, shape.whole(text, outcome));
    }
  } catch (error) {
    if (!signal.aborted) await lease.slot.clearHistory();
    throw error;
  } finally {
    lease.release();
  }
}

/** Nothing is sent before the first text, so that what fails while the prompt is read is answered with a status. */
async function stream(
  answer: (give: (text: string) => Promise<void>) => Promise<Outcome>,
  shape: AnswerShape,
  withUsage: boolean,
  response: ServerResponse,
  signal: AbortSignal,
): Promise<void> {
  const send = async (chunk: object | '[DONE]') => {
    const data = chunk === '[DONE]' ? chunk : JSON.stringify(chunk);
    // A reader that is slower than the model holds the model back instead of filling our memory.
    if (!response.write(`data: ${data}\n\n`)) await once(response, 'drain', { signal });
  };
  const begin = async () => {
    if (response.headersSent) return;
    response.writeHead(200, {
      'content-type': 'text/event-stream',
      'cache-control': 'no-cache',
      'x-accel-buffering': 'no',
    });
    const first = shape.first();
    if (first) await send(first);
  };
  const outcome = await answer(async (text) => {
    await begin();
    await send(shape.piece(text));
  });
  await begin();
  await send(shape.last(outcome));
  if (withUsage) await send(shape.usage(outcome));
  await send('[DONE]');
  response.end();
}

export function sendJson(response: ServerResponse, status: number, body: object | string): void {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  response.writeHead(status, {
    'content-type': 'application/json; charset=utf-8',
    'content-length': Buffer.byteLength(text),
  });
  response.end(text);
}
