import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import {
  CreateTraining,
  FoundryReport,
  TrainingList,
  TrainingPublished,
  TrainingView,
} from '@terroir/labs/contract/training.ts';
import { Type } from 'typebox';
import { problems } from '../http/problem-responses.ts';
import { createTraining } from './create-training.ts';
import { type Foundry, trainingOf, trainingsOf } from './foundry.ts';
import { foundryReport } from './foundry-report.ts';
import { publishTraining } from './publish-training.ts';
import { removeTraining } from './remove-training.ts';
import { startTraining } from './start-training.ts';
import { stopTraining } from './stop-training.ts';
import { viewOf } from './view.ts';

const OneMicrocloud = Type.Object({ id: Type.String({ maxLength: 64, description: 'of the micro-cloud' }) });
export const OneTraining = Type.Object({ ...OneMicrocloud.properties, training: Type.String({ maxLength: 64 }) });

/** Training runs of a micro-cloud, and what this machine has to train with. */
export function trainingRoutes(foundry: Foundry): FastifyPluginAsyncTypebox {
  return async (app) => {
    const tags = ['trainings'];
    const one = '/api/microclouds/:id/trainings/:training';
    const answer = { 200: TrainingView, ...problems };
    const accepted = { 202: TrainingView, ...problems };

    const reporting = {
      summary: 'What this machine has to train with, what is missing, and the texts that ship with labs',
      tags,
      response: { 200: FoundryReport, ...problems },
    };
    app.get('/api/foundry', { schema: reporting }, async () => foundryReport(foundry));

    const listing = {
      summary: 'The trainings of a micro-cloud, oldest first',
      tags,
      params: OneMicrocloud,
      response: { 200: TrainingList, ...problems },
    };
    app.get('/api/microclouds/:id/trainings', { schema: listing }, async ({ params }) =>
      (await trainingsOf(foundry, params.id)).map((live) => viewOf(foundry, live)),
    );

    const creating = {
      summary: 'Create a training as a draft, to which files can be added before it is started',
      tags,
      params: OneMicrocloud,
      body: CreateTraining,
      response: { 201: TrainingView, ...problems },
    };
    app.post('/api/microclouds/:id/trainings', { schema: creating }, async ({ params, body }, reply) => {
      const live = await createTraining(foundry, params.id, body);
      return reply
        .code(201)
        .header('location', `/api/microclouds/${params.id}/trainings/${live.id}`)
        .send(viewOf(foundry, live));
    });

    const reading = {
      summary: 'One training, with all that is known of it',
      tags,
      params: OneTraining,
      response: answer,
    };
    app.get(one, { schema: reading }, async ({ params }) =>
      viewOf(foundry, await trainingOf(foundry, params.id, params.training)),
    );

    const removing = {
      summary: 'End a training and remove all it held; a published model stays',
      tags,
      params: OneTraining,
      response: { 204: Type.Null({ description: 'Nothing of it is left' }), ...problems },
    };
    app.delete(one, { schema: removing }, async ({ params }, reply) => {
      await removeTraining(foundry, await trainingOf(foundry, params.id, params.training));
      return reply.code(204).send(null);
    });

    const starting = {
      summary: 'Start a training, or go on with one that was stopped or failed; one runs at a time',
      tags,
      params: OneTraining,
      response: accepted,
    };
    app.post(`${one}/start`, { schema: starting }, async ({ params }, reply) => {
      const live = await trainingOf(foundry, params.id, params.training);
      await startTraining(foundry, live);
      return reply.code(202).send(viewOf(foundry, live));
    });

    const stopping = {
      summary: 'Take a training out of the queue, or have it keep a checkpoint and stop',
      tags,
      params: OneTraining,
      response: accepted,
    };
    app.post(`${one}/stop`, { schema: stopping }, async ({ params }, reply) => {
      const live = await trainingOf(foundry, params.id, params.training);
      await stopTraining(foundry, live);
      return reply.code(202).send(viewOf(foundry, live));
    });

    const publishing = {
      summary:
        'Take the trained model, with its card, into the catalogue of the centre; asked again, it answers the same',
      tags,
      params: OneTraining,
      response: { 200: TrainingPublished, ...problems },
    };
    app.post(`${one}/publish`, { schema: publishing }, async ({ params }) =>
      publishTraining(foundry, await trainingOf(foundry, params.id, params.training)),
    );
  };
}
