import { type Static, Type } from 'typebox';

/** Answer of `GET /api/health`. `degraded`: the runner answers, but its engine cannot run units; `engine.reason` says why. */
export const Health = Type.Object({
  status: Type.Union([Type.Literal('ok'), Type.Literal('degraded')]),
  version: Type.String(),
  engine: Type.Object({
    kind: Type.Union([Type.Literal('embedded'), Type.Literal('docker'), Type.Literal('swarm')]),
    ready: Type.Boolean(),
    gpus: Type.Array(
      Type.Object({ uuid: Type.String(), name: Type.String(), memoryBytes: Type.Integer({ minimum: 0 }) }),
    ),
    inference: Type.String({ description: 'what runs models, e.g. "llama-server 0.7.0"' }),
    reason: Type.Optional(Type.String({ description: 'why it is not ready, and what to do' })),
  }),
  models: Type.Integer({ minimum: 0, description: 'models installed and ready to deploy' }),
});
export type Health = Static<typeof Health>;
