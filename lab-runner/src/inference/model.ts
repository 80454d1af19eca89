import { getLlama, type LlamaContextSequence, LlamaLogLevel, type LlamaModel, type Token } from 'node-llama-cpp';
import { chatTemplate, type RenderChat } from './chat-template.ts';
import { createEmbedder, type Embedder } from './embed.ts';
import { contextLengthExceeded } from './openai-error.ts';
import { Slots } from './slots.ts';

/** A model in memory, ready to answer. */
export interface LoadedModel {
  readonly slots: Slots<LlamaContextSequence>;
  readonly contextTokens: number;
  /** Bytes of weights. */
  readonly size: number;
  readonly trainedContextTokens: number;
  readonly vocabularySize: number;
  readonly renderChat: RenderChat;
  readonly embedder: Embedder;
  /** @throws {OpenAiError} 400 when the prompt leaves no room for an answer */
  tokenize(prompt: string): readonly Token[];
  close(): Promise<void>;
}

export interface LoadOptions {
  /** GGUF file. */
  readonly file: string;
  /** Tokens that one request may use, prompt and answer together; never more than the model was trained for. */
  readonly contextTokens: number;
  readonly signal: AbortSignal;
}

const QUEUE_LENGTH = 64;
/**
 * Below this, one thread: the prebuilt program makes its threads wait for each other by spinning, and where others want
 * the same cores, two threads ran a 90 MB model at a twentieth of the speed of one.
 */
const ONE_THREAD_BELOW_BYTES = 500e6;
const FEW_SLOTS_ABOVE_BYTES = 1e9;

/**
 * Loads a model for the CPU with the prebuilt llama.cpp of node-llama-cpp. Nothing is compiled and nothing downloaded.
 * @throws {Error} when the file cannot be run here, or memory does not suffice; the message says which
 */
export async function loadModel(options: LoadOptions): Promise<LoadedModel> {
  const llama = await getLlama({
    gpu: false,
    build: 'never',
    skipDownload: true,
    logLevel: LlamaLogLevel.warn,
    logger: (level, message) => process.stderr.write(`${level}: ${message.trimEnd()}\n`),
  });
  try {
    const model = await llama.loadModel({ modelPath: options.file, loadSignal: options.signal });
    // One core stays for the gateway and the runner.
    const threads = model.size < ONE_THREAD_BELOW_BYTES ? 1 : Math.max(1, llama.cpuMathCores - 1);
    const contextSize = Math.min(options.contextTokens, model.trainContextSize);
    const sequences = model.size > FEW_SLOTS_ABOVE_BYTES ? 2 : 4;
    const context = await model.createContext({ sequences, contextSize, threads, createSignal: options.signal });
    const slots = new Slots(
      Array.from({ length: sequences }, () => context.getSequence()),
      QUEUE_LENGTH,
    );
    const vocabulary = model.fileInfo.metadata.tokenizer.ggml.tokens;
    const refuseHopeless = hopelessPrompts(vocabulary, context.contextSize);
    return {
      slots,
      contextTokens: context.contextSize,
      size: model.size,
      trainedContextTokens: model.trainContextSize,
      vocabularySize: vocabulary.length,
      renderChat: chatTemplate(model.fileInfo.metadata.tokenizer.chat_template, {
        bos: model.tokens.bosString ?? '',
        eos: model.tokens.eosString ?? '',
      }),
      embedder: createEmbedder(model, { contextSize, threads, refuseHopeless }),
      tokenize: (prompt) => {
        refuseHopeless(prompt);
        return tokenize(model, prompt, context.contextSize);
      },
      close: () => llama.dispose(),
    };
  } catch (error) {
    await llama.dispose();
    throw error;
  }
}

/** As llama-server does: special tokens are read from the text, and a first BOS is added where the model wants one. */
function tokenize(model: LlamaModel, prompt: string, contextTokens: number): readonly Token[] {
  const tokens = model.tokenize(prompt, true);
  const { bos, shouldPrependBosToken } = model.tokens;
  if (bos !== null && tokens[0] !== bos && (shouldPrependBosToken || tokens.length === 0)) tokens.unshift(bos);
  if (tokens.length >= contextTokens) throw contextLengthExceeded(tokens.length, contextTokens);
  return tokens;
}

/**
 * Turning megabytes into tokens takes seconds in which nobody else is answered. A text with more bytes than the context
 * could hold of the vocabulary's longest token needs no counting.
 */
function hopelessPrompts(vocabulary: readonly string[], contextTokens: number): (text: string) => void {
  const longest = vocabulary.reduce((most, token) => Math.max(most, Buffer.byteLength(token)), 1);
  return (text) => {
    const least = Math.ceil(Buffer.byteLength(text) / longest);
    if (least > contextTokens) throw contextLengthExceeded(least, contextTokens, 'at least ');
  };
}
