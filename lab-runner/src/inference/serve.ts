import { createHash, timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Clock, Ids } from '../ports.ts';
import { type AnswerHead, chatAnswer, textAnswer } from './answer.ts';
import { complete, sendJson } from './complete.ts';
import type { LoadedModel } from './model.ts';
import { OpenAiError } from './openai-error.ts';
import { ChatRequest, CompletionRequest, EmbeddingsRequest, parseRequest } from './request.ts';

export interface ServeOptions {
  /** Model id as clients name it. */
  readonly model: string;
  /** Bearer keys, any of which is accepted. */
  readonly keys: readonly string[];
  readonly clock: Clock;
  readonly ids: Ids;
  readonly randomSeed: () => number;
  readonly fingerprint: string;
}

export interface InferenceServer {
  readonly server: Server;
  /** From now on requests are answered; before, they get 503. */
  ready(model: LoadedModel): void;
  /** Breaks off what is being answered and refuses what comes. */
  close(): Promise<void>;
}

const CLOSING_MS = 500;
const LARGEST_BODY_BYTES = 16 * 2 ** 20;

const digest = (text: string) => createHash('sha256').update(text).digest();

/** OpenAI's routes over plain HTTP, as llama-server offers them: `/health` is open to all, the rest asks for the key. */
export function createInferenceServer(options: ServeOptions): InferenceServer {
  let model: LoadedModel | undefined;
  const ending = new AbortController();
  const keys = options.keys.map(digest);
  const started = options.clock.now();

  function checkKey(request: IncomingMessage): void {
    const given = digest(/^Bearer (.+)$/i.exec(request.headers.authorization ?? '')?.[1] ?? '');
    if (!keys.some((key) => timingSafeEqual(key, given))) {
      throw new OpenAiError(401, 'invalid_api_key', 'Invalid API key. Send it as "Authorization: Bearer KEY".');
    }
  }

  const head = (): AnswerHead => ({
    id: options.ids.next(),
    created: options.clock.now(),
    model: options.model,
    fingerprint: options.fingerprint,
  });

  async function embeddings(loaded: LoadedModel, body: Buffer, response: ServerResponse, signal: AbortSignal) {
    const request = parseRequest(EmbeddingsRequest, body);
    const found = await loaded.embedder.embed([request.input].flat(), signal);
    const tokens = found.reduce((sum, embedding) => sum + embedding.tokens, 0);
    const write = (vector: readonly number[]) =>
      request.encoding_format === 'base64' ? Buffer.from(Float32Array.from(vector).buffer).toString('base64') : vector;
    sendJson(response, 200, {
      object: 'list',
      data: found.map(({ vector }, index) => ({ object: 'embedding', index, embedding: write(vector) })),
      model: options.model,
      usage: { prompt_tokens: tokens, total_tokens: tokens },
    });
  }

  function models(loaded: LoadedModel, response: ServerResponse): void {
    sendJson(response, 200, {
      object: 'list',
      data: [
        {
          id: options.model,
          object: 'model',
          created: Math.floor(started.getTime() / 1000),
          owned_by: 'node-llama-cpp',
          meta: {
            n_ctx: loaded.contextTokens,
            n_ctx_train: loaded.trainedContextTokens,
            n_vocab: loaded.vocabularySize,
            size: loaded.size,
          },
        },
      ],
    });
  }

  async function answer(request: IncomingMessage, response: ServerResponse, signal: AbortSignal): Promise<void> {
    const path = (request.url ?? '/').split('?', 1)[0] ?? '/';
    if (path === '/health' || path === '/v1/health') {
      if (!model) throw loading();
      return sendJson(response, 200, { status: 'ok' });
    }
    checkKey(request);
    if (!model) throw loading();
    const loaded = model;
    const route = `${request.method} ${path}`;
    if (route === 'GET /v1/models') return models(loaded, response);
    if (route === 'POST /v1/embeddings') return embeddings(loaded, await readBody(request), response, signal);
    if (route === 'POST /v1/chat/completions') {
      const chat = parseRequest(ChatRequest, await readBody(request));
      const prompt = loaded.tokenize(loaded.renderChat(chat.messages));
      const completion = { prompt, request: chat, shape: chatAnswer(head()) };
      return complete(completion, loaded, response, signal, options.randomSeed);
    }
    if (route === 'POST /v1/completions') {
      const text = parseRequest(CompletionRequest, await readBody(request));
      const prompt = loaded.tokenize([text.prompt].flat().join(''));
      const completion = { prompt, request: text, shape: textAnswer(head()) };
      return complete(completion, loaded, response, signal, options.randomSeed);
    }
    throw new OpenAiError(404, 'not_found', `There is nothing at ${route}.`);
  }

  const server = createServer((request, response) => {
    const gone = new AbortController();
    response.once('close', () => {
      if (!response.writableFinished) gone.abort(new Error('the client has gone'));
    });
    const signal = AbortSignal.any([gone.signal, ending.signal]);
    answer(request, response, signal).catch((error: unknown) => {
      if (!gone.signal.aborted) fail(response, ending.signal.aborted ? stopping() : error);
    });
  });

  return {
    server,
    ready: (loaded) => {
      model = loaded;
    },
    close: async () => {
      ending.abort(stopping());
      model = undefined;
      const closed = new Promise((resolve) => server.close(resolve));
      // Answers are broken off at once; a client that keeps its connection all the same does not keep us.
      setTimeout(() => server.closeAllConnections(), CLOSING_MS).unref();
      await closed;
    },
  };
}

const loading = () => new OpenAiError(503, 'loading', 'The model is being loaded. Try again in a moment.');
const stopping = () => new OpenAiError(503, 'stopping', 'This model is being stopped.');

function fail(response: ServerResponse, error: unknown): void {
  if (!(error instanceof OpenAiError)) process.stderr.write(`error: ${error instanceof Error ? error.stack : error}\n`);
  const known =
    error instanceof OpenAiError
      ? error
      : new OpenAiError(500, 'inference_failed', 'The model could not answer. The log of this unit says why.');
  if (response.headersSent) response.end(`data: ${known.body()}\n\n`);
  else sendJson(response, known.status, known.body());
}

/** What exceeds the limit is received and thrown away: a client that is cut off while it sends never sees why. */
function readBody(request: IncomingMessage): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    request.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size <= LARGEST_BODY_BYTES) chunks.push(chunk);
      else chunks.length = 0;
    });
    request.once('end', () => {
      if (size <= LARGEST_BODY_BYTES) resolve(Buffer.concat(chunks));
      else {
        reject(
          new OpenAiError(
            413,
            'request_too_large',
            `The body has ${size} bytes; at most ${LARGEST_BODY_BYTES} are taken.`,
          ),
        );
      }
    });
    request.once('error', reject);
  });
}
