import type { ModelView } from '@terroir/labs/contract/model.ts';
import { CodedError } from '../coded-error.ts';
import type { Engine } from '../engines/engine.ts';
import type { Clock, Ids } from '../ports.ts';
import type { GatewayAddress, GatewayAdmin } from './gateway-admin.ts';
import type { LiveMicrocloud } from './live-microcloud.ts';
import type { Notices } from './notice.ts';
import type { DeploymentRecords, MicrocloudRecords } from './records.ts';

/** What deploying needs of the models. */
export interface MountableModels {
  /** undefined: no such model. */
  get(id: string): Promise<Pick<ModelView, 'id' | 'state' | 'problem'> | undefined>;
  /** The file, verified against its SHA-256 just now. @throws {CodedError} when it is missing or not what it should be */
  fileOf(id: string, signal?: AbortSignal): Promise<{ readonly file: string; readonly sha256: string }>;
}

/** Everything the work in this folder is done with. */
export interface Room {
  readonly live: Map<string, LiveMicrocloud>;
  readonly microclouds: MicrocloudRecords;
  readonly deployments: DeploymentRecords;
  readonly engine: Engine;
  readonly gateways: GatewayAdmin;
  readonly models: MountableModels;
  readonly notices: Notices;
  readonly clock: Clock;
  readonly ids: Ids;
  /** TERROIR_DATA. */
  readonly data: string;
  readonly most: number;
  /** For what the operator must know and no caller is waiting for. */
  readonly report: (what: string, error: unknown) => void;
  /** Aborted when the runner ends: from then on units that end are no failures. */
  readonly closing: AbortSignal;
}

/** @throws {CodedError} `microcloud-not-found` */
export function liveOf(room: Room, id: string): LiveMicrocloud {
  const live = room.live.get(id);
  if (live) return live;
  throw new CodedError({
    status: 404,
    code: 'microcloud-not-found',
    detail: `There is no micro-cloud ${id}.`,
    todo: 'List them with GET /api/microclouds, or create one.',
    field: 'id',
  });
}

/** Where the gateway answers now. @throws {CodedError} `gateway-not-ready` */
export function gatewayOf(live: LiveMicrocloud): GatewayAddress {
  if (live.link) return live.link.address;
  throw new CodedError({
    status: 503,
    code: 'gateway-not-ready',
    detail: `The gateway of this micro-cloud is not ready${live.microcloud.reason ? `: ${live.microcloud.reason}` : '.'}`,
    todo: 'Wait until the micro-cloud is ready, then try again.',
  });
}

/** What may be shown of an error: coded ones speak for themselves, the text of others stays inside. */
export function readable(error: unknown): string {
  if (error instanceof CodedError) return `${error.detail} ${error.todo}`;
  if (
    error instanceof Error &&
    'code' in error &&
    typeof error.code === 'string' &&
    /^[a-z]+(-[a-z0-9]+)+$/.test(error.code)
  ) {
    return error.message;
  }
  return 'Something unexpected went wrong. The runner’s log says what.';
}
