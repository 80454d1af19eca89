import { type Static, Type } from 'typebox';
import { LabProgress } from './lab.ts';
import { DeploymentView, MicrocloudView, UnitView } from './microcloud.ts';
import { TrainingView } from './training.ts';

/**
 * What `GET /api/microclouds/{id}/events` sends, as server-sent events whose `event:` is the `type` here.
 * A `snapshot` comes first after every (re)connection, so a client never has to remember.
 */
export const MicrocloudEvent = Type.Union([
  Type.Object({ type: Type.Literal('snapshot'), microcloud: MicrocloudView }),
  Type.Object({ type: Type.Literal('microcloud'), microcloud: MicrocloudView }),
  Type.Object({ type: Type.Literal('unit'), unit: UnitView }),
  Type.Object({ type: Type.Literal('deployment'), deployment: DeploymentView }),
  Type.Object({ type: Type.Literal('ledger'), size: Type.Integer({ minimum: 0 }) }),
  Type.Object({ type: Type.Literal('policy'), sha256: Type.String() }),
  Type.Object({ type: Type.Literal('lab'), progress: LabProgress }),
  Type.Object({ type: Type.Literal('training'), training: TrainingView }),
  Type.Object({ type: Type.Literal('training-gone'), id: Type.String() }),
  Type.Object({ type: Type.Literal('gone') }),
]);
export type MicrocloudEvent = Static<typeof MicrocloudEvent>;
