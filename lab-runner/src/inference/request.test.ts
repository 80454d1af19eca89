import { describe, expect, it } from 'vitest';
import { ChatRequest, CompletionRequest, parseRequest } from './request.ts';

const messages = [{ role: 'user', content: 'hi' }];
const parseChat = (body: unknown) =>
  parseRequest(ChatRequest, Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)));

describe('parseRequest', () => {
  it('takes what a client sends, nulls and unknown fields included', () => {
    const body = {
      messages,
      temperature: null,
      stop: ['a'],
      user: 'me',
      n: 1,
      tools: [],
      response_format: { type: 'text' },
    };
    expect(parseChat(body)).toEqual(body);
  });

  it.each([
    ['{bad', 'invalid_json', null],
    ['[]', 'invalid_json', null],
    [{}, 'invalid_value', null],
    [{ messages: 'x' }, 'invalid_value', 'messages'],
    [{ messages: [] }, 'invalid_value', 'messages'],
    [{ messages, temperature: 'hot' }, 'invalid_value', 'temperature'],
    [{ messages, max_tokens: 1.5 }, 'invalid_value', 'max_tokens'],
    [{ messages, n: 2 }, 'unsupported_parameter', 'n'],
    [{ messages, tools: [{}] }, 'unsupported_parameter', 'tools'],
    [{ messages, logprobs: true }, 'unsupported_parameter', 'logprobs'],
    [{ messages, response_format: { type: 'json_object' } }, 'unsupported_parameter', 'response_format'],
  ])('refuses %j', (body, code, param) => {
    expect(() => parseChat(body)).toThrow(expect.objectContaining({ status: 400, code, param }));
  });

  it('says that images are not supported', () => {
    const content = [{ type: 'image_url', image_url: { url: 'data:' } }];
    expect(() => parseChat({ messages: [{ role: 'user', content }] })).toThrow(/images and sound are not supported/);
  });

  it('takes one prompt, also in a list', () => {
    const body = { prompt: ['A'] };
    expect(parseRequest(CompletionRequest, Buffer.from(JSON.stringify(body)))).toEqual(body);
  });
});
