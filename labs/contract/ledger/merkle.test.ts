import { sha256 } from '@noble/hashes/sha2.js';
import { describe, expect, it } from 'vitest';
import { toHex } from './bytes.ts';
import {
  consistencyProof,
  type HashReader,
  inclusionProof,
  leafHash,
  nodeHash,
  rootFromPath,
  treeRoot,
  verifyConsistency,
} from './merkle.ts';

/** Inputs and answers of the certificate-transparency project's merkle_tree_test, which RFC 9162 implementations share. */
const LEAVES = ['', '00', '10', '2021', '3031', '40414243', '5051525354555657', '606162636465666768696a6b6c6d6e6f'];
const ROOTS = [
  'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
  '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
  'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
  'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77',
  'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
  '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4',
  '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef',
  'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c',
  '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
];
const NODES = {
  a: '96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7',
  b: '5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e',
  c: '6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4',
  d: 'bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b',
  e: 'ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0',
  f: '0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a',
};
const INCLUSION = [
  { index: 0, size: 1, path: [] },
  { index: 0, size: 8, path: [NODES.a, NODES.b, NODES.c] },
  { index: 5, size: 8, path: [NODES.d, NODES.e, ROOTS[4]] },
  { index: 2, size: 3, path: [ROOTS[2]] },
  { index: 1, size: 5, path: [ROOTS[1], NODES.b, NODES.d] },
];
const CONSISTENCY = [
  { older: 1, newer: 1, path: [] },
  { older: 1, newer: 8, path: [NODES.a, NODES.b, NODES.c] },
  { older: 6, newer: 8, path: [NODES.f, NODES.e, ROOTS[4]] },
  { older: 2, newer: 5, path: [NODES.b, NODES.d] },
];

const bytes = (hex: string) => new Uint8Array(Buffer.from(hex, 'hex'));
const leaves = LEAVES.map((hex) => leafHash(bytes(hex)));

/** RFC 6962 §2.1 word for word, without any stored hash: what the proofs are compared with. */
function mth(hashes: readonly Uint8Array[]): Uint8Array {
  const [only] = hashes;
  if (only === undefined) return sha256(new Uint8Array(0));
  if (hashes.length === 1) return only;
  let k = 1;
  while (k * 2 < hashes.length) k *= 2;
  return nodeHash(mth(hashes.slice(0, k)), mth(hashes.slice(k)));
}

const readerOf =
  (hashes: readonly Uint8Array[]): HashReader =>
  async (level, index) => {
    const complete = hashes.slice(index * 2 ** level, (index + 1) * 2 ** level);
    if (complete.length !== 2 ** level) throw new Error(`subtree ${index} of level ${level} is not complete`);
    return mth(complete);
  };

const flipBit = (hash: Uint8Array, bit: number) =>
  hash.map((byte, at) => (at === Math.floor(bit / 8) ? byte ^ (1 << (bit % 8)) : byte));

describe('the published vectors', () => {
  it.each(ROOTS.map((root, size) => ({ size, root })))('root of $size leaves', async ({ size, root }) => {
    expect(toHex(await treeRoot(size, readerOf(leaves.slice(0, size))))).toBe(root);
  });

  it.each(INCLUSION)('inclusion of leaf $index in $size', async ({ index, size, path }) => {
    expect((await inclusionProof(index, size, readerOf(leaves))).map(toHex)).toEqual(path);
    const root = rootFromPath(
      index,
      size,
      leaves[index] ?? bytes(''),
      path.map((hex) => bytes(hex ?? '')),
    );
    expect(root && toHex(root)).toBe(ROOTS[size]);
  });

  it.each(CONSISTENCY)('consistency of $older with $newer', async ({ older, newer, path }) => {
    expect((await consistencyProof(older, newer, readerOf(leaves))).map(toHex)).toEqual(path);
    const head = (size: number) => ({ size, root: bytes(ROOTS[size] ?? '') });
    expect(
      verifyConsistency(
        head(older),
        head(newer),
        path.map((hex) => bytes(hex ?? '')),
      ),
    ).toBe(true);
  });
});

