import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { Type } from 'typebox';
import { CodedError } from '../coded-error.ts';
import { problems } from '../http/problem-responses.ts';
import { gatewayOf, liveOf, type Room } from './room.ts';
import { OneMicrocloud } from './routes.ts';

const Cedar = Type.String({ description: 'Cedar policy set' });

/** The policy in force on a gateway. The gateway validates, enacts and records; the runner only carries. */
export function policyRoutes(room: Room): FastifyPluginAsyncTypebox {
  return async (app) => {
    const reading = {
      summary: 'The policy in force',
      tags: ['policy'],
      params: OneMicrocloud,
      response: { 200: { description: 'Cedar', content: { 'text/plain': { schema: Cedar } } }, ...problems },
    };
    app.get('/api/microclouds/:id/policy', { schema: reading }, async (request, reply) => {
      const text = await room.gateways.policy(gatewayOf(liveOf(room, request.params.id)));
      return reply.type('text/plain; charset=utf-8').send(text);
    });

    const writing = {
      summary: 'Enact a policy; one that does not validate is refused with line and column, and changes nothing',
      tags: ['policy'],
      consumes: ['text/plain'],
      params: OneMicrocloud,
      body: { content: { 'text/plain': { schema: Cedar } } },
      response: { 204: Type.Null({ description: 'In force' }), ...problems },
    };
    app.put('/api/microclouds/:id/policy', { schema: writing }, async (request, reply) => {
      await room.gateways.putPolicy(gatewayOf(liveOf(room, request.params.id)), textOf(request.body));
      return reply.code(204).send(null);
    });
  };
}

/** @throws {CodedError} `media-type-unsupported` for a body that was parsed as something else, or is not there */
export function textOf(body: unknown): string {
  if (typeof body === 'string') return body;
  throw new CodedError({
    status: 415,
    code: 'media-type-unsupported',
    detail: 'This call takes plain text.',
    todo: 'Send it with content-type: text/plain.',
    field: 'content-type',
  });
}
