import { type Static, Type } from 'typebox';

export const MicrocloudState = Type.Enum(['starting', 'ready', 'paused', 'failed', 'stopping']);
export type MicrocloudState = Static<typeof MicrocloudState>;

export const UnitKind = Type.Enum(['gateway', 'inference', 'workspace', 'vault', 'foundry']);
export type UnitKind = Static<typeof UnitKind>;

/** `backing-off`: it ended by itself and will be started again after a delay. */
export const UnitState = Type.Enum([
  'starting',
  'healthy',
  'unhealthy',
  'backing-off',
  'stopping',
  'stopped',
  'failed',
]);
export type UnitState = Static<typeof UnitState>;

/** One running part of a micro-cloud as the workbench's map shows it. Times are ISO 8601 UTC, memory in bytes. */
export const UnitView = Type.Object({
  id: Type.String(),
  kind: UnitKind,
  state: UnitState,
  program: Type.String({ description: 'what runs, e.g. "gateway", "llama-server 0.7.0", "node-llama-cpp 3.22.1"' }),
  model: Type.Optional(Type.String()),
  since: Type.String({ format: 'date-time' }),
  restarts: Type.Integer({ minimum: 0 }),
  memoryBytes: Type.Optional(Type.Integer({ minimum: 0 })),
  reason: Type.Optional(Type.String({ description: 'why it is unhealthy, backing off or failed' })),
});
export type UnitView = Static<typeof UnitView>;

export const DeploymentState = Type.Enum(['queued', 'starting', 'ready', 'failed', 'stopping']);
export type DeploymentState = Static<typeof DeploymentState>;

/** A model made available in a micro-cloud: one inference unit behind the gateway. */
export const DeploymentView = Type.Object({
  id: Type.String(),
  model: Type.String(),
  state: DeploymentState,
  device: Type.String({ description: '"cpu", or a GPU UUID' }),
  since: Type.String({ format: 'date-time' }),
  reason: Type.Optional(Type.String({ description: 'why it failed' })),
});
export type DeploymentView = Static<typeof DeploymentView>;

export const MicrocloudView = Type.Object({
  id: Type.String(),
  name: Type.String(),
  state: MicrocloudState,
  baseUrl: Type.String({ description: 'OpenAI-compatible base, ends in /v1' }),
  createdAt: Type.String({ format: 'date-time' }),
  units: Type.Array(UnitView),
  deployments: Type.Array(DeploymentView),
  reason: Type.Optional(Type.String()),
});
export type MicrocloudView = Static<typeof MicrocloudView>;

export const CreateMicrocloud = Type.Object(
  { name: Type.Optional(Type.String({ minLength: 1, maxLength: 80 })) },
  { additionalProperties: false },
);
export type CreateMicrocloud = Static<typeof CreateMicrocloud>;

/** Answer to creation. `key` is the Bearer key of the gateway: shown here once and kept only as a digest. */
export const MicrocloudCreated = Type.Object({
  id: Type.String(),
  state: MicrocloudState,
  key: Type.String(),
  baseUrl: Type.String(),
});
export type MicrocloudCreated = Static<typeof MicrocloudCreated>;

export const CreateDeployment = Type.Object(
  { model: Type.String({ minLength: 1, maxLength: 200 }), device: Type.Optional(Type.String({ maxLength: 200 })) },
  { additionalProperties: false },
);
export type CreateDeployment = Static<typeof CreateDeployment>;

export const MicrocloudList = Type.Array(MicrocloudView);
export type MicrocloudList = Static<typeof MicrocloudList>;

/** A new Bearer key for the gateway, which ends the one before it. Shown here once and kept only as a digest. */
export const RotatedKey = Type.Object({ key: Type.String() });
export type RotatedKey = Static<typeof RotatedKey>;

/** The last lines that a unit printed, oldest first. */
export const UnitLogs = Type.Object({ lines: Type.Array(Type.String()) });
export type UnitLogs = Static<typeof UnitLogs>;
