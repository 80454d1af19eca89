import { type Static, type TSchema, Type } from 'typebox';
import { Value } from 'typebox/value';
import { OpenAiError } from './openai-error.ts';

const Nullable = <T extends TSchema>(schema: T) => Type.Optional(Type.Union([schema, Type.Null()]));

const TextParts = Type.Array(Type.Object({ type: Type.Literal('text'), text: Type.String() }));

const Message = Type.Object({
  role: Type.String({ minLength: 1, maxLength: 64 }),
  content: Nullable(Type.Union([Type.String(), TextParts])),
});

/** What both kinds of completion take. Fields not named here are passed over, as llama-server does. */
const Sampling = {
  model: Nullable(Type.String()),
  stream: Nullable(Type.Boolean()),
  stream_options: Nullable(Type.Object({ include_usage: Nullable(Type.Boolean()) })),
  max_tokens: Nullable(Type.Integer({ minimum: -1 })),
  max_completion_tokens: Nullable(Type.Integer({ minimum: -1 })),
  stop: Nullable(Type.Union([Type.String(), Type.Array(Type.String(), { maxItems: 64 })])),
  temperature: Nullable(Type.Number({ minimum: 0, maximum: 100 })),
  top_p: Nullable(Type.Number({ minimum: 0, maximum: 1 })),
  top_k: Nullable(Type.Integer({ minimum: 0 })),
  min_p: Nullable(Type.Number({ minimum: 0, maximum: 1 })),
  seed: Nullable(Type.Integer()),
  repeat_penalty: Nullable(Type.Number({ exclusiveMinimum: 0, maximum: 10 })),
  frequency_penalty: Nullable(Type.Number({ minimum: -2, maximum: 2 })),
  presence_penalty: Nullable(Type.Number({ minimum: -2, maximum: 2 })),
};

export const ChatRequest = Type.Object({ ...Sampling, messages: Type.Array(Message, { minItems: 1 }) });
export type ChatRequest = Static<typeof ChatRequest>;

export const CompletionRequest = Type.Object({
  ...Sampling,
  prompt: Type.Union([Type.String(), Type.Array(Type.String(), { minItems: 1, maxItems: 1 })]),
});
export type CompletionRequest = Static<typeof CompletionRequest>;

export const EmbeddingsRequest = Type.Object({
  model: Nullable(Type.String()),
  input: Type.Union([Type.String(), Type.Array(Type.String(), { minItems: 1, maxItems: 2048 })]),
  encoding_format: Nullable(Type.Union([Type.Literal('float'), Type.Literal('base64')])),
});
export type EmbeddingsRequest = Static<typeof EmbeddingsRequest>;

/** Parameters that would change the answer and that this program does not do: better refused than passed over. */
const REFUSED: readonly (readonly [name: string, asks: (value: unknown) => boolean])[] = [
  ['n', (value) => value !== 1],
  ['best_of', (value) => value !== 1],
  ['logprobs', (value) => value !== false],
  ['echo', (value) => value !== false],
  ['suffix', (value) => value !== ''],
  ['tools', (value) => Array.isArray(value) && value.length > 0],
  ['functions', (value) => Array.isArray(value) && value.length > 0],
  ['logit_bias', (value) => typeof value === 'object' && value !== null && Object.keys(value).length > 0],
  [
    'response_format',
    (value) => !(typeof value === 'object' && value !== null && 'type' in value && value.type === 'text'),
  ],
  ['dimensions', () => true],
];

/**
 * A request's body, checked.
 * @throws {OpenAiError} 400 that names the first field at fault
 */
export function parseRequest<T extends TSchema>(schema: T, body: Buffer): Static<T> {
  let value: unknown;
  try {
    value = JSON.parse(body.toString('utf8'));
  } catch (error) {
    throw new OpenAiError(
      400,
      'invalid_json',
      `The body is not JSON: ${error instanceof Error ? error.message : error}.`,
    );
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new OpenAiError(400, 'invalid_json', 'The body has to be a JSON object.');
  }
  const fields = new Map(Object.entries(value));
  for (const [name, asks] of REFUSED) {
    const given = fields.get(name);
    if (given !== undefined && given !== null && asks(given)) {
      throw new OpenAiError(
        400,
        'unsupported_parameter',
        `'${name}' is not supported by this model's program. Leave it out.`,
        {
          param: name,
        },
      );
    }
  }
  if (!Value.Check(schema, value)) {
    const first = Value.Errors(schema, value)[0];
    const param = first?.instancePath.slice(1).replaceAll('/', '.') ?? '';
    const rule = /^messages\.\d+\.content/.test(param)
      ? 'must be text, or a list of parts of type "text"; images and sound are not supported'
      : (first?.message ?? 'is not as expected');
    throw new OpenAiError(400, 'invalid_value', `'${param || 'body'}' ${rule}.`, { ...(param ? { param } : {}) });
  }
  return value;
}
