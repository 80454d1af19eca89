import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { CreateDeployment, DeploymentView, UnitLogs } from '@terroir/labs/contract/microcloud.ts';
import { Type } from 'typebox';
import { CodedError } from '../coded-error.ts';
import { problems } from '../http/problem-responses.ts';
import { deploy } from './deploy.ts';
import { liveOf, type Room } from './room.ts';
import { OneMicrocloud } from './routes.ts';
import { undeploy } from './undeploy.ts';
import { viewOfDeployment } from './view.ts';

const OneDeployment = Type.Object({ ...OneMicrocloud.properties, deployment: Type.String({ maxLength: 64 }) });
const OneUnit = Type.Object({ ...OneMicrocloud.properties, unit: Type.String({ maxLength: 128 }) });
const Lines = Type.Object({ lines: Type.Optional(Type.Integer({ minimum: 1, maximum: 2000, default: 200 })) });

/** Models in a micro-cloud, and what its units print. */
export function deploymentRoutes(room: Room): FastifyPluginAsyncTypebox {
  return async (app) => {
    const deploying = {
      summary: 'Deploy a model; progress is told on the events',
      tags: ['deployments'],
      params: OneMicrocloud,
      body: CreateDeployment,
      response: { 202: DeploymentView, ...problems },
    };
    app.post('/api/microclouds/:id/deployments', { schema: deploying }, async (request, reply) => {
      const deployment = await deploy(room, request.params.id, request.body);
      return reply.code(202).send(viewOfDeployment(deployment));
    });

    const undeploying = {
      summary: 'Take a deployed model away',
      tags: ['deployments'],
      params: OneDeployment,
      response: { 204: Type.Null({ description: 'Its unit has ended' }), ...problems },
    };
    app.delete('/api/microclouds/:id/deployments/:deployment', { schema: undeploying }, async (request, reply) => {
      await undeploy(room, request.params.id, request.params.deployment);
      return reply.code(204).send(null);
    });

    const logs = {
      summary: 'The last lines that a unit printed, oldest first',
      tags: ['units'],
      params: OneUnit,
      querystring: Lines,
      response: { 200: UnitLogs, ...problems },
    };
    app.get('/api/microclouds/:id/units/:unit/logs', { schema: logs }, async (request) => {
      const { id, unit } = request.params;
      if (room.engine.get(unit)?.microcloud !== liveOf(room, id).id) throw unitNotFound(unit);
      return { lines: [...(await room.engine.logs(unit, { lines: request.query.lines ?? 200 }))] };
    });
  };
}

const unitNotFound = (unit: string): CodedError =>
  new CodedError({
    status: 404,
    code: 'unit-not-found',
    detail: `There is no unit ${unit} in this micro-cloud.`,
    todo: 'See its units with GET /api/microclouds/{id}.',
    field: 'unit',
  });
