import { Type } from 'typebox';
import { Compile } from 'typebox/compile';
import { OpenAiError } from './openai-error.ts';

/** The ways to ask, by path. */
export const INFERENCE_PATHS = {
  '/v1/chat/completions': 'chat',
  '/v1/completions': 'completion',
  '/v1/embeddings': 'embedding',
} as const;
export type InferencePath = keyof typeof INFERENCE_PATHS;

/** The ceiling of an answer whose request names none, in tokens. */
export const DEFAULT_MAX_TOKENS = 512;
const MOST_CHOICES = 128;
const CHARACTERS_PER_TOKEN = 4;
/** Inference programs keep the ceiling in 32 bits. */
const MOST_FORWARDED = 2 ** 31 - 1;

const Tokens = Type.Union([Type.Integer({ minimum: -2, maximum: Number.MAX_SAFE_INTEGER }), Type.Null()]);
const Choices = Type.Union([Type.Integer({ minimum: 1, maximum: MOST_CHOICES }), Type.Null()]);
const Common = {
  model: Type.String({ minLength: 1, maxLength: 200 }),
  stream: Type.Optional(Type.Union([Type.Boolean(), Type.Null()])),
  max_tokens: Type.Optional(Tokens),
  max_completion_tokens: Type.Optional(Tokens),
  n_predict: Type.Optional(Tokens),
  n: Type.Optional(Choices),
  best_of: Type.Optional(Choices),
  n_cmpl: Type.Optional(Choices),
};
const Message = Type.Object({ role: Type.String() });
const Text = Type.Union([Type.String(), Type.Array(Type.String(), { minItems: 1 })]);

const shapes = {
  chat: Compile(Type.Object({ ...Common, messages: Type.Array(Message, { minItems: 1 }) })),
  completion: Compile(Type.Object({ ...Common, prompt: Text })),
  embedding: Compile(Type.Object({ ...Common, input: Text })),
} as const;

/** A request as it was understood, and `body`: the very same, as it goes to the model. */
export interface InferenceRequest {
  readonly model: string;
  readonly stream: boolean;
  /** The most tokens that the answer may hold, all its choices together. Zero for embeddings. */
  readonly maxTokens: number;
  readonly promptTokens: number;
  /** Every text in it, whatever the field. */
  readonly texts: readonly string[];
  readonly body: Buffer;
}

/**
 * Reads a request, or throws an {@link OpenAiError} that names the field. What goes on is written anew from what was read,
 * so that no reading of the same bytes but this one can reach the model; the ceiling on tokens is always spelled out in it.
 */
export function readInferenceRequest(path: InferencePath, bytes: Buffer): InferenceRequest {
  const kind = INFERENCE_PATHS[path];
  const json = parse(bytes);
  const shape = shapes[kind];
  if (!shape.Check(json)) throw misfit(shape.Errors(json)[0], kind);
  const texts: string[] = [];
  const characters = collectTexts(json, texts);
  const { ceiling, ...rest } = withCeiling(json, kind);
  return {
    model: json.model,
    stream: json.stream === true,
    maxTokens: ceiling,
    promptTokens: Math.ceil(characters / CHARACTERS_PER_TOKEN),
    texts,
    body: write(rest.json),
  };
}

function parse(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString('utf8'));
  } catch (error) {
    const said = error instanceof Error ? error.message : String(error);
    throw new OpenAiError(400, 'invalid_json', `The body is not valid JSON: ${said.replace(/, ".*$/s, '')}.`);
  }
}

/** What was parsed can be nested more deeply than can be written. */
function write(json: object): Buffer {
  try {
    return Buffer.from(JSON.stringify(json));
  } catch {
    throw new OpenAiError(400, 'invalid_json', 'The body is nested too deeply.');
  }
}

type ShapeError = ReturnType<typeof shapes.chat.Errors>[number];

function misfit(error: ShapeError | undefined, kind: string): OpenAiError {
  if (error === undefined) return new OpenAiError(400, 'invalid_request', `The body is not a ${kind} request.`);
  const missing = error.keyword === 'required' ? error.params.requiredProperties[0] : undefined;
  const path = error.instancePath.split('/').slice(1);
  const param = [...path, ...(missing === undefined ? [] : [missing])].join('.');
  const where = param === '' ? 'The body' : `"${param}"`;
  const tokenIds = /^(?:prompt|input)\b/.test(param) && missing === undefined;
  const message = `${where} ${missing === undefined ? error.message : 'is missing'}.`;
  return new OpenAiError(
    400,
    'invalid_request',
    tokenIds ? `${message} Token ids are not taken: policies have to be able to read the text.` : message,
    param === '' ? {} : { param },
  );
}

type TokenFields = Partial<
  Record<'max_tokens' | 'max_completion_tokens' | 'n_predict' | 'n' | 'best_of' | 'n_cmpl', unknown>
>;

/** llama.cpp knows three names for the ceiling and three for the choices: the highest holds. Below zero means no ceiling. */
function withCeiling(json: TokenFields, kind: string): { ceiling: number; json: object } {
  if (kind === 'embedding') return { ceiling: 0, json };
  const { max_tokens, max_completion_tokens, n_predict, ...others } = json;
  const asked = [max_tokens, max_completion_tokens, n_predict].filter((value) => typeof value === 'number');
  const choices = [json.n, json.best_of, json.n_cmpl].filter((value) => typeof value === 'number');
  const perChoice = asked.length === 0 ? DEFAULT_MAX_TOKENS : Math.max(...asked.map(unlimited));
  const ceiling = Math.min(perChoice * Math.max(1, ...choices), Number.MAX_SAFE_INTEGER);
  return { ceiling, json: { ...others, max_tokens: Math.min(perChoice, MOST_FORWARDED) } };
}

function unlimited(tokens: number): number {
  return tokens < 0 ? Number.MAX_SAFE_INTEGER : tokens;
}

/** Gathers every string but the model's id; returns how many characters they hold. */
function collectTexts(json: object, into: string[]): number {
  let characters = 0;
  const waiting: unknown[] = [];
  for (const [name, value] of Object.entries(json)) if (name !== 'model') waiting.push(value);
  while (waiting.length > 0) {
    const value = waiting.pop();
    if (typeof value === 'string') {
      into.push(value);
      characters += value.length;
    } else if (Array.isArray(value)) for (const part of value) waiting.push(part);
    else if (typeof value === 'object' && value !== null) for (const part of Object.values(value)) waiting.push(part);
  }
  return characters;
}
