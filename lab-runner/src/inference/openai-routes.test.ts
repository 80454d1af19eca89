import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { request as open } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import OpenAI from 'openai';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createEmbeddedEngine } from '../engines/embedded/embedded-engine.ts';
import { findOnPath } from '../engines/embedded/on-path.ts';
import type { Engine } from '../engines/engine.ts';
import { systemClock } from '../ports.ts';
import { TINY_ANSWER, writeTinyGguf } from './tiny-gguf.fixture.ts';

const KEY = 'sk-openai-routes';
const CONTEXT = 1024;

/** Both programs that an inference unit can be, run as the engine runs them: a client cannot tell one from the other. */
const PROGRAMS = [
  { program: 'node-llama-cpp', path: '' },
  { program: 'llama-server', path: process.env.PATH ?? '' },
] as const;

for (const { program, path } of PROGRAMS) {
  if (program === 'llama-server' && !(await findOnPath('llama-server', path))) {
    console.log('Not run: inference by llama-server, because no llama-server is on the PATH.');
    it.skip('inference by llama-server, which is not on the PATH');
    continue;
  }
  describe(`inference by ${program}`, () => {
    let folder: string;
    let engine: Engine;
    let url: string;
    let client: OpenAI;

    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), 'terroir-inference-'));
      const file = join(folder, 'tiny.gguf');
      await writeTinyGguf(file, { contextTokens: CONTEXT });
      // One try: that a start is tried again is shown of the engine itself.
      const timing = { startsMost: 1 };
      engine = createEmbeddedEngine({ folder: join(folder, 'units'), clock: systemClock, path, timing });
      const unit = await engine.start({
        kind: 'inference',
        id: 'inference-a',
        microcloud: 'cloud-a',
        model: 'tiny',
        file,
        device: 'cpu',
        key: KEY,
        contextTokens: CONTEXT,
      });
      expect(unit.program).toContain(program);
      url = unit.url ?? '';
      client = new OpenAI({ apiKey: KEY, baseURL: `${url}/v1`, maxRetries: 0 });
    }, 60_000);
    afterAll(async () => {
      await engine.close();
      await rm(folder, { recursive: true, force: true, maxRetries: 5 });
    });

    const ask = { model: 'tiny', messages: [{ role: 'user' as const, content: 'hi' }] };
    const post = (route: string, body: unknown, key = KEY) =>
      fetch(`${url}/v1/${route}`, {
        method: 'POST',
        headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
        body: typeof body === 'string' ? body : JSON.stringify(body),
      });

    it('says why it cannot run a file that is well-formed and of an unknown kind', async () => {
      const file = join(folder, 'unknown.gguf');
      await writeTinyGguf(file, { architecture: 'no-such-architecture' });
      const spec = {
        kind: 'inference',
        id: 'unknown',
        microcloud: 'cloud-b',
        model: 'unknown',
        file,
        device: 'cpu',
        key: KEY,
      } as const;
      await expect(engine.start(spec)).rejects.toMatchObject({
        code: 'unit-failed',
        detail: expect.stringContaining('no-such-architecture'),
      });
    });

    it('answers health without a key, and nothing else', async () => {
      expect((await fetch(`${url}/health`)).status).toBe(200);
      const refused = await post('chat/completions', ask, 'wrong');
      expect(refused.status).toBe(401);
      expect(await refused.json()).toMatchObject({ error: { type: 'authentication_error' } });
      expect((await fetch(`${url}/v1/chat/completions`, { method: 'POST' })).status).toBe(401);
    });

    it('lists its model', async () => {
      expect((await client.models.list()).data.map((model) => model.id)).toEqual(['tiny']);
    });

    it('answers a chat with the model’s own template, and counts', async () => {
      const answer = await client.chat.completions.create(ask);
      expect(answer).toMatchObject({ object: 'chat.completion', model: 'tiny' });
      expect(answer.id).toMatch(/^chatcmpl-/);
      expect(answer.choices).toMatchObject([
        { index: 0, finish_reason: 'stop', message: { role: 'assistant', content: TINY_ANSWER } },
      ]);
      // 26 letters, 2 + 4 bytes of é and the emoji, and the token that ends the answer.
      expect(answer.usage).toMatchObject({ completion_tokens: 33, prompt_tokens: 20, total_tokens: 53 });
    });

    it('streams: the role, text in whole characters, the reason, the usage, the end', async () => {
      const response = await post('chat/completions', {
        ...ask,
        stream: true,
        stream_options: { include_usage: true },
      });
      expect(response.headers.get('content-type')).toMatch(/^text\/event-stream/);
      const events = (await response.text()).trim().split('\n\n');
      expect(events.at(-1)).toBe('data: [DONE]');
      const chunks = events.slice(0, -1).map((event) => JSON.parse(event.replace(/^data: /, '')));
      expect(new Set(chunks.map((chunk) => `${chunk.object} ${chunk.model}`))).toEqual(
        new Set(['chat.completion.chunk tiny']),
      );
      expect(new Set(chunks.map((chunk) => chunk.id)).size).toBe(1);
      expect(chunks[0].choices[0].delta.role).toBe('assistant');
      const texts = chunks.map((chunk) => chunk.choices[0]?.delta.content ?? '').filter((text) => text !== '');
      expect(texts).toEqual([...TINY_ANSWER]);
      expect(chunks.at(-2).choices[0]).toMatchObject({ delta: {}, finish_reason: 'stop' });
      expect(chunks.at(-1)).toMatchObject({ choices: [], usage: { completion_tokens: 33, prompt_tokens: 20 } });
    });

    it('streams no usage when it was not asked for', async () => {
      const text = await (await post('chat/completions', { ...ask, stream: true })).text();
      expect(text).not.toContain('"usage":{');
      expect(text).toMatch(/data: \[DONE\]\n\n$/);
    });

    it('is understood by the official client, streaming too', async () => {
      let text = '';
      for await (const chunk of await client.chat.completions.create({ ...ask, stream: true })) {
        text += chunk.choices[0]?.delta.content ?? '';
      }
      expect(text).toBe(TINY_ANSWER);
    });

    it.each([['d'], [['zz', 'de']]])('stops before %j', async (stop) => {
      const answer = await client.chat.completions.create({ ...ask, stop });
      expect(answer.choices[0]).toMatchObject({ finish_reason: 'stop', message: { content: 'abc' } });
    });

    it.each([{ max_tokens: 2 }, { max_completion_tokens: 2 }])('keeps to %j', async (limit) => {
      const answer = await client.chat.completions.create({ ...ask, ...limit });
      expect(answer.choices[0]).toMatchObject({ finish_reason: 'length', message: { content: 'ab' } });
      expect(answer.usage?.completion_tokens).toBe(2);
    });

    it('completes a text, whole and streamed', async () => {
      const whole = await client.completions.create({ model: 'tiny', prompt: 'A', max_tokens: 4 });
      expect(whole).toMatchObject({ object: 'text_completion', choices: [{ text: 'BCDE', finish_reason: 'length' }] });
      let text = '';
      for await (const chunk of await client.completions.create({
        model: 'tiny',
        prompt: 'A',
        max_tokens: 4,
        stream: true,
      })) {
        text += chunk.choices[0]?.text ?? '';
      }
      expect(text).toBe('BCDE');
    });

    it('chooses the same under the same seed, and otherwise by chance', async () => {
      const digits = async (more: object) =>
        (await client.completions.create({ model: 'tiny', prompt: '7', max_tokens: 30, temperature: 1, ...more }))
          .choices[0]?.text;
      expect(await digits({ seed: 11 })).toBe(await digits({ seed: 11 }));
      expect(await digits({ seed: 11 })).not.toBe(await digits({ seed: 12 }));
      expect(await digits({})).not.toBe(await digits({}));
      expect(await digits({ temperature: 0 })).toBe(await digits({ temperature: 0 }));
    });

    it('answers until its context is full, and says so', async () => {
      const answer = await client.completions.create({ model: 'tiny', prompt: 'A', temperature: 0 });
      expect(answer.choices[0]?.finish_reason).toBe('length');
      expect(answer.usage?.total_tokens).toBe(CONTEXT);
    });

    it('refuses a prompt that leaves no room, and names both sizes', async () => {
      const response = await post('chat/completions', { messages: [{ role: 'user', content: 'x'.repeat(CONTEXT) }] });
      expect(response.status).toBe(400);
      expect(await response.json()).toMatchObject({ error: { n_prompt_tokens: CONTEXT + 18, n_ctx: CONTEXT } });
    });

    it.each([
      ['{bad', 400],
      [{ messages: 'x' }, 400],
    ])('refuses the body %j', async (body, status) => {
      const response = await post('chat/completions', body);
      expect(response.status).toBe(status);
      expect(await response.json()).toMatchObject({
        error: { message: expect.any(String), type: 'invalid_request_error' },
      });
    });

    it('knows no other route', async () => {
      const response = await post('nothing', {});
      expect(response.status).toBe(404);
      expect(await response.json()).toMatchObject({ error: { type: 'not_found_error' } });
    });

    it('answers several at once, each its own', async () => {
      const letters = [...'ABCDEFGH'];
      const answers = await Promise.all(
        letters.map((prompt) => client.completions.create({ model: 'tiny', prompt, max_tokens: 1 })),
      );
      expect(answers.map((answer) => answer.choices[0]?.text)).toEqual([...'BCDEFGHI']);
    });

    it('loses no place to clients that have gone', async () => {
      const endless = JSON.stringify({ prompt: 'A', stream: true, max_tokens: CONTEXT - 1 });
      const headers = { authorization: `Bearer ${KEY}`, 'content-type': 'application/json' };
      // More than there are places; each answer is begun and not read, so none of them ends by itself soon.
      const readers = Array.from({ length: 6 }, () => {
        const request = open(`${url}/v1/completions`, { method: 'POST', agent: false, headers }).end(endless);
        request.on('error', () => {});
        return request;
      });
      await once(readers[0] as (typeof readers)[number], 'response');
      for (const reader of readers) reader.destroy();
      const answer = await client.completions.create({ model: 'tiny', prompt: 'A', max_tokens: 1 });
      expect(answer.choices[0]?.text).toBe('B');
    });

    if (program !== 'node-llama-cpp') return;
    describe('beyond what llama-server does with a chat model', () => {
      it('embeds, as numbers and in the form the official client asks for', async () => {
        const { data, usage } = await client.embeddings.create({ model: 'tiny', input: ['abc', 'xyz'] });
        expect(data.map(({ index }) => index)).toEqual([0, 1]);
        const [first, second] = data.map(({ embedding }) => embedding);
        expect(Math.hypot(...(first ?? []))).toBeCloseTo(1, 5);
        expect(first).not.toEqual(second);
        expect(usage).toEqual({ prompt_tokens: 6, total_tokens: 6 });
        const plain = await client.embeddings.create({ model: 'tiny', input: 'abc', encoding_format: 'float' });
        expect(plain.data[0]?.embedding[0]).toBeCloseTo(first?.[0] ?? Number.NaN, 5);
      });

      it('names the error by OpenAI’s code', async () => {
        const response = await post('completions', { prompt: 'x'.repeat(CONTEXT) });
        expect(await response.json()).toMatchObject({ error: { code: 'context_length_exceeded' } });
      });

      it('refuses megabytes without counting their tokens', async () => {
        const error = { code: 'context_length_exceeded', message: expect.stringContaining('at least') };
        const prompt = 'x'.repeat(10 * 2 ** 20);
        expect(await (await post('completions', { prompt })).json()).toMatchObject({ error });
        expect(await (await post('embeddings', { input: prompt })).json()).toMatchObject({ error });
      });

      it('refuses a body that is too large', async () => {
        const response = await post('completions', { prompt: 'x'.repeat(17 * 2 ** 20) });
        expect(response.status).toBe(413);
      });

      it('reuses what it has read of a prompt', async () => {
        const prompt = 'Q'.repeat(500);
        await client.completions.create({ model: 'tiny', prompt, max_tokens: 1 });
        const again = await client.completions.create({ model: 'tiny', prompt: `${prompt}R`, max_tokens: 1 });
        expect(again.usage?.prompt_tokens_details?.cached_tokens).toBe(500);
      });
    });
  });
}
