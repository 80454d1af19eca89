import OpenAI from 'openai';
import { expect, test } from './fixtures.ts';
import { microcloudWithSeedling } from './microcloud.ts';

test('the official client lists, completes, streams, and understands a refusal', async ({ runner }) => {
  const cloud = await microcloudWithSeedling(runner.url);
  const client = new OpenAI({ baseURL: cloud.baseUrl, apiKey: cloud.key, maxRetries: 0 });
  const messages = [{ role: 'user' as const, content: 'What is a gateway?' }];

  const models = await client.models.list();
  expect(models.data.map((model) => model.id)).toEqual(['terroir-seedling']);

  const whole = await client.chat.completions.create({
    model: 'terroir-seedling',
    messages,
    max_tokens: 40,
    temperature: 0,
  });
  expect(whole.choices[0]?.message.content?.length).toBeGreaterThan(0);
  expect(whole.usage?.completion_tokens).toBeGreaterThan(0);
  expect(whole.usage?.completion_tokens).toBeLessThanOrEqual(40);

  const stream = await client.chat.completions.create({
    model: 'terroir-seedling',
    messages,
    max_tokens: 40,
    temperature: 0,
    stream: true,
    stream_options: { include_usage: true },
  });
  const pieces: string[] = [];
  let usage: number | undefined;
  for await (const chunk of stream) {
    const content = chunk.choices[0]?.delta.content;
    if (content) pieces.push(content);
    usage = chunk.usage?.completion_tokens ?? usage;
  }
  expect(pieces.length).toBeGreaterThan(1);
  expect(pieces.join('')).toBe(whole.choices[0]?.message.content);
  expect(usage).toBe(whole.usage?.completion_tokens);

  const completed = await client.completions.create({
    model: 'terroir-seedling',
    prompt: 'A policy is',
    max_tokens: 8,
  });
  expect(completed.choices[0]?.text.length).toBeGreaterThan(0);

  const personal = [{ role: 'user' as const, content: 'Mon IBAN est FR76 3000 6000 0112 3456 7890 189.' }];
  const refusal = await client.chat.completions
    .create({ model: 'terroir-seedling', messages: personal }, { headers: { 'accept-language': 'fr' } })
    .then(
      () => undefined,
      (error: unknown) => error,
    );
  expect(refusal).toBeInstanceOf(OpenAI.PermissionDeniedError);
  expect(refusal).toMatchObject({ status: 403, code: 'policy_refused' });
  expect(String(refusal)).toMatch(/données personnelles/i);

  const stranger = new OpenAI({ baseURL: cloud.baseUrl, apiKey: 'wrong', maxRetries: 0 });
  await expect(stranger.models.list()).rejects.toBeInstanceOf(OpenAI.AuthenticationError);
});
