import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { Health } from '@terroir/labs/contract/health.ts';
import type { EngineReport } from '../engines/engine.ts';
import { problems } from './problem-responses.ts';

export interface HealthOptions {
  readonly version: string;
  readonly engine: () => Promise<EngineReport>;
  /** Number of models that can be deployed now. */
  readonly models: () => Promise<number>;
}

/** `GET /api/health`: whether the runner and its engine are fit for work. */
export function health({ version, engine, models }: HealthOptions): FastifyPluginAsyncTypebox {
  return async (app) => {
    const schema = {
      summary: 'Whether the runner and its engine are fit for work',
      tags: ['runner'],
      response: { 200: Health, ...problems },
    };
    app.get('/api/health', { schema }, async () => {
      const [report, count] = await Promise.all([engine(), models()]);
      return {
        status: report.ready ? ('ok' as const) : ('degraded' as const),
        version,
        engine: viewOf(report),
        models: count,
      };
    });
  };
}

function viewOf({ kind, ready, gpus, inference, reason }: EngineReport): Health['engine'] {
  return { kind, ready, gpus: [...gpus], inference, ...(reason === undefined ? {} : { reason }) };
}
