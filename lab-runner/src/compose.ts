import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { FastifyInstance, onRequestAsyncHookHandler } from 'fastify';
import { loopbackAccess, sessionAccess } from './access/access.ts';
import { Attempts } from './access/attempts.ts';
import { openPassphrase } from './access/passphrase.ts';
import { signIn } from './access/routes.ts';
import { Sessions } from './access/sessions.ts';
import type { Config } from './config.ts';
import { createEmbeddedEngine } from './engines/embedded/embedded-engine.ts';
import type { EngineReport } from './engines/engine.ts';
import { buildApp } from './http/app.ts';
import { health } from './http/health.ts';
import { metrics } from './http/metrics.ts';
import { readLabs } from './labs/catalogue.ts';
import { Labs } from './labs/labs.ts';
import { labRoutes } from './labs/routes.ts';
import type { Log } from './log.ts';
import { deployedIn } from './microclouds/deployed-in.ts';
import { deploymentRoutes } from './microclouds/deployment-routes.ts';
import { eventRoutes } from './microclouds/event-routes.ts';
import { followUnits } from './microclouds/follow-units.ts';
import { gatewayOverHttp } from './microclouds/gateway-over-http.ts';
import { labSubject } from './microclouds/lab-subject.ts';
import { Notices } from './microclouds/notice.ts';
import { policyRoutes } from './microclouds/policy-routes.ts';
import { gatewayProxy } from './microclouds/proxy-routes.ts';
import { type Recovery, recover } from './microclouds/recover.ts';
import type { Room } from './microclouds/room.ts';
import { microcloudRoutes } from './microclouds/routes.ts';
import { createModels } from './models/models.ts';
import { modelRoutes } from './models/routes.ts';
import { systemClock, systemIds } from './ports.ts';
import { openDatabase } from './store/database.ts';
import { deploymentRecords } from './store/deployments.ts';
import { labRecords } from './store/labs.ts';
import { microcloudRecords } from './store/microclouds.ts';
import { sessionRecords } from './store/sessions.ts';

/** A runner put together and not yet listening. */
export interface Runner {
  readonly app: FastifyInstance;
  /** Shown once, at the start that made it. */
  readonly freshPassphrase: string | undefined;
  /** Labs that could not be read, one line each. */
  readonly labsLeftOut: readonly string[];
  engineReport(): Promise<EngineReport>;
  models(): Promise<{ readonly installed: number; readonly known: number }>;
  /** Picks up where the last run ended; requests wait until it has. */
  recover(): Promise<Recovery>;
  /** Ends every unit, every stream and every file. */
  close(): Promise<void>;
}

/** Engines ask programs what they are; nobody needs that fresher than this. */
const REPORT_LASTS_MS = 10_000;

/** Puts the runner together from its adapters. @param checkout where the product's own files are */
export async function compose(config: Config, checkout: string, version: string, log: Log): Promise<Runner> {
  const { data } = config;
  const clock = systemClock;
  const ids = systemIds;
  const db = await openDatabase(join(data, 'terroir.db'));
  const engine = createEmbeddedEngine({ folder: join(data, 'units'), clock });
  const seedling = join(checkout, 'labs/foundry/seedling');
  const models = await createModels({
    folder: join(data, 'models'),
    hub: new URL(config.hub),
    shipped: existsSync(join(seedling, 'model.yaml')) ? [seedling] : [],
    clock,
    ids,
    inUse: (id) => deployedIn(room, id),
  });
  const closing = new AbortController();
  const room: Room = {
    live: new Map(),
    microclouds: microcloudRecords(db),
    deployments: deploymentRecords(db),
    engine,
    gateways: gatewayOverHttp(),
    models,
    notices: new Notices(),
    clock,
    ids,
    data,
    most: config.maxMicroclouds,
    report: log.report,
    closing: closing.signal,
  };
  const { labs: manifests, leftOut } = await readLabs(join(checkout, 'labs/catalog'));
  const labs = new Labs({ manifests, records: labRecords(db), subject: labSubject(room), clock, report: log.report });
  const passphrase = config.loopback ? undefined : await openPassphrase(join(data, 'passphrase.json'));
  const sessions = new Sessions(sessionRecords(db), clock, ids);
  const started = Promise.withResolvers<void>();
  const engineReport = lasting(REPORT_LASTS_MS, () => engine.report());
  const installed = async () => (await models.list()).filter(({ state }) => state === 'installed').length;

  const app = await buildApp({
    version,
    logger: log.logger,
    guard: afterwards(started.promise, passphrase ? sessionAccess(sessions) : loopbackAccess()),
    siteFolder: join(checkout, 'site/dist'),
    rooms: [
      metrics({
        microclouds: () => [...room.live.values()].map(({ microcloud }) => microcloud),
        units: () => engine.list(),
        deployments: () => [...room.live.values()].flatMap(({ deployments }) => [...deployments.values()]),
      }),
      health({ version, engine: engineReport, models: installed }),
      ...(passphrase ? [signIn({ passphrase, sessions, attempts: new Attempts(clock) })] : []),
      modelRoutes(models),
      microcloudRoutes(room),
      deploymentRoutes(room),
      policyRoutes(room),
      eventRoutes(room),
      labRoutes(labs),
      gatewayProxy(room),
    ],
  });
  const unfollow = [followUnits(room), labs.follow()];

  return {
    app,
    freshPassphrase: passphrase?.fresh,
    labsLeftOut: leftOut,
    engineReport,
    models: async () => ({ installed: await installed(), known: (await models.list()).length }),
    async recover() {
      const recovery = await recover(room);
      started.resolve();
      return recovery;
    },
    async close() {
      closing.abort();
      for (const stop of unfollow) stop();
      await Promise.all([app.close(), engine.close(), models.close()]);
      await Promise.all([...room.live.values()].map((live) => live.idle()));
      await db.destroy();
    },
  };
}

/** The server listens before units are recovered, so that a taken port is known before any unit is touched; calls wait. */
function afterwards(started: Promise<void>, guard: onRequestAsyncHookHandler): onRequestAsyncHookHandler {
  return async function (request, reply) {
    await started;
    return guard.call(this, request, reply);
  };
}

function lasting<T>(milliseconds: number, ask: () => Promise<T>): () => Promise<T> {
  let last: { readonly answer: Promise<T>; readonly at: number } | undefined;
  return () => {
    const now = performance.now();
    if (last && now - last.at < milliseconds) return last.answer;
    const answer = ask();
    last = { answer, at: now };
    answer.catch(() => {
      last = undefined;
    });
    return answer;
  };
}
