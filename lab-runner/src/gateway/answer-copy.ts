import { SaltedDigest } from './salted-digest.ts';

const DONE = 'data: [DONE]';
const TAIL_BYTES = 4096;

/** Tokens as the model counted them. */
export interface Usage {
  readonly promptTokens?: number;
  readonly completionTokens?: number;
}

/**
 * A side copy of an answer as it streams by: its digest, the counts in its last bytes, and where a stream of events says
 * that it is done. Keeps no more than its end.
 */
export class AnswerCopy {
  readonly #digest: SaltedDigest;
  readonly #isEventStream: boolean;
  #tail: Buffer[] = [];
  #tailBytes = 0;
  /** As if a line had ended before the first. */
  #lastText = '\n';
  #isDone = false;

  constructor(salt: Buffer, contentType: string) {
    this.#digest = new SaltedDigest(salt);
    this.#isEventStream = contentType.startsWith('text/event-stream');
  }

  /**
   * Takes a chunk in. Returns how many of its bytes come before the stream's closing `data: [DONE]`, at which clients stop
   * reading: from there on an answer counts as ended.
   */
  take(chunk: Buffer): number {
    this.#digest.update(chunk);
    this.#tail.push(chunk);
    this.#tailBytes += chunk.length;
    while (this.#tailBytes - (this.#tail[0]?.length ?? 0) >= TAIL_BYTES) {
      this.#tailBytes -= this.#tail.shift()?.length ?? 0;
    }
    if (!this.#isEventStream) return chunk.length;
    if (this.#isDone) return 0;
    const text = this.#lastText + chunk.toString('latin1');
    // Within an event's text a line end is escaped, so this is the line itself.
    const lineEnd = text.indexOf(`\n${DONE}`);
    this.#isDone = lineEnd !== -1;
    const carried = this.#lastText.length;
    // Enough to see the line when chunks part in the middle of it.
    this.#lastText = text.slice(-DONE.length);
    return this.#isDone ? Math.max(0, lineEnd + 1 - carried) : chunk.length;
  }

  get saltedSha256(): string {
    return this.#digest.hex();
  }

  /** From OpenAI's `usage` or llama.cpp's `timings`. Quotes inside of a text are escaped, so a text cannot forge them. */
  get usage(): Usage {
    const end = Buffer.concat(this.#tail).toString('latin1');
    const promptTokens = last(end, /"prompt_tokens": ?(\d{1,9})/g) ?? promptTimings(end);
    const completionTokens = last(end, /"(?:completion_tokens|predicted_n)": ?(\d{1,9})/g);
    return {
      ...(promptTokens === undefined ? {} : { promptTokens }),
      ...(completionTokens === undefined ? {} : { completionTokens }),
    };
  }
}

function promptTimings(text: string): number | undefined {
  const processed = last(text, /"prompt_n": ?(\d{1,9})/g);
  return processed === undefined ? undefined : processed + (last(text, /"cache_n": ?(\d{1,9})/g) ?? 0);
}

function last(text: string, pattern: RegExp): number | undefined {
  let found: string | undefined;
  for (const match of text.matchAll(pattern)) found = match[1];
  return found === undefined ? undefined : Number(found);
}
