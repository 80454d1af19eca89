import type { ServerResponse } from 'node:http';
import type { FastifyPluginAsync, FastifyRequest } from 'fastify';
import { CodedError } from '../coded-error.ts';
import { forward } from '../gateway/forward.ts';
import { problemOf } from '../problem-document.ts';
import { gatewayUrl } from './gateway-url.ts';
import type { Room } from './room.ts';

/**
 * `/m/{id}/v1/…` and `/m/{id}/ledger/…` go to the gateway of that micro-cloud, bodies unread and answers as they come. Nothing
 * else of a gateway can be reached from outside: its admin routes stay between runner and gateway.
 */
export function gatewayProxy(room: Room): FastifyPluginAsync {
  return async (app) => {
    app.removeAllContentTypeParsers();
    app.addContentTypeParser('*', (_request, _payload, done) => done(null));
    app.route<{ Params: { id: string } }>({
      method: ['GET', 'HEAD', 'POST', 'OPTIONS'],
      url: '/m/:id/*',
      exposeHeadRoute: false,
      schema: { hide: true },
      errorHandler: (error, request, reply) => {
        if (!(error instanceof CodedError)) throw error;
        const { type, body } = answerFor(error, request);
        return reply.code(error.status).type(type).send(body);
      },
      handler: async (request, reply) => {
        const url = gatewayUrl(room.live.get(request.params.id), request.params.id, request.raw.url ?? '');
        reply.hijack();
        const end = await forward(request.raw, reply.raw, { url });
        if (end.ended !== 'failed' || end.answered) return;
        const { type, body } = answerFor(gatewaySilent, request);
        writeJson(reply.raw, gatewaySilent.status, type, body);
      },
    });
  };
}

/** Clients of the OpenAI routes understand OpenAI's errors only; everybody else gets a problem. */
function answerFor(error: CodedError, { url }: FastifyRequest): { readonly type: string; readonly body: object } {
  if (!/^\/m\/[^/]+\/v1(?:[/?]|$)/.test(url)) return { type: 'application/problem+json', body: problemOf(error) };
  const { status, detail, todo, field, code } = error;
  const type = status < 500 ? 'invalid_request_error' : 'server_error';
  return {
    type: 'application/json; charset=utf-8',
    body: { error: { message: `${detail} ${todo}`, type, param: field ?? null, code: code.replaceAll('-', '_') } },
  };
}

function writeJson(response: ServerResponse, status: number, type: string, body: object): void {
  if (response.destroyed) return;
  response.writeHead(status, { 'content-type': type, 'cache-control': 'no-store' }).end(JSON.stringify(body));
}

const gatewaySilent = new CodedError({
  status: 502,
  code: 'gateway-unreachable',
  detail: 'The gateway of this micro-cloud does not answer.',
  todo: 'Try again in a moment; it is started again by itself.',
});
