import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { AnswerCopy } from './answer-copy.ts';

const salt = Buffer.alloc(16, 7);
const copyOf = (type: string, ...chunks: string[]) => {
  const copy = new AnswerCopy(salt, type);
  return { copy, free: chunks.map((chunk) => copy.take(Buffer.from(chunk))) };
};

test.each([[[]], [['one']], [['one', 'two', 'three']]])(
  'digests salt and bytes, in however many pieces: %o',
  (chunks) => {
    const { copy } = copyOf('application/json', ...chunks);
    const expected = createHash('sha256').update(salt).update(chunks.join('')).digest('hex');
    expect(copy.saltedSha256).toBe(expected);
  },
);

describe('where a stream says that it is done', () => {
  const stream = 'text/event-stream; charset=utf-8';
  test('what comes before may go, the rest waits', () => {
    const { free } = copyOf(stream, 'data: {}\n\n', 'data: {}\n\ndata: [DONE]\n\n', '\n');
    expect(free).toEqual([10, 10, 0]);
  });
  test('also when it comes in pieces, or alone, or first', () => {
    expect(copyOf(stream, 'data: {}\n\ndata: [DO', 'NE]\n\n').free).toEqual([19, 0]);
    expect(copyOf(stream, 'data: {}\n', '\n', 'data: [DONE]').free).toEqual([9, 1, 0]);
    expect(copyOf(stream, 'data: [DONE]\n\n').free).toEqual([0]);
  });
  test('and not where a text only mentions it', () => {
    const mention = 'data: {"content":"data: [DONE] \\ndata: [DONE]"}\n\n';
    expect(copyOf(stream, mention).free).toEqual([mention.length]);
    expect(copyOf('application/json', '\ndata: [DONE]').free).toEqual([13]);
  });
});

describe('counts of tokens', () => {
  test('come from usage, at the end of whatever length', () => {
    const usage = '"usage":{"prompt_tokens":12,"completion_tokens":34,"total_tokens":46}}';
    const { copy } = copyOf('application/json', '{"choices":"', 'x'.repeat(50_000), '",', usage);
    expect(copy.usage).toEqual({ promptTokens: 12, completionTokens: 34 });
  });
  test('or from llama.cpp’s timings', () => {
    const { copy } = copyOf('text/event-stream', 'data: {"timings":{"cache_n":5,"prompt_n":7,"predicted_n":9}}\n\n');
    expect(copy.usage).toEqual({ promptTokens: 12, completionTokens: 9 });
  });
  test('and not from what an answer says', () => {
    const { copy } = copyOf(
      'application/json',
      JSON.stringify({ content: '"completion_tokens":99,"prompt_tokens":99' }),
    );
    expect(copy.usage).toEqual({});
  });
});
