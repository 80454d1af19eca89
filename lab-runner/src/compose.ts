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
import { findPython } from './engines/embedded/find-python.ts';
import { pickEnvironment } from './engines/embedded/programs.ts';
import type { EngineReport } from './engines/engine.ts';
import { artefactRoutes } from './foundry/artefact-routes.ts';
import { askEnvironment } from './foundry/environment.ts';
import { followMicroclouds } from './foundry/follow-microclouds.ts';
import { type Foundry, trainingsOf } from './foundry/foundry.ts';
import { recoverTrainings } from './foundry/recover.ts';
import { trainingRoutes } from './foundry/routes.ts';
import { readTexts } from './foundry/shipped-texts.ts';
import { sourceRoutes } from './foundry/source-routes.ts';
import { isUnderway } from './foundry/training.ts';
import { viewOf } from './foundry/view.ts';
import { buildApp } from './http/app.ts';
import { health } from './http/health.ts';
import { metrics } from './http/metrics.ts';
import { readLabs } from './labs/catalogue.ts';
import { Labs } from './labs/labs.ts';
import { labRoutes } from './labs/routes.ts';
import { lasting } from './lasting.ts';
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
import { trainingHost } from './microclouds/training-host.ts';
import { createModels } from './models/models.ts';
import { modelRoutes } from './models/routes.ts';
import { systemClock, systemIds } from './ports.ts';
import { openDatabase } from './store/database.ts';
import { deploymentRecords } from './store/deployments.ts';
import { labRecords } from './store/labs.ts';
import { microcloudRecords } from './store/microclouds.ts';
import { sessionRecords } from './store/sessions.ts';
import { trainingRecords } from './store/trainings.ts';

/** A runner put together and not yet listening. */
export interface Runner {
  readonly app: FastifyInstance;
  /** Shown once, at the start that made it. */
  readonly freshPassphrase: string | undefined;
  /** Labs and their texts that could not be read, one line each. */
  readonly labsLeftOut: readonly string[];
  engineReport(): Promise<EngineReport>;
  models(): Promise<{ readonly installed: number; readonly known: number }>;
  /** A training runs that keeps a checkpoint before it ends. */
  isTraining(): boolean;
  /** Picks up where the last run ended; requests wait until it has. */
  recover(): Promise<Recovery>;
  /** Ends every unit, every stream and every file. */
  close(): Promise<void>;
}

/** Engines ask programs what they are; nobody needs that fresher than this. */
const REPORT_LASTS_MS = 10_000;
/** Finding Python's libraries takes a moment; somebody who has just installed one looks again. */
const ENVIRONMENT_LASTS_MS = 15_000;

/** Puts the runner together from its adapters. @param checkout where the product's own files are */
export async function compose(config: Config, checkout: string, version: string, log: Log): Promise<Runner> {
  const { data } = config;
  const clock = systemClock;
  const ids = systemIds;
  const db = await openDatabase(join(data, 'terroir.db'));
  const path = process.env.PATH ?? '';
  const python = () => findPython(config, path);
  const engine = createEmbeddedEngine({ folder: join(data, 'units'), clock, python });
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
  const catalog = join(checkout, 'labs/catalog');
  const [{ labs: manifests, leftOut }, shipped] = await Promise.all([readLabs(catalog), readTexts(catalog)]);
  const environment = join(checkout, 'labs/foundry/environment.py');
  const forPython = { ...pickEnvironment(process.env), PATH: path };
  const foundry: Foundry = {
    live: new Map(),
    records: trainingRecords(db),
    engine,
    host: trainingHost(room),
    models,
    texts: shipped.texts,
    environment: lasting(ENVIRONMENT_LASTS_MS, async () => askEnvironment(await python(), environment, forPython)),
    clock,
    ids,
    report: log.report,
    closing: closing.signal,
  };
  const labs = new Labs({
    manifests,
    records: labRecords(db),
    subject: labSubject(room, async (id) => (await trainingsOf(foundry, id)).map((live) => viewOf(foundry, live))),
    clock,
    report: log.report,
  });
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
      trainingRoutes(foundry),
      sourceRoutes(foundry),
      artefactRoutes(foundry, data),
      labRoutes(labs),
      gatewayProxy(room),
    ],
  });
  const unfollow = [followUnits(room), labs.follow(), followMicroclouds(foundry)];

  return {
    app,
    freshPassphrase: passphrase?.fresh,
    labsLeftOut: [...leftOut, ...shipped.leftOut],
    engineReport,
    models: async () => ({ installed: await installed(), known: (await models.list()).length }),
    isTraining: () => [...foundry.live.values()].some(({ training }) => isUnderway(training)),
    async recover() {
      const recovery = await recover(room);
      await recoverTrainings(foundry);
      started.resolve();
      return recovery;
    },
    async close() {
      closing.abort();
      for (const stop of unfollow) stop();
      await Promise.all([app.close(), engine.close(), models.close()]);
      await Promise.all([...room.live.values(), ...foundry.live.values()].map((live) => live.idle()));
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
