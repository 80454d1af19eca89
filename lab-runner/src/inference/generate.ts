import type { LlamaContextSequence, Token } from 'node-llama-cpp';
import { StopScanner } from './stop-scanner.ts';
import { TokenText } from './token-text.ts';

/** How to choose the next token. Names and meanings are llama.cpp's. */
export interface Sampling {
  readonly temperature: number;
  readonly topP: number;
  readonly topK: number;
  readonly minP: number;
  readonly seed: number;
  readonly repeatPenalty: number;
  readonly frequencyPenalty: number;
  readonly presencePenalty: number;
  /** Most tokens to answer with. */
  readonly maxTokens: number;
  readonly stops: readonly string[];
}

/** How an answer ended and what it took. Times in milliseconds. */
export interface Outcome {
  readonly reason: 'stop' | 'length';
  readonly promptTokens: number;
  readonly cachedTokens: number;
  readonly completionTokens: number;
  readonly promptMs: number;
  readonly completionMs: number;
}

/** Between two looks at the signal while the prompt is read: short, so that a cancelled request frees its place soon. */
const PROMPT_CHUNK = 128;
const PENALTY_WINDOW = 64;

/**
 * Answers a prompt: hands text to `give` as soon as it is certain and waits for it, and resolves with how it ended. The
 * prompt must leave room for at least one token in the sequence's context.
 * @throws the signal's reason when it aborts, or what `give` throws; the sequence can be used again at once
 */
export async function generate(
  sequence: LlamaContextSequence,
  prompt: readonly Token[],
  sampling: Sampling,
  give: (text: string) => Promise<void> | void,
  signal: AbortSignal,
): Promise<Outcome> {
  const { model } = sequence;
  const begun = performance.now();
  const cachedTokens = await readPrompt(sequence, prompt, signal);
  const text = new TokenText<Token>((tokens, before) => model.detokenize(tokens, false, before), prompt);
  const stops = new StopScanner(sampling.stops);
  const most = Math.min(sampling.maxTokens, sequence.contextSize - prompt.length);
  const answered: Token[] = [];
  let answering = begun;
  const outcome = (reason: Outcome['reason']): Outcome => ({
    reason,
    promptTokens: prompt.length,
    cachedTokens,
    completionTokens: answered.length,
    promptMs: answering - begun,
    completionMs: performance.now() - answering,
  });

  const { repeatPenalty: penalty, frequencyPenalty, presencePenalty } = sampling;
  const penalised = penalty !== 1 || frequencyPenalty !== 0 || presencePenalty !== 0;
  const tokens = sequence.evaluate(prompt.slice(sequence.nextTokenIndex), {
    temperature: sampling.temperature,
    topP: sampling.topP,
    topK: sampling.topK,
    minP: sampling.minP,
    seed: sampling.seed,
    yieldEogToken: true,
    ...(penalised && {
      repeatPenalty: {
        penalty,
        frequencyPenalty,
        presencePenalty,
        punishTokens: () => [...prompt, ...answered].slice(-PENALTY_WINDOW),
      },
    }),
  });
  for await (const token of tokens) {
    signal.throwIfAborted();
    if (answered.length === 0) answering = performance.now();
    answered.push(token);
    const ended = model.isEogToken(token);
    const piece = stops.add(ended ? text.end() : text.add(token));
    if (piece !== '') await give(piece);
    if (stops.stopped) return outcome('stop');
    if (ended || answered.length >= most) {
      const rest = stops.add(text.end()) + stops.end();
      if (rest !== '') await give(rest);
      return outcome(ended || stops.stopped ? 'stop' : 'length');
    }
  }
  return outcome('stop');
}

/** Brings all but the end of the prompt into the sequence, keeping what it holds of it already. Returns how much that was. */
async function readPrompt(
  sequence: LlamaContextSequence,
  prompt: readonly Token[],
  signal: AbortSignal,
): Promise<number> {
  const head = prompt.slice(0, -1);
  await sequence.adaptStateToTokens(head, false);
  const cached = sequence.nextTokenIndex;
  for (let at = cached; head.length - at > PROMPT_CHUNK; at += PROMPT_CHUNK) {
    signal.throwIfAborted();
    await sequence.evaluateWithoutGeneratingNewTokens(prompt.slice(at, at + PROMPT_CHUNK));
  }
  signal.throwIfAborted();
  return cached;
}
