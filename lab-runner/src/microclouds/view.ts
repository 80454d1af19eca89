import type { DeploymentView, MicrocloudView, UnitView } from '@terroir/labs/contract/microcloud.ts';
import type { Unit } from '../engines/engine.ts';
import type { LiveMicrocloud } from './live-microcloud.ts';
import type { Deployment } from './microcloud.ts';

/** How the inside is shown outside: no keys, no addresses of units. */
export function viewOfUnit(unit: Unit): UnitView {
  return {
    id: unit.id,
    kind: unit.kind,
    state: unit.state,
    program: unit.program,
    since: unit.since.toISOString(),
    restarts: unit.restarts,
    ...(unit.model === undefined ? {} : { model: unit.model }),
    ...(unit.memoryBytes === undefined ? {} : { memoryBytes: unit.memoryBytes }),
    ...(unit.reason === undefined ? {} : { reason: unit.reason }),
  };
}

export function viewOfDeployment(deployment: Deployment): DeploymentView {
  return {
    id: deployment.id,
    model: deployment.model,
    state: deployment.state,
    device: deployment.device,
    since: deployment.since.toISOString(),
    ...(deployment.reason === undefined ? {} : { reason: deployment.reason }),
  };
}

/** @param origin how the asking client reaches the runner, e.g. http://127.0.0.1:4321 */
export function viewOfMicrocloud(live: LiveMicrocloud, units: readonly Unit[], origin: string): MicrocloudView {
  const { id, name, state, createdAt, reason } = live.microcloud;
  return {
    id,
    name,
    state,
    baseUrl: baseUrlOf(id, origin),
    createdAt: createdAt.toISOString(),
    units: units.map(viewOfUnit),
    deployments: [...live.deployments.values()].map(viewOfDeployment),
    ...(reason === undefined ? {} : { reason }),
  };
}

export const baseUrlOf = (microcloud: string, origin: string): string => `${origin}/m/${microcloud}/v1`;
