import { writeFile } from 'node:fs/promises';

/**
 * A GGUF file of some 200 kB that every llama.cpp loads, and whose answers are known in advance: one llama layer that
 * passes its input on, so that the next token depends on the last token alone.
 *
 * | after | comes |
 * |---|---|
 * | `\n`, so the first word of a chat answer | `a` |
 * | `a` to `z` | the next letter, and after `z` an `é`, a `🌱`, then the end ({@link TINY_ANSWER}) |
 * | `A` to `Z` | the next capital, and `A` after `Z`, without end |
 * | `0` to `9` | any digit, all equally likely |
 * | `+`, the emoji's first byte … | each byte is a token of its own: characters are split over tokens |
 *
 * Format: GGUF version 3 (ggml/docs/gguf.md); vocabulary: GPT-2's 256 bytes, 32 two-letter merges and three ChatML tokens.
 */
export const TINY_ANSWER = 'abcdefghijklmnopqrstuvwxyzé🌱';
export const TINY_CHAT_TEMPLATE =
  "{% for message in messages %}{{ '<|im_start|>' + message['role'] + '\\n' + message['content'] + '<|im_end|>' + '\\n' }}{% endfor %}" +
  "{% if add_generation_prompt %}{{ '<|im_start|>assistant\\n' }}{% endif %}";

export interface TinyGgufOptions {
  /** Tokens the model says it was trained for; 256 when absent. */
  readonly contextTokens?: number;
  /** Value of `general.architecture`; one that llama.cpp does not know makes a file that is well-formed and cannot run. */
  readonly architecture?: string;
  readonly name?: string;
}

const WIDTH = 64;
const FEED_FORWARD = 64;
const HEADS = 2;
const ALIGNMENT = 32;
const TYPE = { u32: 4, i32: 5, f32: 6, bool: 7, string: 8, array: 9 } as const;
const F32 = 0;

/** GPT-2's printable stand-in for each byte (openai/gpt-2 encoder.py, `bytes_to_unicode`). */
function byteLetters(): readonly string[] {
  let next = 256;
  return Array.from({ length: 256 }, (_, byte) => {
    const printable = (byte >= 33 && byte <= 126) || (byte >= 161 && byte <= 172) || byte >= 174;
    return String.fromCodePoint(printable ? byte : next++);
  });
}

const SPECIALS = ['<|endoftext|>', '<|im_start|>', '<|im_end|>'] as const;

/** Tokens by id, and the merges that make the two-letter ones. None of them stands in {@link TINY_ANSWER}. */
function vocabulary(): { readonly tokens: readonly string[]; readonly merges: readonly string[] } {
  const letters = byteLetters();
  const space = letters[32] ?? '';
  const merges = [...'tsaoiwcbdpmfhrle'].flatMap((letter) => [`${space} ${letter}`, `${letter} ${letter}`]);
  return { tokens: [...letters, ...merges.map((merge) => merge.replace(' ', '')), ...SPECIALS], merges };
}

/** Which tokens may follow which. */
function successors(tokens: readonly string[]): ReadonlyMap<number, readonly number[]> {
  const next = new Map<number, readonly number[]>();
  const chain = (ids: readonly number[]) => {
    for (const [at, id] of ids.slice(0, -1).entries()) next.set(id, [ids[at + 1] ?? 0]);
  };
  const bytes = (text: string) => [...Buffer.from(text)];
  chain([...bytes(`\n${TINY_ANSWER}`), tokens.indexOf('<|im_end|>')]);
  chain(bytes('ABCDEFGHIJKLMNOPQRSTUVWXYZA'));
  for (const digit of bytes('0123456789')) next.set(digit, bytes('0123456789'));
  return next;
}

/** Repeatable noise in [-1, 1): a 32-bit linear congruential generator (Numerical Recipes, 2nd ed., §7.1). */
function noise(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 31 - 1;
  };
}

/** Random directions of length 1: in 64 dimensions any two of them are nearly at right angles. */
function directions(count: number): readonly Float32Array[] {
  const random = noise(20260101);
  return Array.from({ length: count }, () => {
    const row = Float32Array.from({ length: WIDTH }, random);
    const length = Math.hypot(...row);
    return row.map((value) => value / length);
  });
}

