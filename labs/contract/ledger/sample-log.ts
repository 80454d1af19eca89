import { keygen, sign } from '@noble/ed25519';
import { formatCheckpoint } from './checkpoint.ts';
import { type HashReader, inclusionProof, leafHash, nodeHash } from './merkle.ts';
import { formatNote } from './signed-note.ts';
import { encodeBundle, TILE_WIDTH, tilePath, tileWidth } from './tile.ts';
import { formatTlogProof } from './tlog-proof.ts';
import { TreeEdge } from './tree-edge.ts';
import { formatVerifierKey, verifierKey } from './verifier-key.ts';

/** A log in memory, for tests: all files of a tlog-tiles tree, and proofs of its entries. */
export interface SampleLog {
  readonly vkey: string;
  readonly files: Map<string, Uint8Array>;
  readonly checkpoint: string;
  proof(index: number): Promise<string>;
}

export const sampleEntry = (index: number): Uint8Array => new TextEncoder().encode(`{"entry":${index}}`);

/** A log of the first `size` sample entries. The same `seed` signs with the same key. */
export function sampleLog(size: number, { origin = 'example.org/log', seed = 1, entry = sampleEntry } = {}): SampleLog {
  const { secretKey, publicKey } = keygen(new Uint8Array(32).fill(seed));
  const key = verifierKey(origin, publicKey);
  const files = new Map<string, Uint8Array>();
  const edge = new TreeEdge(({ tile, bytes }) => files.set(tilePath(tile), bytes));
  const entries = Array.from({ length: size }, (_, index) => entry(index));
  for (const bytes of entries) edge.append(leafHash(bytes));
  for (const { tile, bytes } of edge.partialTiles()) files.set(tilePath(tile), bytes);
  for (let index = 0; index * TILE_WIDTH < size; index++) {
    const path = tilePath({ level: 'entries', index, width: tileWidth('entries', index, size) });
    files.set(path, encodeBundle(entries.slice(index * TILE_WIDTH, (index + 1) * TILE_WIDTH)));
  }

  const text = formatCheckpoint({ origin, size, root: edge.root(), extensions: [] });
  const signature = sign(new TextEncoder().encode(text), secretKey);
  const checkpoint = formatNote({ text, signatures: [{ name: origin, id: key.id, signature }] });
  files.set('checkpoint', new TextEncoder().encode(checkpoint));

  const read: HashReader = async (level, index) => {
    if (level === 0) return leafHash(entry(index));
    return nodeHash(await read(level - 1, index * 2), await read(level - 1, index * 2 + 1));
  };
  return {
    vkey: formatVerifierKey(key),
    files,
    checkpoint,
    proof: async (index) =>
      formatTlogProof({ extra: entry(index), index, path: await inclusionProof(index, size, read), checkpoint }),
  };
}
