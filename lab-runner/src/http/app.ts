import swagger from '@fastify/swagger';
import { type TypeBoxTypeProvider, TypeBoxValidatorCompiler } from '@fastify/type-provider-typebox';
import Fastify, {
  type FastifyBaseLogger,
  type FastifyInstance,
  type FastifyPluginAsync,
  type FastifyReply,
  type FastifyRequest,
  LogController,
  type onRequestAsyncHookHandler,
} from 'fastify';
import { CodedError } from '../coded-error.ts';
import { problemOf } from '../problem-document.ts';
import { jsonParser } from './json-parser.ts';
import { codedOf } from './problem.ts';
import { SECURITY_HEADERS } from './security-headers.ts';
import { sendNotFoundPage, site } from './site.ts';

export interface AppOptions {
  readonly version: string;
  /** Lets a request through or throws. Runs before anything else sees it. */
  readonly guard: onRequestAsyncHookHandler;
  /** One per room: its routes, under their full paths. */
  readonly rooms: readonly FastifyPluginAsync[];
  /** site/dist. */
  readonly siteFolder: string;
  readonly logger?: FastifyBaseLogger;
}

/** What a JSON or text body may weigh, in bytes; a room that takes files says so for its own routes. */
const BODY_LIMIT = 1024 * 1024;

/** The HTTP side of the runner, apart from any socket, so that tests may use it with `inject()`. */
export async function buildApp(options: AppOptions): Promise<FastifyInstance> {
  const { version, guard, rooms, siteFolder, logger } = options;
  const app = Fastify({
    ...(logger ? { loggerInstance: logger } : {}),
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: BODY_LIMIT,
    forceCloseConnections: true,
    return503OnClosing: true,
    // A HEAD of an event stream would open it and never end it; files answer HEAD by themselves.
    exposeHeadRoutes: false,
    frameworkErrors: (error, request, reply) => sendProblem(error, request, reply),
  }).withTypeProvider<TypeBoxTypeProvider>();
  app.setValidatorCompiler(TypeBoxValidatorCompiler);
  // Types hold answers to their schemas; compiling a serializer for each would take a fifth of the start.
  app.setSerializerCompiler(() => JSON.stringify);
  app.addContentTypeParser('application/json', { parseAs: 'string' }, jsonParser(app));
  app.setErrorHandler(sendProblem);
  app.setNotFoundHandler((request, reply) => {
    if (!isApi(request) && sendNotFoundPage(request, reply, siteFolder)) return reply;
    return sendProblem404(request, reply);
  });
  app.addHook('onRequest', async (request, reply) => {
    reply.headers(SECURITY_HEADERS);
    if (isApi(request)) reply.header('cache-control', 'no-store');
  });
  app.addHook('onRequest', guard);
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Terroir lab-runner',
        version,
        description:
          'Micro-clouds, models and labs on machines you own. Errors are RFC 9457 problems with a stable code.',
        license: { name: 'EUPL-1.2', identifier: 'EUPL-1.2' },
      },
      servers: [{ url: '/' }],
    },
  });
  await app.register(async (inner) => {
    inner.get('/api/openapi.json', { schema: { hide: true } }, async () => app.swagger());
  });
  for (const room of rooms) await app.register(room);
  await app.register(site, { folder: siteFolder });
  return app as unknown as FastifyInstance;
}

const isApi = ({ url }: FastifyRequest): boolean => url === '/api' || /^\/api[/?]/.test(url);

function sendProblem(error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const facts = codedOf(error);
  // What is our fault is for the operator: its text and stack go into the log, and never out.
  const told = error instanceof CodedError && error.cause === undefined;
  if (facts.status >= 500 && !told)
    request.log.error({ err: error, code: facts.code, method: request.method, url: request.url });
  return reply.code(facts.status).type('application/problem+json').send(problemOf(facts));
}

function sendProblem404(request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const problem = problemOf({
    status: 404,
    code: 'route-not-found',
    detail: `Nothing answers ${request.method} ${request.url.split('?')[0]}.`,
    todo: 'See GET /api/openapi.json for what there is.',
  });
  return reply.code(404).type('application/problem+json').send(problem);
}