interface Tensor {
  readonly name: string;
  /** Innermost first, as ggml has it. */
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

function tensors(tokens: readonly string[]): readonly Tensor[] {
  const embeddings = directions(tokens.length);
  const follow = successors(tokens);
  const output = tokens.map(() => new Float32Array(WIDTH));
  for (const [from, to] of follow) {
    for (const id of to) {
      // After the norm the hidden state is 8 long: 8 * 4 = 32 between the right logit and the rest, near enough.
      output[id] = (output[id] ?? new Float32Array(WIDTH)).map(
        (value, at) => value + 4 * (embeddings[from]?.[at] ?? 0),
      );
    }
  }
  const zeros = (name: string, ...shape: readonly [number, number]) => ({
    name,
    shape,
    data: new Float32Array(shape[0] * shape[1]),
  });
  const ones = (name: string) => ({ name, shape: [WIDTH], data: new Float32Array(WIDTH).fill(1) });
  const rows = (name: string, of: readonly Float32Array[]) => ({
    name,
    shape: [WIDTH, of.length],
    data: Float32Array.from(of.flatMap((row) => [...row])),
  });
  return [
    rows('token_embd.weight', embeddings),
    ones('blk.0.attn_norm.weight'),
    ...['q', 'k', 'v', 'output'].map((part) => zeros(`blk.0.attn_${part}.weight`, WIDTH, WIDTH)),
    ones('blk.0.ffn_norm.weight'),
    zeros('blk.0.ffn_gate.weight', WIDTH, FEED_FORWARD),
    zeros('blk.0.ffn_up.weight', WIDTH, FEED_FORWARD),
    zeros('blk.0.ffn_down.weight', FEED_FORWARD, WIDTH),
    ones('output_norm.weight'),
    rows('output.weight', output),
  ];
}

const u32 = (value: number) => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
};
const f32 = (value: number) => {
  const bytes = Buffer.alloc(4);
  bytes.writeFloatLE(value);
  return bytes;
};
const u64 = (value: number) => {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(BigInt(value));
  return bytes;
};
const text = (value: string) => Buffer.concat([u64(Buffer.byteLength(value)), Buffer.from(value)]);
const typed = (name: keyof typeof TYPE, value: Buffer) => Buffer.concat([u32(TYPE[name]), value]);
const list = (name: keyof typeof TYPE, values: readonly Buffer[]) =>
  typed('array', Buffer.concat([u32(TYPE[name]), u64(values.length), ...values]));
const padding = (length: number) => Buffer.alloc((ALIGNMENT - (length % ALIGNMENT)) % ALIGNMENT);

/** The whole file. */
export function tinyGguf(options: TinyGgufOptions = {}): Buffer {
  const { tokens, merges } = vocabulary();
  const id = (token: string) => typed('u32', u32(tokens.indexOf(token)));
  const architecture = options.architecture ?? 'llama';
  const metadata: readonly (readonly [key: string, value: Buffer])[] = [
    ['general.architecture', typed('string', text(architecture))],
    ['general.name', typed('string', text(options.name ?? 'tiny'))],
    ['general.license', typed('string', text('CC0-1.0'))],
    ['general.file_type', typed('u32', u32(F32))],
    [`${architecture}.context_length`, typed('u32', u32(options.contextTokens ?? 256))],
    [`${architecture}.embedding_length`, typed('u32', u32(WIDTH))],
    [`${architecture}.block_count`, typed('u32', u32(1))],
    [`${architecture}.feed_forward_length`, typed('u32', u32(FEED_FORWARD))],
    [`${architecture}.attention.head_count`, typed('u32', u32(HEADS))],
    [`${architecture}.attention.head_count_kv`, typed('u32', u32(HEADS))],
    [`${architecture}.attention.layer_norm_rms_epsilon`, typed('f32', f32(1e-5))],
    [`${architecture}.rope.dimension_count`, typed('u32', u32(WIDTH / HEADS))],
    [`${architecture}.vocab_size`, typed('u32', u32(tokens.length))],
    ['tokenizer.ggml.model', typed('string', text('gpt2'))],
    ['tokenizer.ggml.pre', typed('string', text('gpt-2'))],
    ['tokenizer.ggml.tokens', list('string', tokens.map(text))],
    [
      'tokenizer.ggml.token_type',
      list(
        'i32',
        tokens.map((_, at) => u32(at >= tokens.length - SPECIALS.length ? 3 : 1)),
      ),
    ],
    ['tokenizer.ggml.merges', list('string', merges.map(text))],
    ['tokenizer.ggml.bos_token_id', id('<|endoftext|>')],
    ['tokenizer.ggml.eos_token_id', id('<|im_end|>')],
    ['tokenizer.ggml.padding_token_id', id('<|endoftext|>')],
    ['tokenizer.ggml.add_bos_token', typed('bool', Buffer.from([0]))],
    ['tokenizer.chat_template', typed('string', text(TINY_CHAT_TEMPLATE))],
  ];
  const all = tensors(tokens);
  let offset = 0;
  const infos = all.map(({ name, shape, data }) => {
    const info = Buffer.concat([text(name), u32(shape.length), ...shape.map(u64), u32(F32), u64(offset)]);
    offset += data.byteLength + padding(data.byteLength).length;
    return info;
  });
  const head = Buffer.concat([
    Buffer.from('GGUF'),
    u32(3),
    u64(all.length),
    u64(metadata.length),
    ...metadata.flatMap(([key, value]) => [text(key), value]),
    ...infos,
  ]);
  const body = all.flatMap(({ data }) => [Buffer.from(data.buffer), padding(data.byteLength)]);
  return Buffer.concat([head, padding(head.length), ...body]);
}

export async function writeTinyGguf(file: string, options: TinyGgufOptions = {}): Promise<void> {
  await writeFile(file, tinyGguf(options));
}
