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
/** Below this, handing work between threads costs more than it saves: a 6 MB model ran ten times slower on two. */
const ONE_THREAD_BELOW_BYTES = 200e6;
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
    const small = model.size < ONE_THREAD_BELOW_BYTES;
    const threads = small ? 1 : llama.cpuMathCores;
    const contextSize = Math.min(options.contextTokens, model.trainContextSize);
    const sequences = model.size > FEW_SLOTS_ABOVE_BYTES ? 2 : 4;
    const context = await model.createContext({ sequences, contextSize, threads, createSignal: options.signal });
    const slots = new Slots(
      Array.from({ length: sequences }, () => context.getSequence()),
      QUEUE_LENGTH,
    );
    return {
      slots,
      contextTokens: context.contextSize,
      size: model.size,
      trainedContextTokens: model.trainContextSize,
      vocabularySize: model.fileInfo.metadata.tokenizer.ggml.tokens.length,
      renderChat: chatTemplate(model.fileInfo.metadata.tokenizer.chat_template, {
        bos: model.tokens.bosString ?? '',
        eos: model.tokens.eosString ?? '',
      }),
      embedder: createEmbedder(model, { contextSize, threads }),
      tokenize: (prompt) => tokenize(model, prompt, context.contextSize),
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
