import { type Static, type TObject, Type } from 'typebox';

/** The stages of the foundry, in the order they run. */
export const FoundryStage = Type.Enum(['collect', 'tokenizer', 'train', 'instruct', 'convert', 'evaluate', 'card']);
export type FoundryStage = Static<typeof FoundryStage>;

/** What was gathered from the learner's text. Sizes in bytes, counted after cleaning. */
export const CollectReport = Type.Object({
  documents: Type.Object({ train: Type.Integer(), held: Type.Integer() }),
  languages: Type.Record(
    Type.String({ description: 'BCP 47, or "und" where no language was recognised' }),
    Type.Object({ documents: Type.Integer(), trainBytes: Type.Integer(), heldBytes: Type.Integer() }),
  ),
  questions: Type.Record(
    Type.String(),
    Type.Object({ answers: Type.Integer(), phrasings: Type.Integer(), held: Type.Integer() }),
  ),
  nearDuplicates: Type.Integer({ description: 'paragraphs left out because they were said before' }),
  repaired: Type.Integer({ description: 'documents whose encoding was repaired' }),
  personalData: Type.Record(Type.String({ description: 'kind' }), Type.Integer({ description: 'times replaced' })),
  leftOut: Type.Array(Type.Object({ source: Type.String(), code: Type.String(), detail: Type.String() })),
  sha256: Type.String({ description: 'of all text kept, train and held, in order' }),
});
export type CollectReport = Static<typeof CollectReport>;

/** How many bytes and tokens a tokenizer spends on held-out text of a language. */
export const Fertility = Type.Object({
  language: Type.String(),
  bytesPerToken: Type.Number(),
  tokensPerWord: Type.Number(),
});
export type Fertility = Static<typeof Fertility>;

/** A model measured on the held-out text of one language. Bits per byte compare across tokenizers; perplexities do not. */
export const HeldOutScore = Type.Object({
  model: Type.String(),
  language: Type.String(),
  bytes: Type.Integer(),
  perplexity: Type.Number(),
  bitsPerByte: Type.Number(),
});
export type HeldOutScore = Static<typeof HeldOutScore>;

/** Energy from the start of the run to now. `rapl`: read from the processor's meter; `assumed`: threads × watts × time. */
export const EnergyUsed = Type.Object({
  joules: Type.Number(),
  seconds: Type.Number(),
  method: Type.Enum(['rapl', 'assumed']),
  watts: Type.Optional(Type.Number({ description: 'assumed in all, when assumed' })),
});
export type EnergyUsed = Static<typeof EnergyUsed>;

export const Artefact = Type.Object({
  name: Type.String({ description: 'path below the artefacts folder' }),
  kind: Type.Enum(['gguf-f16', 'gguf-q8_0', 'gguf-q4_k_m', 'onnx', 'onnx-q8', 'card', 'report', 'log']),
  bytes: Type.Integer(),
  sha256: Type.String({ pattern: '^[0-9a-f]{64}$' }),
});
export type Artefact = Static<typeof Artefact>;

/** One step's loss in nats per scored token. `seconds` and `tokens` count from the start of the stage, pauses left out. */
export const LossPoint = Type.Object({
  stage: FoundryStage,
  step: Type.Integer(),
  steps: Type.Integer({ description: 'planned' }),
  seconds: Type.Number(),
  tokens: Type.Integer(),
  loss: Type.Number(),
  tokensPerSecond: Type.Number(),
});
export type LossPoint = Static<typeof LossPoint>;

/** Held-out loss in nats per token, per language. */
export const HeldPoint = Type.Object({
  stage: FoundryStage,
  step: Type.Integer(),
  losses: Type.Record(Type.String(), Type.Number()),
});
export type HeldPoint = Static<typeof HeldPoint>;

/** What the model writes when it goes on from `prompt`. */
export const Sample = Type.Object({
  stage: FoundryStage,
  step: Type.Integer(),
  prompt: Type.String(),
  text: Type.String(),
});
export type Sample = Static<typeof Sample>;

export const FoundryProblem = Type.Object({
  code: Type.String(),
  detail: Type.String(),
  todo: Type.String(),
  values: Type.Record(Type.String(), Type.Union([Type.String(), Type.Number()])),
});
export type FoundryProblem = Static<typeof FoundryProblem>;

const stage = Type.Optional(FoundryStage);
const event = <Name extends string, Fields extends TObject>(type: Name, fields: Fields) =>
  Type.Intersect([Type.Object({ type: Type.Literal(type), at: Type.String({ format: 'date-time' }), stage }), fields]);

/**
 * A line of `events.jsonl`, which the foundry writes and the lab-runner follows. A run that is taken up again appends to the same
 * file; after a kill, points past the last checkpoint come again: the later one counts.
 */
export const FoundryEvent = Type.Union([
  event(
    'stage',
    Type.Object({
      state: Type.Enum(['started', 'done', 'skipped', 'kept']),
      seconds: Type.Optional(Type.Number()),
    }),
  ),
  event('progress', Type.Object({ done: Type.Number({ minimum: 0, maximum: 1 }), note: Type.Optional(Type.String()) })),
  event('collected', Type.Object({ report: CollectReport })),
  event('tokenizer', Type.Object({ vocabulary: Type.Integer(), fertility: Type.Array(Fertility) })),
  event('resumed', Type.Object({ step: Type.Integer() })),
  event('point', Type.Omit(LossPoint, ['stage'])),
  event('held', Type.Omit(HeldPoint, ['stage'])),
  event('sample', Type.Omit(Sample, ['stage'])),
  event('checkpoint', Type.Object({ step: Type.Integer() })),
  event('early-stop', Type.Object({ step: Type.Integer(), best: Type.Integer() })),
  event('energy', EnergyUsed),
  event('artefact', Artefact),
  event('score', HeldOutScore),
  event(
    'answers',
    Type.Object({
      language: Type.String(),
      set: Type.Enum(['taught', 'held']),
      asked: Type.Integer(),
      exact: Type.Integer(),
      acceptable: Type.Integer(),
    }),
  ),
  event('problem', FoundryProblem),
  event('stopped', Type.Object({})),
  event('done', Type.Object({})),
]);
export type FoundryEvent = Static<typeof FoundryEvent>;
