import type { DeploymentState, MicrocloudState } from '@terroir/labs/contract/microcloud.ts';
import type { Unit } from '../engines/engine.ts';

/** The small private cloud of one learner or team, as the runner remembers it. */
export interface Microcloud {
  readonly id: string;
  readonly name: string;
  readonly state: MicrocloudState;
  /** Why it is not ready. */
  readonly reason?: string | undefined;
  readonly createdAt: Date;
}

/** A model made available in a micro-cloud. Its id is also the id of its inference unit. */
export interface Deployment {
  readonly id: string;
  readonly microcloud: string;
  readonly model: string;
  readonly device: string;
  readonly state: DeploymentState;
  readonly reason?: string | undefined;
  readonly since: Date;
  /** Digest of the mounted file, once verified. */
  readonly sha256?: string | undefined;
  /** Bearer key that the inference unit demands of the gateway; new at every start. */
  readonly unitKey: string;
}

export interface Standing<State> {
  readonly state: State;
  readonly reason?: string | undefined;
}

/** Id of the one gateway unit of a micro-cloud. */
export const gatewayUnitOf = (microcloud: string): string => `${microcloud}-gateway`;

/**
 * How a micro-cloud stands, now that its gateway unit is in this state. A micro-cloud is ready exactly while its gateway is
 * healthy; once stopping, it stays stopping.
 */
export function afterGateway(
  current: MicrocloudState,
  gateway: Pick<Unit, 'state' | 'reason'>,
): Standing<MicrocloudState> {
  if (current === 'stopping') return { state: 'stopping' };
  switch (gateway.state) {
    case 'healthy':
      return { state: 'ready' };
    case 'failed':
      return { state: 'failed', reason: gateway.reason ?? 'The gateway could not be kept running.' };
    case 'stopped':
      return { state: 'failed', reason: gateway.reason ?? 'The gateway has stopped.' };
    default:
      return { state: 'starting', reason: gateway.reason };
  }
}

/**
 * How a deployment stands, now that its inference unit is in this state. `served` tells whether the gateway already sends
 * requests to that unit: a model is ready only when an answer can come out of it.
 */
export function afterInference(
  current: DeploymentState,
  unit: Pick<Unit, 'state' | 'reason'>,
  served: boolean,
): Standing<DeploymentState> {
  if (current === 'stopping') return { state: 'stopping' };
  switch (unit.state) {
    case 'healthy':
      return { state: served ? 'ready' : 'starting' };
    case 'failed':
      return { state: 'failed', reason: unit.reason ?? 'The inference unit could not be kept running.' };
    case 'stopped':
      return { state: 'failed', reason: unit.reason ?? 'The inference unit has stopped.' };
    default:
      return { state: 'starting', reason: unit.reason };
  }
}
