import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { TrainingView } from '@terroir/labs/contract/training.ts';
import { Type } from 'typebox';
import { problems } from '../http/problem-responses.ts';
import { type Foundry, trainingOf } from './foundry.ts';
import { OneTraining } from './routes.ts';
import { addSource, MOST_SOURCE_BYTES, removeSource } from './sources.ts';
import { viewOf } from './view.ts';

const OneSource = Type.Object({
  ...OneTraining.properties,
  name: Type.String({ minLength: 1, maxLength: 1000, description: 'a plain file name' }),
});

/** The learner's files. In a scope of its own, as only here a body is a file: it goes to disk as it comes. */
export function sourceRoutes(foundry: Foundry): FastifyPluginAsyncTypebox {
  return async (app) => {
    const path = '/api/microclouds/:id/trainings/:training/sources/:name';
    const response = { 200: TrainingView, ...problems };
    app.removeAllContentTypeParsers();
    app.addContentTypeParser('*', (_request, payload, done) => done(null, payload));

    const adding = {
      summary: `Add a file of text to a training that has not begun with it; at most ${MOST_SOURCE_BYTES / 2 ** 20} MiB`,
      tags: ['trainings'],
      consumes: ['application/octet-stream'],
      params: OneSource,
      response,
    };
    const bodyLimit = Number.MAX_SAFE_INTEGER;
    app.put(path, { schema: adding, bodyLimit }, async ({ raw, params, headers }) => {
      const live = await trainingOf(foundry, params.id, params.training);
      const size = Number(headers['content-length']);
      // Not destroyed when it turns out to be too large: the sender shall read the answer, not a broken connection.
      const upload = raw.iterator({ destroyOnReturn: false });
      await addSource(foundry, live, params.name, upload, Number.isSafeInteger(size) ? { sizeBytes: size } : {});
      return viewOf(foundry, live);
    });

    const removing = { summary: 'Take a file out again', tags: ['trainings'], params: OneSource, response };
    app.delete(path, { schema: removing }, async ({ params }) => {
      const live = await trainingOf(foundry, params.id, params.training);
      await removeSource(foundry, live, params.name);
      return viewOf(foundry, live);
    });
  };
}
