import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { type ModelEvent, ModelView } from '@terroir/labs/contract/model.ts';
import { Type } from 'typebox';
import { CodedError } from '../coded-error.ts';
import { answerWith, eventStreams } from '../http/event-stream.ts';
import { problems } from '../http/problem-responses.ts';
import { notFound } from './model-errors.ts';
import type { Models } from './models.ts';

const ById = Type.Object({ id: Type.String({ minLength: 1, maxLength: 100 }) });
const Uploaded = Type.Object({
  id: Type.String(),
  sha256: Type.String(),
  already: Type.Boolean({ description: 'true when this very content was here before' }),
});

/** The models of this centre, under `/api/models`. */
export function modelRoutes(models: Models): FastifyPluginAsyncTypebox {
  return async (app) => {
    const tags = ['models'];
    const open = eventStreams(app);

    app.get(
      '/api/models',
      {
        schema: {
          tags,
          summary: 'The catalogue, with what is installed of it',
          response: { 200: Type.Array(ModelView), ...problems },
        },
      },
      async () => [...(await models.list())],
    );

    app.get(
      '/api/models/:id',
      {
        schema: {
          tags,
          summary: 'One model, with the text of its licence and its card',
          params: ById,
          response: { 200: ModelView, ...problems },
        },
      },
      async ({ params }) => {
        const model = await models.get(params.id);
        if (model === undefined) throw notFound(params.id);
        return model;
      },
    );

    app.post(
      '/api/models/:id/pull',
      {
        schema: {
          tags,
          summary: 'Begin to pull a model from the hub; the events tell how it goes',
          params: ById,
          body: Type.Object({ acceptLicence: Type.Boolean() }, { additionalProperties: false }),
          response: { 202: ModelView, ...problems },
        },
      },
      async ({ params, body }, reply) => {
        const { view } = await models.startPull(params.id, body);
        return reply.code(202).send(view);
      },
    );

    app.delete(
      '/api/models/:id/pull',
      {
        schema: {
          tags,
          summary: 'Cancel a pull; what was received is kept',
          params: ById,
          response: { 200: ModelView, ...problems },
        },
      },
      async ({ params }) => {
        const cancelled = await models.cancelPull(params.id);
        const model = await models.get(params.id);
        if (model === undefined) throw notFound(params.id);
        if (!cancelled) throw noPull(params.id);
        return model;
      },
    );

    app.delete(
      '/api/models/:id',
      {
        schema: {
          tags,
          summary: 'Remove the file of a model that is deployed nowhere, or what is kept of a pull that did not end',
          params: ById,
          response: { 204: Type.Null(), ...problems },
        },
      },
      async ({ params }, reply) => {
        await models.remove(params.id);
        return reply.code(204).send(null);
      },
    );

    app.get(
      '/api/models/events',
      {
        schema: {
          tags,
          summary: 'All that happens to models, as server-sent events',
          produces: ['text/event-stream'],
        },
      },
      async (_request, reply) => {
        const early: ModelEvent[] = [];
        let send: (event: ModelEvent) => void = (event) => early.push(event);
        const unwatch = models.watch((event) => send(event));
        const snapshot = await models.list().catch((error: unknown) => {
          unwatch();
          throw error;
        });
        const stream = open(unwatch);
        send = (event) => stream.send(event.type, event);
        // What happened while the snapshot was read comes again behind it: each event tells the whole state of its model.
        for (const event of [{ type: 'snapshot' as const, models: [...snapshot] }, ...early]) send(event);
        return answerWith(reply, stream);
      },
    );

    await app.register(upload(models));
  };
}

/** In a scope of its own, as only here a body is a file: it goes to disk as it comes, whatever its size. */
function upload(models: Models): FastifyPluginAsyncTypebox {
  return async (app) => {
    app.removeAllContentTypeParsers();
    app.addContentTypeParser('application/octet-stream', (_request, payload, done) => done(null, payload));
    app.post(
      '/api/models/import',
      {
        bodyLimit: Number.MAX_SAFE_INTEGER,
        schema: {
          tags: ['models'],
          summary: 'Upload a GGUF file',
          consumes: ['application/octet-stream'],
          querystring: Type.Object({ name: Type.String({ minLength: 1, maxLength: 255, description: 'file name' }) }),
          response: { 201: Uploaded, ...problems },
        },
      },
      async ({ raw, query, headers }, reply) => {
        const size = Number(headers['content-length']);
        const expected = Number.isSafeInteger(size) ? { sizeBytes: size } : {};
        // Not destroyed when it turns out to be no model: the sender shall read the answer, not a broken connection.
        const upload = raw.iterator({ destroyOnReturn: false });
        return reply.code(201).send(await models.importStream(upload, query.name, expected));
      },
    );
  };
}

const noPull = (id: string) =>
  new CodedError({
    status: 409,
    code: 'pull-not-running',
    detail: `No pull of "${id}" runs here.`,
    todo: 'Look at its state; a pull by the command line is cancelled there.',
    field: 'id',
  });
