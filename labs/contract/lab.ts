import { type Static, Type } from 'typebox';
import { FoundryStage } from './foundry-event.ts';

/**
 * What must be true of the micro-cloud for a step to pass. A check reads state (units, deployments, ledger, policy),
 * never clicks, so a learner may get there from the workbench, the CLI or any client.
 */
export const LabCheck = Type.Union([
  Type.Object({ kind: Type.Literal('microcloud-ready') }),
  Type.Object({ kind: Type.Literal('deployment-ready'), model: Type.Optional(Type.String()) }),
  Type.Object({ kind: Type.Literal('answered'), atLeast: Type.Integer({ minimum: 1 }) }),
  Type.Object({
    kind: Type.Literal('refused'),
    policy: Type.Optional(Type.String({ description: 'id of the deciding policy' })),
    atLeast: Type.Integer({ minimum: 1 }),
  }),
  Type.Object({
    kind: Type.Literal('policy-decides'),
    description: Type.Optional(Type.String()),
    request: Type.Object({ maxTokens: Type.Integer({ minimum: 1 }), personalData: Type.Array(Type.String()) }),
    expect: Type.Union([Type.Literal('allow'), Type.Literal('deny')]),
  }),
  Type.Object({
    kind: Type.Literal('proof-verified'),
    outcome: Type.Union([Type.Literal('allow'), Type.Literal('deny')]),
  }),
  Type.Object({
    kind: Type.Literal('predicted'),
    prediction: Type.Object({
      question: Type.Record(Type.String(), Type.String()),
      options: Type.Array(
        Type.Object({
          id: Type.String({ pattern: '^[a-z][a-z0-9-]*$' }),
          text: Type.Record(Type.String(), Type.String()),
        }),
        { minItems: 2 },
      ),
    }),
  }),
  Type.Object({
    kind: Type.Literal('training-stage'),
    stage: FoundryStage,
    description: Type.Optional(Type.String()),
  }),
  Type.Object({ kind: Type.Literal('training-samples'), atLeast: Type.Integer({ minimum: 1 }) }),
  Type.Object({ kind: Type.Literal('training-resumed') }),
  Type.Object({
    kind: Type.Literal('training-better'),
    than: Type.String({
      description: 'a rival model; fewer bits per byte in at least one language of the held-out text',
    }),
  }),
  Type.Object({ kind: Type.Literal('training-published') }),
  Type.Object({ kind: Type.Literal('own-model-deployed') }),
]);
export type LabCheck = Static<typeof LabCheck>;

export const LabManifest = Type.Object({
  id: Type.String({ pattern: '^[a-z][a-z0-9-]*$' }),
  version: Type.Integer({ minimum: 1 }),
  minutes: Type.Object({ least: Type.Integer({ minimum: 1 }), most: Type.Integer({ minimum: 1 }) }),
  title: Type.Record(Type.String(), Type.String()),
  summary: Type.Record(Type.String(), Type.String()),
  steps: Type.Array(
    Type.Object({
      id: Type.String({ pattern: '^[a-z][a-z0-9-]*$' }),
      title: Type.Record(Type.String(), Type.String()),
      /** The pane the workbench brings forward for this step. */
      pane: Type.Enum(['units', 'deployments', 'chat', 'policy', 'ledger', 'training']),
      needs: Type.Optional(Type.Array(Type.String())),
      check: LabCheck,
    }),
    { minItems: 1 },
  ),
});
export type LabManifest = Static<typeof LabManifest>;

/** Answer of `GET /api/labs`, in order of id. */
export const LabList = Type.Array(LabManifest);
export type LabList = Static<typeof LabList>;

/** The verdict on one step. `found` names the state that was read, for the learner: {@code "2 answers, 0 refusals"} as data. */
export const StepVerdict = Type.Object({
  step: Type.String(),
  passed: Type.Boolean(),
  passedAt: Type.Optional(Type.String({ format: 'date-time' })),
  found: Type.Record(Type.String(), Type.Union([Type.String(), Type.Number(), Type.Boolean()])),
});
export type StepVerdict = Static<typeof StepVerdict>;

/** A step once passed stays passed: progress is the learner's, whatever the micro-cloud does next. */
export const LabProgress = Type.Object({
  lab: Type.String(),
  microcloud: Type.String(),
  steps: Type.Array(StepVerdict),
});
export type LabProgress = Static<typeof LabProgress>;