describe('every tree of up to 33 leaves', () => {
  const many = Array.from({ length: 33 }, (_, at) => leafHash(Uint8Array.of(at)));
  const read = readerOf(many);
  const sizes = Array.from({ length: 34 }, (_, size) => size);
  const head = (size: number) => ({ size, root: mth(many.slice(0, size)) });

  it('proves each of its leaves, and refuses every other index, size and length of path', async () => {
    for (const size of sizes) {
      for (let index = 0; index < size; index++) {
        const path = await inclusionProof(index, size, read);
        const leaf = many[index] ?? bytes('');
        const root = toHex(mth(many.slice(0, size)));
        const leadsTo = (at: number, of: number, along = path) => {
          const computed = rootFromPath(at, of, leaf, along);
          return computed !== undefined && toHex(computed) === root;
        };
        expect(leadsTo(index, size)).toBe(true);
        if (path.length > 0) expect(leadsTo(index, size, path.slice(1))).toBe(false);
        expect(leadsTo(index, size, [...path, leaf])).toBe(false);
        for (let other = 0; other < size; other++) if (other !== index) expect(leadsTo(other, size)).toBe(false);
        expect(leadsTo(size, size)).toBe(false);
      }
    }
  });

  it('proves that it extends each earlier one, and no other', async () => {
    for (const newer of sizes) {
      for (const older of sizes.slice(0, newer + 1)) {
        const path = await consistencyProof(older, newer, read);
        expect(verifyConsistency(head(older), head(newer), path)).toBe(true);
        expect(verifyConsistency({ size: older, root: leafHash(bytes('ff')) }, head(newer), path)).toBe(false);
        expect(verifyConsistency(head(older), { size: newer, root: leafHash(bytes('ff')) }, path)).toBe(
          older === 0 && newer > 0,
        );
        expect(verifyConsistency(head(older), head(newer), [...path, head(newer).root])).toBe(false);
        if (path.length > 0) expect(verifyConsistency(head(older), head(newer), path.slice(1))).toBe(false);
        if (newer > older) expect(verifyConsistency(head(newer), head(older), path)).toBe(false);
      }
    }
  });
});

it('notices every single flipped bit of an inclusion path, of its leaf, and of a consistency path', async () => {
  const path = await inclusionProof(5, 8, readerOf(leaves));
  const leaf = leaves[5] ?? bytes('');
  const extension = await consistencyProof(6, 8, readerOf(leaves));
  const head = (size: number) => ({ size, root: bytes(ROOTS[size] ?? '') });
  for (let bit = 0; bit < 256; bit++) {
    expect(toHex(rootFromPath(5, 8, flipBit(leaf, bit), path) ?? bytes(''))).not.toBe(ROOTS[8]);
    for (const at of path.keys()) {
      const changed = path.map((hash, which) => (which === at ? flipBit(hash, bit) : hash));
      expect(toHex(rootFromPath(5, 8, leaf, changed) ?? bytes(''))).not.toBe(ROOTS[8]);
    }
    for (const at of extension.keys()) {
      const changed = extension.map((hash, which) => (which === at ? flipBit(hash, bit) : hash));
      expect(verifyConsistency(head(6), head(8), changed)).toBe(false);
    }
  }
});

it('proves in trees larger than 2^32 leaves', async () => {
  const size = 2 ** 40 + 3;
  const read: HashReader = async (level, index) => leafHash(new TextEncoder().encode(`${level}/${index}`));
  const path = await inclusionProof(2 ** 39 + 1, size, read);
  const root = rootFromPath(2 ** 39 + 1, size, await read(0, 2 ** 39 + 1), path);
  // The reader invents its hashes, so only the shape can be checked: forty levels of the large subtree, one for the rest.
  expect(path).toHaveLength(41);
  expect(root).toBeDefined();
});
