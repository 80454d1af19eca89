import { readFile, stat } from 'node:fs/promises';
import { basename, join, sep } from 'node:path';
import fastifyStatic from '@fastify/static';
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { Type } from 'typebox';
import { problems } from '../http/problem-responses.ts';
import { type Foundry, trainingOf } from './foundry.ts';
import { artefactNotFound, trainingNotReady } from './foundry-errors.ts';
import { OneTraining } from './routes.ts';

/** What a training made: its files, and its card. */
export function artefactRoutes(foundry: Foundry, data: string): FastifyPluginAsyncTypebox {
  return async (app) => {
    const one = '/api/microclouds/:id/trainings/:training';
    await app.register(fastifyStatic, { root: data, serve: false, cacheControl: false });

    const fetching = {
      summary: 'A file that a training made, by its path below the artefacts folder',
      tags: ['trainings'],
      produces: ['application/octet-stream'],
      params: OneTraining,
      response: problems,
    };
    app.get(`${one}/artefacts/*`, { schema: fetching }, async ({ params }, reply) => {
      const live = await trainingOf(foundry, params.id, params.training);
      const path = '*' in params ? String(params['*']) : '';
      const wanted = join(live.artefactFolder, path);
      const isBelow = wanted.startsWith(live.artefactFolder + sep) && !path.includes('\0');
      const isFile = isBelow && (await stat(wanted).catch(() => undefined))?.isFile() === true;
      if (!isFile) throw artefactNotFound(path);
      reply.header('content-disposition', `attachment; filename*=UTF-8''${encodeURIComponent(basename(wanted))}`);
      return reply.sendFile(path, live.artefactFolder);
    });

    const carding = {
      summary: 'The card of the trained model, in Markdown',
      tags: ['trainings'],
      params: OneTraining,
      response: { 200: { content: { 'text/markdown': { schema: Type.String() } } }, ...problems },
    };
    app.get(`${one}/card`, { schema: carding }, async ({ params }, reply) => {
      const live = await trainingOf(foundry, params.id, params.training);
      const card = await readFile(join(live.artefactFolder, 'card.md'), 'utf8').catch(() => undefined);
      if (card === undefined) throw trainingNotReady(live.training.state, 'its card is not written yet');
      return reply.type('text/markdown; charset=utf-8').send(card);
    });
  };
}
