import type { LlamaEmbeddingContext, LlamaModel } from 'node-llama-cpp';
import { contextLengthExceeded } from './openai-error.ts';

interface Embedding {
  /** Length 1 (L2), as OpenAI's and llama-server's are. */
  readonly vector: readonly number[];
  readonly tokens: number;
}

export interface Embedder {
  /** One text after the other. @throws {OpenAiError} 400 when a text is longer than the context; the signal's reason */
  embed(texts: readonly string[], signal: AbortSignal): Promise<readonly Embedding[]>;
}

/** The context for embeddings takes memory of its own, so it is made when it is first asked for. */
export function createEmbedder(
  model: LlamaModel,
  { refuseHopeless, ...options }: { contextSize: number; threads: number; refuseHopeless: (text: string) => void },
): Embedder {
  let context: Promise<LlamaEmbeddingContext> | undefined;
  const open = async (): Promise<LlamaEmbeddingContext> => {
    context ??= model.createEmbeddingContext(options);
    try {
      return await context;
    } catch (error) {
      context = undefined;
      throw error;
    }
  };
  return {
    embed: async (texts, signal) => {
      texts.forEach(refuseHopeless);
      const opened = await open();
      const lengths = texts.map((text) => opened.calculateInputLength(text));
      const longest = Math.max(...lengths);
      if (longest >= options.contextSize) throw contextLengthExceeded(longest, options.contextSize);
      const embeddings: Embedding[] = [];
      for (const [at, text] of texts.entries()) {
        signal.throwIfAborted();
        const { vector } = await opened.getEmbeddingFor(text);
        const length = Math.hypot(...vector) || 1;
        embeddings.push({ vector: vector.map((value) => value / length), tokens: lengths[at] ?? 0 });
      }
      return embeddings;
    },
  };
}
