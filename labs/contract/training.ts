import { type Static, Type } from 'typebox';
import {
  Artefact,
  CollectReport,
  EnergyUsed,
  Fertility,
  FoundryProblem,
  FoundryStage,
  HeldOutScore,
  HeldPoint,
  LossPoint,
  Sample,
} from './foundry-event.ts';

/** What this machine has to train with. `missing` is empty exactly when `ready`. */
export const FoundryReport = Type.Object({
  ready: Type.Boolean(),
  python: Type.Optional(Type.String({ description: 'the program, as configured or found' })),
  versions: Type.Record(Type.String(), Type.String(), { description: 'e.g. torch: 2.14.1' }),
  missing: Type.Array(Type.Object({ name: Type.String(), detail: Type.String(), todo: Type.String() })),
  threads: Type.Integer({ minimum: 1 }),
  precision: Type.Optional(Type.Enum(['bf16', 'fp32'])),
  texts: Type.Array(
    Type.Object({
      id: Type.String(),
      language: Type.String(),
      title: Type.String(),
      documents: Type.Integer(),
      bytes: Type.Integer(),
      licence: Type.String(),
    }),
    { description: 'texts that ship with labs, ready to train on' },
  ),
});
export type FoundryReport = Static<typeof FoundryReport>;

/**
 * `draft`: files can be added and removed. `queued`: one training runs at a time on a machine. `stopped`: on request; goes on from
 * its checkpoint. `failed`: see `problem`; it can be started again.
 */
export const TrainingState = Type.Enum(['draft', 'queued', 'running', 'stopping', 'stopped', 'failed', 'done']);
export type TrainingState = Static<typeof TrainingState>;

/** From scratch, or going on from the weights and the tokenizer of the model that ships. */
export const TrainingStart = Type.Enum(['scratch', 'terroir-seedling']);
export type TrainingStart = Static<typeof TrainingStart>;

const name = Type.String({ minLength: 1, maxLength: 60 });

/** What the learner decides. `minutes` bounds the reading (train) stage. */
export const CreateTraining = Type.Object(
  {
    name,
    languages: Type.Array(Type.String({ pattern: '^[a-z]{2,3}$' }), { minItems: 1, maxItems: 8, uniqueItems: true }),
    start: Type.Optional(TrainingStart),
    minutes: Type.Optional(Type.Number({ minimum: 0.1, maximum: 1440 })),
    seed: Type.Optional(Type.Integer({ minimum: 0, maximum: 2 ** 31 - 1 })),
    texts: Type.Optional(Type.Array(Type.String(), { description: 'ids of shipped texts' })),
    rivals: Type.Optional(
      Type.Array(Type.String(), {
        maxItems: 3,
        description: 'installed models to compare with; the seedling by default',
      }),
    ),
    maker: Type.Optional(Type.String({ maxLength: 100 })),
    licence: Type.Optional(Type.String({ maxLength: 60, description: 'SPDX id' })),
    statement: Type.Optional(
      Type.String({ maxLength: 2000, description: 'where the text is from, and with whose consent' }),
    ),
  },
  { additionalProperties: false },
);
export type CreateTraining = Static<typeof CreateTraining>;

export const StageView = Type.Object({
  stage: FoundryStage,
  state: Type.Enum(['waiting', 'running', 'done', 'skipped']),
  done: Type.Number({ minimum: 0, maximum: 1 }),
  note: Type.Optional(Type.String()),
  seconds: Type.Optional(Type.Number()),
});
export type StageView = Static<typeof StageView>;

/** A training run with all that is known of it. `points` are thinned to at most 400, `samples` are the last 20. */
export const TrainingView = Type.Object({
  id: Type.String(),
  name,
  model: Type.String({ description: 'id that the model would get in the catalogue' }),
  state: TrainingState,
  position: Type.Optional(Type.Integer({ minimum: 1, description: 'in the queue' })),
  createdAt: Type.String({ format: 'date-time' }),
  startedAt: Type.Optional(Type.String({ format: 'date-time' })),
  finishedAt: Type.Optional(Type.String({ format: 'date-time' })),
  settings: CreateTraining,
  sources: Type.Array(Type.Object({ name: Type.String(), bytes: Type.Integer() })),
  stages: Type.Array(StageView),
  collected: Type.Optional(CollectReport),
  tokenizer: Type.Optional(Type.Object({ vocabulary: Type.Integer(), fertility: Type.Array(Fertility) })),
  points: Type.Array(LossPoint),
  held: Type.Array(HeldPoint),
  samples: Type.Array(Sample),
  resumedAt: Type.Array(Type.Integer(), { description: 'steps at which it was taken up again' }),
  stoppedEarlyAt: Type.Optional(Type.Integer()),
  energy: Type.Optional(EnergyUsed),
  artefacts: Type.Array(Artefact),
  scores: Type.Array(HeldOutScore),
  published: Type.Optional(Type.String({ description: 'its id in the catalogue of the centre' })),
  problem: Type.Optional(FoundryProblem),
});
export type TrainingView = Static<typeof TrainingView>;

export const TrainingList = Type.Array(TrainingView);
export type TrainingList = Static<typeof TrainingList>;

/** `id`: the model, as the catalogue now knows it. */
export const TrainingPublished = Type.Object({ id: Type.String(), sha256: Type.String() });
export type TrainingPublished = Static<typeof TrainingPublished>;
