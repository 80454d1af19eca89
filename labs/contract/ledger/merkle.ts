import { sha256 } from '@noble/hashes/sha2.js';
import { equalBytes } from './bytes.ts';

/**
 * The Merkle tree of RFC 6962 §2.1 over SHA-256: hashes, and proofs made from stored hashes.
 * Sizes and indices are whole numbers up to 2^53 - 1, so arithmetic here divides and never shifts.
 */
export type Sha256 = (message: Uint8Array) => Uint8Array;

/** Reads the hash of the complete subtree over leaves `[index * 2^level, (index + 1) * 2^level)`. */
export type HashReader = (level: number, index: number) => Promise<Uint8Array>;

export const HASH_BYTES = 32;

/** MTH({}) = SHA-256(). */
export const emptyRoot = (): Uint8Array => sha256(new Uint8Array(0));

/** MTH({d}) = SHA-256(0x00 ‖ d). */
export function leafHash(entry: Uint8Array, hash: Sha256 = sha256): Uint8Array {
  const message = new Uint8Array(1 + entry.length);
  message.set(entry, 1);
  return hash(message);
}

/** SHA-256(0x01 ‖ left ‖ right). */
export function nodeHash(left: Uint8Array, right: Uint8Array, hash: Sha256 = sha256): Uint8Array {
  const message = new Uint8Array(1 + left.length + right.length);
  message[0] = 1;
  message.set(left, 1);
  message.set(right, 1 + left.length);
  return hash(message);
}

/** The largest power of two smaller than `n`, for n > 1, with its exponent. */
function split(n: number): { width: number; level: number } {
  let width = 1;
  let level = 0;
  while (width * 2 < n) {
    width *= 2;
    level++;
  }
  return { width, level };
}

/** MTH(D[start:end]); `start` is a multiple of the largest complete subtree inside. */
async function rangeRoot(start: number, end: number, read: HashReader): Promise<Uint8Array> {
  if (end - start === 1) return read(0, start);
  const { width, level } = split(end - start);
  if (width * 2 === end - start) return read(level + 1, start / (width * 2));
  return nodeHash(await read(level, start / width), await rangeRoot(start + width, end, read));
}

export async function treeRoot(size: number, read: HashReader): Promise<Uint8Array> {
  return size === 0 ? emptyRoot() : rangeRoot(0, size, read);
}

/** PATH(index, D[0:size]) of RFC 6962 §2.1.1, from the leaf's sibling up. */
export async function inclusionProof(index: number, size: number, read: HashReader): Promise<Uint8Array[]> {
  if (index < 0 || index >= size) throw new RangeError(`no leaf ${index} in a tree of ${size}`);
  const path: Promise<Uint8Array>[] = [];
  let start = 0;
  let end = size;
  while (end - start > 1) {
    const middle = start + split(end - start).width;
    if (index < middle) {
      path.push(rangeRoot(middle, end, read));
      end = middle;
    } else {
      path.push(rangeRoot(start, middle, read));
      start = middle;
    }
  }
  return (await Promise.all(path)).reverse();
}

/** PROOF(older, D[0:newer]) of RFC 6962 §2.1.2; empty when the sizes are equal or `older` is 0. */
export async function consistencyProof(older: number, newer: number, read: HashReader): Promise<Uint8Array[]> {
  if (older < 0 || older > newer) throw new RangeError(`a tree of ${newer} has no earlier size ${older}`);
  if (older === 0 || older === newer) return [];
  const path: Promise<Uint8Array>[] = [];
  let start = 0;
  let end = newer;
  while (older !== end) {
    const middle = start + split(end - start).width;
    if (older <= middle) {
      path.push(rangeRoot(middle, end, read));
      end = middle;
    } else {
      path.push(rangeRoot(start, middle, read));
      start = middle;
    }
  }
  if (start > 0) path.push(rangeRoot(start, end, read));
  return (await Promise.all(path)).reverse();
}

const half = (n: number) => Math.floor(n / 2);
const odd = (n: number) => n % 2 === 1;

/**
 * The root that a leaf and its path lead to, RFC 9162 §2.1.3.2; undefined when no tree of `size` has such a path.
 * The proof holds when this equals the root of a checkpoint that is trusted.
 */
export function rootFromPath(index: number, size: number, leaf: Uint8Array, path: readonly Uint8Array[]) {
  if (index < 0 || index >= size) return undefined;
  let fn = index;
  let sn = size - 1;
  let root = leaf;
  for (const sibling of path) {
    if (sn === 0) return undefined;
    if (odd(fn) || fn === sn) {
      root = nodeHash(sibling, root);
      while (!odd(fn) && fn !== 0) {
        fn = half(fn);
        sn = half(sn);
      }
    } else {
      root = nodeHash(root, sibling);
    }
    fn = half(fn);
    sn = half(sn);
  }
  return sn === 0 ? root : undefined;
}

export interface TreeHead {
  readonly size: number;
  readonly root: Uint8Array;
}

/** Whether `newer` extends `older` by appending only, RFC 9162 §2.1.4.2. Everything extends the empty tree. */
export function verifyConsistency(older: TreeHead, newer: TreeHead, path: readonly Uint8Array[]): boolean {
  if (older.size > newer.size) return false;
  if (older.size === newer.size) return path.length === 0 && equalBytes(older.root, newer.root);
  if (older.size === 0) return path.length === 0 && equalBytes(older.root, emptyRoot());

  let fn = older.size - 1;
  let sn = newer.size - 1;
  while (odd(fn)) {
    fn = half(fn);
    sn = half(sn);
  }
  // fn is now 0 exactly when older.size is a power of two; the older root is then itself the first node.
  const [first, ...rest] = fn === 0 ? [older.root, ...path] : path;
  if (first === undefined) return false;
  let olderRoot = first;
  let newerRoot = first;
  for (const node of rest) {
    if (sn === 0) return false;
    if (odd(fn) || fn === sn) {
      olderRoot = nodeHash(node, olderRoot);
      newerRoot = nodeHash(node, newerRoot);
      while (!odd(fn) && fn !== 0) {
        fn = half(fn);
        sn = half(sn);
      }
    } else {
      newerRoot = nodeHash(newerRoot, node);
    }
    fn = half(fn);
    sn = half(sn);
  }
  return sn === 0 && equalBytes(olderRoot, older.root) && equalBytes(newerRoot, newer.root);
}
