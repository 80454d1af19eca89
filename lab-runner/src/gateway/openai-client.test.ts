import OpenAI from 'openai';
import { afterEach, beforeEach, expect, test } from 'vitest';
import {
  CLIENT_KEY,
  eventOf,
  sendCompletion,
  startGateway,
  startUpstream,
  type TestGateway,
} from './gateway.fixture.ts';

let gateway: TestGateway;
let upstream: Awaited<ReturnType<typeof startUpstream>>;
let client: OpenAI;
const messages = [{ role: 'user' as const, content: 'What is a vault?' }];

beforeEach(async () => {
  upstream = await startUpstream((response, { body }) => {
    if (!(body as { stream?: boolean }).stream) return sendCompletion(response, 'A place to keep things.');
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.end(`${eventOf('A place ')}${eventOf('to keep things.')}data: [DONE]\n\n`);
  });
  gateway = await startGateway();
  await gateway.serve(upstream.url);
  client = new OpenAI({ apiKey: CLIENT_KEY, baseURL: `${gateway.url}/v1`, maxRetries: 0 });
});
afterEach(async () => {
  await gateway.close();
  await upstream.close();
});

test('the official client lists, completes and streams', async () => {
  const models = await client.models.list();
  expect(models.data.map(({ id }) => id)).toEqual(['seedling']);
  expect((await client.models.retrieve('seedling')).owned_by).toBe('mtest');
  const completion = await client.chat.completions.create({ model: 'seedling', messages });
  expect(completion.choices[0]?.message.content).toBe('A place to keep things.');
  let said = '';
  for await (const chunk of await client.chat.completions.create({ model: 'seedling', messages, stream: true }))
    said += chunk.choices[0]?.delta.content ?? '';
  expect(said).toBe('A place to keep things.');
});

test('the official client understands a refusal', async () => {
  const refused = client.chat.completions
    .create({ model: 'seedling', messages: [{ role: 'user', content: 'Mail a@b.example' }] })
    .catch((error: unknown) => error);
  const error = await refused;
  expect(error).toBeInstanceOf(OpenAI.PermissionDeniedError);
  expect(error).toMatchObject({
    status: 403,
    code: 'policy_refused',
    type: 'permission_error',
    requestID: expect.any(String),
    error: { policy: 'no-personal-data' },
  });
});

test('the official client understands that a model or a key is unknown', async () => {
  const unknown = client.chat.completions.create({ model: 'oak', messages });
  await expect(unknown).rejects.toBeInstanceOf(OpenAI.NotFoundError);
  await expect(unknown).rejects.toMatchObject({ code: 'model_not_found' });
  const stranger = new OpenAI({ apiKey: 'wrong', baseURL: `${gateway.url}/v1`, maxRetries: 0 });
  await expect(stranger.models.list()).rejects.toBeInstanceOf(OpenAI.AuthenticationError);
});
