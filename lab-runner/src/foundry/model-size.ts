/** What the learner need not decide: how large a model suits how much text. */
export interface ModelSize {
  readonly tokenizer: { readonly vocabulary: number };
  readonly architecture: {
    readonly width: number;
    readonly layers: number;
    readonly heads: number;
    readonly keyValueHeads: number;
    readonly feedForward: number;
    readonly contextTokens: number;
  };
  readonly train: {
    readonly steps: number;
    readonly tokensPerStep: number;
    readonly learningRate: number;
    readonly evaluateEvery: number;
    readonly sampleEvery: number;
    readonly checkpointEvery: number;
  };
}

const SIZES = [
  { bytesFrom: 0, vocabulary: 1024, width: 256, layers: 4, heads: 4, feedForward: 512, contextTokens: 256 },
  { bytesFrom: 300e3, vocabulary: 2048, width: 256, layers: 5, heads: 4, feedForward: 768, contextTokens: 256 },
  { bytesFrom: 3e6, vocabulary: 4096, width: 256, layers: 6, heads: 4, feedForward: 768, contextTokens: 512 },
  { bytesFrom: 30e6, vocabulary: 8192, width: 512, layers: 8, heads: 8, feedForward: 1536, contextTokens: 512 },
] as const;

const TOKENS_PER_STEP = 2048;
/** Of ordinary text with vocabularies of these sizes. */
const BYTES_PER_TOKEN = 3;
/** How often the text is read at most; from then on a model of these sizes learns it by heart. */
const READINGS = 40;
const LEAST_STEPS = 200;
const MOST_STEPS = 20_000;

/**
 * A model and a course of training for so much text. Steps bound the reading of little text, minutes that of much.
 * @param goesOn from the weights of another model, whose tokenizer and size then stay
 */
export function sizeFor(bytes: number, goesOn: boolean): ModelSize {
  const size = SIZES.findLast(({ bytesFrom }) => bytes >= bytesFrom) ?? SIZES[0];
  const { vocabulary, width, layers, heads, feedForward, contextTokens } = size;
  const steps = within(LEAST_STEPS, (READINGS * bytes) / BYTES_PER_TOKEN / TOKENS_PER_STEP, MOST_STEPS);
  return {
    tokenizer: { vocabulary },
    architecture: { width, layers, heads, keyValueHeads: heads / 2, feedForward, contextTokens },
    train: {
      steps,
      tokensPerStep: TOKENS_PER_STEP,
      learningRate: goesOn ? 0.001 : 0.003,
      evaluateEvery: within(10, steps / 30, 50),
      sampleEvery: within(20, steps / 15, 100),
      checkpointEvery: within(20, steps / 15, 100),
    },
  };
}

const within = (least: number, wanted: number, most: number): number =>
  Math.round(Math.min(most, Math.max(least, wanted)));
