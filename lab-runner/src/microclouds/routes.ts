import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import {
  CreateMicrocloud,
  MicrocloudCreated,
  MicrocloudList,
  MicrocloudView,
  RotatedKey,
} from '@terroir/labs/contract/microcloud.ts';
import type { FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import { problems } from '../http/problem-responses.ts';
import { createMicrocloud } from './create-microcloud.ts';
import { destroyMicrocloud } from './destroy-microcloud.ts';
import { liveOf, type Room } from './room.ts';
import { rotateKey } from './rotate-key.ts';
import { baseUrlOf, viewOfMicrocloud } from './view.ts';

export const OneMicrocloud = Type.Object({ id: Type.String({ maxLength: 64, description: 'of the micro-cloud' }) });

/** How the asking client reaches the runner: what it put into its Host header is what works for it. */
export const originOf = (request: FastifyRequest): string => `${request.protocol}://${request.host}`;

/** `/api/microclouds` and one of them. */
export function microcloudRoutes(room: Room): FastifyPluginAsyncTypebox {
  return async (app) => {
    const tags = ['micro-clouds'];
    const view = (id: string, request: FastifyRequest): MicrocloudView =>
      viewOfMicrocloud(liveOf(room, id), room.engine.list(id), originOf(request));

    const listing = { summary: 'All micro-clouds, oldest first', tags, response: { 200: MicrocloudList, ...problems } };
    app.get('/api/microclouds', { schema: listing }, async (request) =>
      [...room.live.keys()].map((id) => view(id, request)),
    );

    const creating = {
      summary: 'Create a micro-cloud; its key is shown in this answer and never again',
      tags,
      body: CreateMicrocloud,
      response: { 201: MicrocloudCreated, ...problems },
    };
    app.post(
      '/api/microclouds',
      {
        schema: creating,
        preValidation: async (request) => {
          request.body ??= {};
        },
      },
      async (request, reply) => {
        const { microcloud, key } = await createMicrocloud(room, request.body);
        const { id, state } = microcloud;
        return reply
          .code(201)
          .header('location', `/api/microclouds/${id}`)
          .send({ id, state, key, baseUrl: baseUrlOf(id, originOf(request)) });
      },
    );

    const reading = {
      summary: 'One micro-cloud',
      tags,
      params: OneMicrocloud,
      response: { 200: MicrocloudView, ...problems },
    };
    app.get('/api/microclouds/:id', { schema: reading }, async (request) => view(request.params.id, request));

    const destroying = {
      summary: 'End a micro-cloud and remove all it held',
      tags,
      params: OneMicrocloud,
      response: { 204: Type.Null({ description: 'Nothing of it is left' }), ...problems },
    };
    app.delete('/api/microclouds/:id', { schema: destroying }, async (request, reply) => {
      await destroyMicrocloud(room, request.params.id);
      return reply.code(204).send(null);
    });

    const rotating = {
      summary: 'Make a new key for the gateway; the old one ends, the new one is shown in this answer and never again',
      tags,
      params: OneMicrocloud,
      response: { 200: RotatedKey, ...problems },
    };
    app.post('/api/microclouds/:id/key', { schema: rotating }, async (request) => ({
      key: await rotateKey(room, request.params.id),
    }));
  };
}
