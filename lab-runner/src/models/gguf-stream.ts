import { GGUF_MAGIC } from './gguf.ts';

/** Passes a stream on when it starts as a GGUF does; else throws what `otherwise` makes of its first bytes. */
export async function* onlyGguf(
  from: AsyncIterable<Uint8Array>,
  otherwise: (start: Uint8Array) => Error,
): AsyncGenerator<Uint8Array> {
  let start = Buffer.alloc(0);
  let known = false;
  for await (const chunk of from) {
    if (known) {
      yield chunk;
      continue;
    }
    start = Buffer.concat([start, chunk]);
    if (start.length < GGUF_MAGIC.length) continue;
    if (!GGUF_MAGIC.equals(start.subarray(0, GGUF_MAGIC.length))) break;
    known = true;
    yield start;
  }
  if (!known) throw otherwise(start.subarray(0, GGUF_MAGIC.length));
}
