import type { CreateDeployment } from '@terroir/labs/contract/microcloud.ts';
import { CodedError } from '../coded-error.ts';
import { standDeployment } from './change.ts';
import type { LiveMicrocloud } from './live-microcloud.ts';
import type { Deployment } from './microcloud.ts';
import { liveOf, type Room, readable } from './room.ts';
import { serveDeployments } from './serve-deployments.ts';
import { undeploy } from './undeploy.ts';

/**
 * Makes a model available in a micro-cloud: verifies its file, starts an inference unit and lets the gateway know. Resolves
 * when the wish is on disk; the rest goes on in the background and is told as notices.
 * @throws {CodedError} `model-not-found`, `model-not-installed`, `device-not-found`, `deployment-exists`, `microcloud-not-ready`
 */
export async function deploy(room: Room, microcloud: string, input: CreateDeployment): Promise<Deployment> {
  const live = liveOf(room, microcloud);
  await checkModel(room, input.model);
  const device = await checkDevice(room, input.device ?? 'cpu');
  const failed = [...live.deployments.values()].find(({ model, state }) => model === input.model && state === 'failed');
  if (failed) await undeploy(room, microcloud, failed.id);

  // From here to the next await nothing else runs, so two calls cannot both pass.
  refuseUnlessRunning(live);
  refuseTwice(live, input.model);
  const deployment: Deployment = {
    id: room.ids.next(),
    microcloud,
    model: input.model,
    device,
    state: 'queued',
    since: room.clock.now(),
    unitKey: '',
  };
  live.deployments.set(deployment.id, deployment);
  try {
    await room.deployments.save(deployment);
  } catch (error) {
    live.deployments.delete(deployment.id);
    throw error;
  }
  room.notices.tell(live.id, { type: 'deployment', deployment });
  startDeployment(room, live, deployment.id);
  return deployment;
}

/** Brings a deployment up in the background, from any state; whatever goes wrong becomes its reason. */
export function startDeployment(room: Room, live: LiveMicrocloud, id: string): void {
  const ending = new AbortController();
  const signal = AbortSignal.any([ending.signal, live.ending.signal, room.closing]);
  const done = bringUp(room, live, id, signal)
    .catch(async (error: unknown) => {
      if (signal.aborted) return;
      room.report(`deployment ${id} of ${live.id} did not start`, error);
      await standDeployment(room, live, id, { state: 'failed', reason: readable(error) }).catch((fault: unknown) =>
        room.report(`the failure of deployment ${id} could not be noted`, fault),
      );
    })
    .finally(() => live.underway.delete(id));
  live.underway.set(id, { ending, done });
  live.track(done);
}

async function bringUp(room: Room, live: LiveMicrocloud, id: string, signal: AbortSignal): Promise<void> {
  const deployment = live.deployments.get(id);
  if (!deployment) return;
  await standDeployment(room, live, id, { state: 'starting' });
  const { file, sha256 } = await room.models.fileOf(deployment.model, signal);
  signal.throwIfAborted();
  const key = room.ids.secret('terroir_unit');
  await standDeployment(room, live, id, { state: 'starting', sha256, unitKey: key });
  const { microcloud, model, device } = deployment;
  await room.engine.start({ id, microcloud, kind: 'inference', model, file, device, key }, signal);
  await serveDeployments(room, live);
}

function refuseUnlessRunning({ microcloud }: LiveMicrocloud): void {
  if (microcloud.state === 'ready' || microcloud.state === 'starting') return;
  throw new CodedError({
    status: 409,
    code: 'microcloud-not-ready',
    detail: `The micro-cloud is ${microcloud.state}${microcloud.reason ? `: ${microcloud.reason}` : '.'}`,
    todo: 'Deploy into one that is ready, or create a new one.',
  });
}

function refuseTwice(live: LiveMicrocloud, model: string): void {
  const there = [...live.deployments.values()].find((deployment) => deployment.model === model);
  if (!there) return;
  throw new CodedError({
    status: 409,
    code: 'deployment-exists',
    detail: `${model} is already deployed in this micro-cloud, and ${there.state}.`,
    todo: 'Use it, or take it away first.',
    field: 'model',
  });
}

async function checkModel(room: Room, id: string): Promise<void> {
  const model = await room.models.get(id);
  if (!model) {
    throw new CodedError({
      status: 404,
      code: 'model-not-found',
      detail: `The catalogue has no model ${id}.`,
      todo: 'Choose one from GET /api/models, or import a GGUF file.',
      field: 'model',
    });
  }
  if (model.state === 'installed') return;
  const damaged = model.state === 'damaged';
  throw new CodedError({
    status: 409,
    code: damaged ? 'model-damaged' : 'model-not-installed',
    detail: damaged ? (model.problem?.detail ?? `The file of ${id} is damaged.`) : `${id} is not on this machine yet.`,
    todo: {
      damaged: model.problem?.todo ?? 'Remove it, and pull or import it again.',
      pulling: 'Wait until it has arrived, then deploy it.',
      available: 'Pull it first, then deploy it.',
    }[model.state],
    field: 'model',
  });
}

async function checkDevice(room: Room, device: string): Promise<string> {
  if (device === 'cpu') return device;
  const { gpus } = await room.engine.report();
  if (gpus.some((gpu) => gpu.uuid === device)) return device;
  throw new CodedError({
    status: 422,
    code: 'device-not-found',
    detail: `The engine has no device ${device}.`,
    todo: `Use ${['cpu', ...gpus.map((gpu) => gpu.uuid)].join(' or ')}.`,
    field: 'device',
  });
}
