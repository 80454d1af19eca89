import { once } from 'node:events';
import { type ClientRequest, type IncomingMessage, request as open } from 'node:http';
import type { LlamaContextSequence, Token } from 'node-llama-cpp';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { systemClock, systemIds } from '../ports.ts';
import type { LoadedModel } from './model.ts';
import { createInferenceServer, type InferenceServer } from './serve.ts';
import { Slots } from './slots.ts';

const KEY = 'sk-serve';

/** A sequence that answers "x" for ever, as fast as it is asked: only a cancelled request ever ends. */
function endlessSequence(): LlamaContextSequence {
  const sequence = {
    contextSize: Number.MAX_SAFE_INTEGER,
    nextTokenIndex: 0,
    model: { detokenize: (tokens: readonly Token[]) => 'x'.repeat(tokens.length), isEogToken: () => false },
    compareContextTokens: () => ({ firstDifferentIndex: 0 }),
    adaptStateToTokens: async () => {},
    evaluate: async function* () {
      for (;;) {
        await new Promise(setImmediate);
        yield 1;
      }
    },
  };
  return sequence as unknown as LlamaContextSequence;
}

describe('createInferenceServer', () => {
  let served: InferenceServer;
  let slots: Slots<LlamaContextSequence>;
  let port: number;
  let clients: ClientRequest[];

  beforeEach(async () => {
    slots = new Slots([endlessSequence()], 1);
    clients = [];
    served = createInferenceServer({
      model: 'endless',
      keys: [KEY, 'sk-second'],
      clock: systemClock,
      ids: systemIds,
      randomSeed: () => 1,
      fingerprint: 'test',
    });
    served.server.listen(0, '127.0.0.1');
    await once(served.server, 'listening');
    const address = served.server.address();
    port = typeof address === 'object' && address ? address.port : 0;
  });
  afterEach(async () => {
    for (const client of clients) client.destroy();
    await served.close();
  });

  const ready = () => served.ready({ slots, tokenize: () => [1] } as unknown as LoadedModel);
  function ask(stream: boolean, key = KEY): ClientRequest {
    const request = open({
      ...{ host: '127.0.0.1', port, path: '/v1/completions', method: 'POST', agent: false },
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    });
    request.on('error', () => {});
    request.end(JSON.stringify({ prompt: 'a', stream }));
    clients.push(request);
    return request;
  }
  const answerTo = async (request: ClientRequest) => ((await once(request, 'response')) as [IncomingMessage])[0];
  async function bodyOf(response: IncomingMessage): Promise<string> {
    let text = '';
    for await (const chunk of response) text += String(chunk);
    return text;
  }

  it('says that it is loading until the model is there', async () => {
    const health = () => fetch(`http://127.0.0.1:${port}/health`);
    expect((await health()).status).toBe(503);
    const early = await answerTo(ask(false));
    expect(early.statusCode).toBe(503);
    expect(JSON.parse(await bodyOf(early))).toMatchObject({ error: { code: 'loading', type: 'unavailable_error' } });
    ready();
    expect((await health()).status).toBe(200);
  });

  it.each([true, false])('frees the place when the client goes away (stream: %s)', async (stream) => {
    ready();
    const request = ask(stream);
    if (stream) await once(await answerTo(request), 'data');
    else await expect.poll(() => slots.free).toBe(0);
    request.destroy();
    await expect.poll(() => slots.free).toBe(1);
  });

  it('lets who waits go on when the one before goes away', async () => {
    ready();
    const first = ask(true);
    await answerTo(first);
    const second = ask(true);
    first.destroy();
    expect((await answerTo(second)).statusCode).toBe(200);
  });

  it('refuses at once when place and queue are full, and takes any of its keys', async () => {
    ready();
    await answerTo(ask(true));
    const waiting = [ask(true, 'sk-second'), ask(true, 'sk-second')];
    const refused = await Promise.race(waiting.map(answerTo));
    expect(refused.statusCode).toBe(503);
    expect(JSON.parse(await bodyOf(refused))).toMatchObject({ error: { code: 'overloaded' } });
  });

  it('breaks off what it answers when it is closed, and says so in the stream', async () => {
    ready();
    const response = await answerTo(ask(true));
    const body = bodyOf(response);
    await served.close();
    expect((await body).trim().split('\n\n').at(-1)).toMatch(/^data: \{"error":.*"code":"stopping"/);
    expect(slots.free).toBe(1);
  });
});
