import { expect, test } from 'vitest';
import { DEFAULT_MAX_TOKENS, readInferenceRequest } from './inference-request.ts';
import { OpenAiError } from './openai-error.ts';

const chat = (more: object | string) => {
  const messages = [{ role: 'user', content: 'hello' }];
  const text = typeof more === 'string' ? more : JSON.stringify({ model: 'm', messages, ...more });
  return readInferenceRequest('/v1/chat/completions', Buffer.from(text));
};
const sent = (more: object) => JSON.parse(chat(more).body.toString()) as { max_tokens?: number };

test.each([
  [{}, DEFAULT_MAX_TOKENS, DEFAULT_MAX_TOKENS],
  [{ max_tokens: 5 }, 5, 5],
  [{ max_tokens: null, max_completion_tokens: 7 }, 7, 7],
  [{ max_tokens: 5, n_predict: 9 }, 9, 9],
  [{ max_tokens: 5, n: 3 }, 15, 5],
  [{ max_tokens: -1 }, Number.MAX_SAFE_INTEGER, 2 ** 31 - 1],
  [{ n_predict: -2, n: 2 }, Number.MAX_SAFE_INTEGER, 2 ** 31 - 1],
])('the ceiling of %o is judged as %i and sent as %i', (more, judged, forwarded) => {
  expect(chat(more).maxTokens).toBe(judged);
  expect(sent(more)).toMatchObject({ max_tokens: forwarded });
  expect(Object.keys(sent(more)).filter((name) => /max_|predict/.test(name))).toEqual(['max_tokens']);
});

test('of two readings of the same bytes, the one that was judged goes on', () => {
  const twice = '{"model":"a","max_tokens":9,"max_tokens":1,"messages":[{"role":"user","content":"x"}],"model":"m"}';
  expect(JSON.parse(chat(twice).body.toString())).toMatchObject({ model: 'm', max_tokens: 1 });
  expect(chat(twice)).toMatchObject({ model: 'm', maxTokens: 1 });
});

test('every text is gathered, wherever it stands', () => {
  const tools = [{ type: 'function', function: { name: 'f', description: 'in a tool' } }];
  const messages = [{ role: 'user', content: [{ type: 'text', text: 'in a part' }] }];
  expect(chat({ messages, tools, user: 'in a field' }).texts).toEqual(
    expect.arrayContaining(['in a part', 'in a tool', 'in a field']),
  );
});

test('embeddings have no ceiling, and their texts are gathered', () => {
  const bytes = Buffer.from('{"model":"m","input":["one","two"]}');
  expect(readInferenceRequest('/v1/embeddings', bytes)).toMatchObject({ maxTokens: 0, body: bytes });
});

test.each([
  ['[]', 'invalid_request', null],
  ['nonsense', 'invalid_json', null],
  ['', 'invalid_json', null],
  ['{"model":"m"}', 'invalid_request', 'messages'],
  ['{"model":"m","messages":[]}', 'invalid_request', 'messages'],
  ['{"model":"m","messages":[{"role":"user"}],"max_tokens":"5"}', 'invalid_request', 'max_tokens'],
  ['{"model":"m","messages":[{"role":"user"}],"n":0}', 'invalid_request', 'n'],
  [`{"model":"m","messages":[{"role":"user"}],"x":${'['.repeat(200_000)}${']'.repeat(200_000)}}`, 'invalid_json', null],
])('refuses what it cannot judge: %.60s', (text, code, param) => {
  const error = (() => {
    try {
      return chat(text);
    } catch (thrown) {
      return thrown;
    }
  })();
  expect(error).toBeInstanceOf(OpenAiError);
  expect(error).toMatchObject({ status: 400, code, param });
});
