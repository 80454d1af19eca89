import type { FastifyInstance } from 'fastify';
import fp from 'fastify-plugin';
import { collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';

/** How many there are of each kind and state, e.g. `{kind: 'gateway', state: 'healthy'}`. */
export interface Population {
  readonly microclouds: () => readonly { readonly state: string }[];
  readonly units: () => readonly { readonly kind: string; readonly state: string; readonly restarts: number }[];
  readonly deployments: () => readonly { readonly state: string }[];
}

/** `GET /metrics`, in Prometheus' text format: the runner's process, its HTTP calls, and what it runs. */
export function metrics({ microclouds, units, deployments }: Population) {
  return fp(async (app: FastifyInstance) => {
    const registry = new Registry();
    collectDefaultMetrics({ register: registry });
    const registers = [registry];
    const duration = new Histogram({
      name: 'terroir_http_request_seconds',
      help: 'Time from a request to the end of its answer, by route',
      labelNames: ['method', 'route', 'status'],
      buckets: [0.001, 0.005, 0.02, 0.1, 0.5, 2, 10],
      registers,
    });
    new Gauge({
      name: 'terroir_microclouds',
      help: 'Micro-clouds by state',
      labelNames: ['state'],
      registers,
      collect() {
        this.reset();
        for (const { state } of microclouds()) this.inc({ state });
      },
    });
    new Gauge({
      name: 'terroir_units',
      help: 'Units by kind and state',
      labelNames: ['kind', 'state'],
      registers,
      collect() {
        this.reset();
        for (const { kind, state } of units()) this.inc({ kind, state });
      },
    });
    new Gauge({
      name: 'terroir_unit_restarts',
      help: 'How often the units that run now were started again, by kind',
      labelNames: ['kind'],
      registers,
      collect() {
        this.reset();
        for (const { kind, restarts } of units()) this.inc({ kind }, restarts);
      },
    });
    new Gauge({
      name: 'terroir_deployments',
      help: 'Deployments by state',
      labelNames: ['state'],
      registers,
      collect() {
        this.reset();
        for (const { state } of deployments()) this.inc({ state });
      },
    });
    app.addHook('onResponse', async (request, reply) => {
      // The route's pattern and never its path: ids would make a new time series each.
      const route = request.routeOptions.url ?? 'none';
      duration.observe({ method: request.method, route, status: reply.statusCode }, reply.elapsedTime / 1000);
    });
    app.get('/metrics', { schema: { hide: true } }, async (_request, reply) =>
      reply
        .type(registry.contentType)
        .header('cache-control', 'no-store')
        .send(await registry.metrics()),
    );
    app.addHook('onClose', async () => registry.clear());
  });
}
