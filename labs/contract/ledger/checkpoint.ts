import { decodeBase64, encodeBase64 } from './base64.ts';
import { parseDecimal } from './bytes.ts';
import { FormatError } from './format-error.ts';
import { HASH_BYTES, type TreeHead } from './merkle.ts';

/** The text of a C2SP tlog-checkpoint v1.0.0: which log, how many entries, and the root over them. */
export interface Checkpoint extends TreeHead {
  readonly origin: string;
  /** Lines after the third; this project writes none. */
  readonly extensions: readonly string[];
}

export function formatCheckpoint({ origin, size, root, extensions }: Checkpoint): string {
  return `${[origin, size, encodeBase64(root), ...extensions].join('\n')}\n`;
}

/** Throws `checkpoint-malformed`. Give it only text that {@link openNote} returned. */
export function parseCheckpoint(text: string): Checkpoint {
  const malformed = (detail: string) => new FormatError('checkpoint-malformed', detail);
  if (!text.endsWith('\n')) throw malformed('a checkpoint ends in a newline');
  const [origin, decimal, encoded, ...extensions] = text.slice(0, -1).split('\n');
  if (!origin) throw malformed('the first line of a checkpoint names its origin');
  const size = parseDecimal(decimal ?? '');
  if (size === undefined) throw malformed('the second line of a checkpoint is the tree size, in decimal');
  const root = decodeBase64(encoded ?? '');
  if (root?.length !== HASH_BYTES) throw malformed('the third line of a checkpoint is the root, 32 bytes in base64');
  if (extensions.includes('')) throw malformed('extension lines of a checkpoint are not empty');
  return { origin, size, root, extensions };
}
