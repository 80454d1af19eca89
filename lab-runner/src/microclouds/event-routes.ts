import type { Readable } from 'node:stream';
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { MicrocloudEvent } from '@terroir/labs/contract/event.ts';
import { Type } from 'typebox';
import { answerWith, eventStreams } from '../http/event-stream.ts';
import { problems } from '../http/problem-responses.ts';
import type { LiveMicrocloud } from './live-microcloud.ts';
import type { Notice } from './notice.ts';
import { liveOf, type Room } from './room.ts';
import { OneMicrocloud, originOf } from './routes.ts';
import { viewOfDeployment, viewOfMicrocloud, viewOfUnit } from './view.ts';

/** `GET /api/microclouds/{id}/events`. A snapshot comes first, so that a client never has to remember where it was. */
export function eventRoutes(room: Room): FastifyPluginAsyncTypebox {
  return async (app) => {
    const open = eventStreams(app);
    const told = { 'text/event-stream': { schema: Type.Unsafe<Readable>(MicrocloudEvent) } };
    const schema = {
      summary: 'All that happens to a micro-cloud, as server-sent events; a snapshot comes first',
      tags: ['micro-clouds'],
      params: OneMicrocloud,
      response: { 200: { description: 'Until the client or the micro-cloud ends', content: told }, ...problems },
    };
    app.get('/api/microclouds/:id/events', { schema }, async (request, reply) => {
      const live = liveOf(room, request.params.id);
      const origin = originOf(request);
      const stop = room.notices.watch((id, notice) => {
        if (id !== live.id) return;
        const event = eventOf(room, live, notice, origin);
        stream.send(event.type, event);
        if (event.type === 'gone') stream.end();
      });
      const stream = open(stop);
      for (const event of snapshot(room, live, origin)) stream.send(event.type, event);
      return answerWith(reply, stream);
    });
  };
}

function snapshot(room: Room, live: LiveMicrocloud, origin: string): MicrocloudEvent[] {
  const { ledgerSize: size, policySha256: sha256 } = live;
  return [
    { type: 'snapshot', microcloud: viewOfMicrocloud(live, room.engine.list(live.id), origin) },
    ...(size === undefined ? [] : [{ type: 'ledger' as const, size }]),
    ...(sha256 === undefined ? [] : [{ type: 'policy' as const, sha256 }]),
  ];
}

function eventOf(room: Room, live: LiveMicrocloud, notice: Notice, origin: string): MicrocloudEvent {
  switch (notice.type) {
    case 'microcloud':
      return { type: 'microcloud', microcloud: viewOfMicrocloud(live, room.engine.list(live.id), origin) };
    case 'unit':
      return { type: 'unit', unit: viewOfUnit(notice.unit) };
    case 'deployment':
      return { type: 'deployment', deployment: viewOfDeployment(notice.deployment) };
    default:
      return notice;
  }
}
