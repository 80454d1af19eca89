import { decodeBase64, encodeBase64 } from './base64.ts';
import { parseDecimal } from './bytes.ts';
import { FormatError } from './format-error.ts';
import { HASH_BYTES } from './merkle.ts';

/**
 * C2SP tlog-proof: a text file, `.tlog-proof`, that shows offline that an entry is in a log.
 * Here `extra` carries the whole entry, so that one file is enough: it is trusted only once its hash leads to the root.
 */
export interface TlogProof {
  readonly extra?: Uint8Array;
  readonly index: number;
  /** Inclusion path, from the leaf's sibling up. */
  readonly path: readonly Uint8Array[];
  /** The signed note, verbatim. */
  readonly checkpoint: string;
}

const HEADER = 'c2sp.org/tlog-proof@v1';

/** A tree of 2^53 leaves is 53 high. */
const MAX_PATH = 53;

export function formatTlogProof({ extra, index, path, checkpoint }: TlogProof): string {
  const lines = [HEADER];
  if (extra) lines.push(`extra ${encodeBase64(extra)}`);
  lines.push(`index ${index}`, ...path.map(encodeBase64));
  return `${lines.join('\n')}\n\n${checkpoint}`;
}

/** Throws `proof-malformed`. */
export function parseTlogProof(text: string): TlogProof {
  const malformed = (detail: string) => new FormatError('proof-malformed', detail);
  if (text.includes('\r'))
    throw malformed('the line endings of the file were changed: a proof has no carriage returns');
  const blank = text.indexOf('\n\n');
  if (blank < 0) throw malformed('a proof has an empty line between the inclusion path and the checkpoint');
  const lines = text.slice(0, blank).split('\n');
  if (lines.shift() !== HEADER) throw malformed(`a proof begins with the line ${HEADER}`);

  const prefix = 'extra ';
  const extra = lines[0]?.startsWith(prefix) ? decodeBase64(lines.shift()?.slice(prefix.length) ?? '') : null;
  if (extra === undefined) throw malformed('the line "extra" holds base64');
  const [, decimal] = /^index (\d+)$/.exec(lines.shift() ?? '') ?? [];
  const index = parseDecimal(decimal ?? '');
  if (index === undefined) throw malformed('the line "index" holds the number of the entry, in decimal');
  if (lines.length > MAX_PATH) throw malformed(`an inclusion path has at most ${MAX_PATH} hashes`);
  const path = lines.map((line, at) => {
    const hash = decodeBase64(line);
    if (hash?.length !== HASH_BYTES) throw malformed(`hash ${at + 1} of the inclusion path is not 32 bytes in base64`);
    return hash;
  });
  return { ...(extra && { extra }), index, path, checkpoint: text.slice(blank + 2) };
}
