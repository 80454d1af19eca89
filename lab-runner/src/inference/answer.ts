import type { Outcome } from './generate.ts';

/** How an answer is written: OpenAI's chat completion or its older text completion. */
export interface AnswerShape {
  whole(text: string, outcome: Outcome): object;
  /** Said once before the first text; undefined where the shape has no such chunk. */
  first(): object | undefined;
  piece(text: string): object;
  last(outcome: Outcome): object;
  /** The extra chunk that `stream_options.include_usage` asks for. */
  usage(outcome: Outcome): object;
}

export interface AnswerHead {
  readonly id: string;
  readonly created: Date;
  readonly model: string;
  /** What computed it, e.g. "node-llama-cpp-3.22.1". */
  readonly fingerprint: string;
}

function head({ id, created, model, fingerprint }: AnswerHead, prefix: string, object: string) {
  return {
    id: `${prefix}-${id}`,
    object,
    created: Math.floor(created.getTime() / 1000),
    model,
    system_fingerprint: fingerprint,
  };
}

function usage({ promptTokens, completionTokens, cachedTokens }: Outcome) {
  return {
    prompt_tokens: promptTokens,
    completion_tokens: completionTokens,
    total_tokens: promptTokens + completionTokens,
    prompt_tokens_details: { cached_tokens: cachedTokens },
  };
}

const perSecond = (count: number, ms: number) => (ms > 0 ? (count / ms) * 1000 : 0);

/** llama-server's own addition, under its names. */
function timings({ promptTokens, cachedTokens, completionTokens, promptMs, completionMs }: Outcome) {
  const promptRead = promptTokens - cachedTokens;
  return {
    cache_n: cachedTokens,
    prompt_n: promptRead,
    prompt_ms: promptMs,
    prompt_per_second: perSecond(promptRead, promptMs),
    predicted_n: completionTokens,
    predicted_ms: completionMs,
    predicted_per_second: perSecond(completionTokens, completionMs),
  };
}

export function chatAnswer(of: AnswerHead): AnswerShape {
  const chunk = head(of, 'chatcmpl', 'chat.completion.chunk');
  const choice = (delta: object, finish_reason: Outcome['reason'] | null = null) => ({
    ...chunk,
    choices: [{ index: 0, delta, logprobs: null, finish_reason }],
  });
  return {
    whole: (text, outcome) => ({
      ...head(of, 'chatcmpl', 'chat.completion'),
      choices: [
        {
          index: 0,
          message: { role: 'assistant', content: text, refusal: null },
          logprobs: null,
          finish_reason: outcome.reason,
        },
      ],
      usage: usage(outcome),
      timings: timings(outcome),
    }),
    first: () => choice({ role: 'assistant', content: '' }),
    piece: (text) => choice({ content: text }),
    last: (outcome) => choice({}, outcome.reason),
    usage: (outcome) => ({ ...chunk, choices: [], usage: usage(outcome), timings: timings(outcome) }),
  };
}

export function textAnswer(of: AnswerHead): AnswerShape {
  const body = head(of, 'cmpl', 'text_completion');
  const choice = (text: string, finish_reason: Outcome['reason'] | null = null) => ({
    ...body,
    choices: [{ index: 0, text, logprobs: null, finish_reason }],
  });
  return {
    whole: (text, outcome) => ({ ...choice(text, outcome.reason), usage: usage(outcome), timings: timings(outcome) }),
    first: () => undefined,
    piece: (text) => choice(text),
    last: (outcome) => choice('', outcome.reason),
    usage: (outcome) => ({ ...body, choices: [], usage: usage(outcome), timings: timings(outcome) }),
  };
}
