import { equalBytes } from './bytes.ts';
import { parseCheckpoint } from './checkpoint.ts';
import { FormatError } from './format-error.ts';
import { leafHash, rootFromPath } from './merkle.ts';
import { openNote } from './signed-note.ts';
import { MAX_ENTRY_BYTES } from './tile.ts';
import { parseTlogProof } from './tlog-proof.ts';
import { parseVerifierKey } from './verifier-key.ts';

/**
 * What is checked, in this order, each only when all before it passed:
 * `format`: key and file can be read; `signature`: the log's key signed the checkpoint; `root`: the checkpoint names the
 * expected log, a size and a root; `entry`: the file carries the entry, and the tree is large enough to hold it;
 * `inclusion`: the entry's hash and the path lead to that root.
 */
export const PROOF_STEPS = ['format', 'signature', 'root', 'entry', 'inclusion'] as const;
export type ProofStep = (typeof PROOF_STEPS)[number];

/** What was read or computed on the way, so that a person can follow the proof. Present as far as the checks came. */
export interface ProofFacts {
  readonly origin?: string;
  readonly size?: number;
  readonly index?: number;
  readonly pathLength?: number;
  /** The root that the log signed. */
  readonly signedRoot?: Uint8Array;
  readonly leafHash?: Uint8Array;
  /** The root that entry and path lead to. */
  readonly computedRoot?: Uint8Array;
}

export type ProofCode =
  | FormatError['code']
  | 'origin-unexpected'
  | 'entry-missing'
  | 'entry-too-large'
  | 'index-outside-tree'
  | 'root-mismatch';

export type ProofVerdict =
  | {
      readonly verified: true;
      readonly passed: readonly ProofStep[];
      readonly facts: Required<ProofFacts>;
      readonly entry: Uint8Array;
    }
  | {
      readonly verified: false;
      readonly passed: readonly ProofStep[];
      readonly failed: ProofStep;
      readonly code: ProofCode;
      readonly detail: string;
      readonly facts: ProofFacts;
    };

class StepFailure extends Error {
  readonly code: ProofCode;
  constructor(code: ProofCode, message: string) {
    super(message);
    this.code = code;
  }
}

/**
 * Verifies the text of a `.tlog-proof` file that carries its entry, against the log's verifier key. Never throws: a proof
 * that does not hold is an answer. The origin must be the key's name unless another is pinned.
 */
export function verifyProof(text: string, vkey: string, options: { origin?: string } = {}): ProofVerdict {
  const passed: ProofStep[] = [];
  let facts: ProofFacts = {};
  const step = <T>(name: ProofStep, check: () => T): T => {
    const result = check();
    passed.push(name);
    return result;
  };

  try {
    const { key, proof } = step('format', () => ({ key: parseVerifierKey(vkey), proof: parseTlogProof(text) }));
    facts = { index: proof.index, pathLength: proof.path.length };
    const note = step('signature', () => openNote(proof.checkpoint, [key]));
    const checkpoint = step('root', () => {
      const read = parseCheckpoint(note.text);
      facts = { ...facts, origin: read.origin, size: read.size, signedRoot: read.root };
      const expected = options.origin ?? key.name;
      if (read.origin === expected) return read;
      throw new StepFailure('origin-unexpected', `the checkpoint is of ${read.origin}, not of ${expected}`);
    });
    const { entry, leaf } = step('entry', () => {
      const { extra } = proof;
      if (!extra) throw new StepFailure('entry-missing', 'the file does not carry its entry (no line "extra")');
      if (extra.length > MAX_ENTRY_BYTES) throw new StepFailure('entry-too-large', 'an entry has at most 65,535 bytes');
      if (proof.index >= checkpoint.size) {
        const detail = `entry ${proof.index} cannot be in a tree of ${checkpoint.size}, which ends before it`;
        throw new StepFailure('index-outside-tree', detail);
      }
      return { entry: extra, leaf: leafHash(extra) };
    });
    facts = { ...facts, leafHash: leaf };
    const root = step('inclusion', () => {
      const computed = rootFromPath(proof.index, checkpoint.size, leaf, proof.path);
      if (computed) facts = { ...facts, computedRoot: computed };
      if (computed && equalBytes(computed, checkpoint.root)) return computed;
      throw new StepFailure('root-mismatch', 'the entry and the path do not lead to the root that the log signed');
    });
    return {
      verified: true,
      passed,
      entry,
      facts: {
        origin: checkpoint.origin,
        size: checkpoint.size,
        index: proof.index,
        pathLength: proof.path.length,
        signedRoot: checkpoint.root,
        leafHash: leaf,
        computedRoot: root,
      },
    };
  } catch (error) {
    const failed = PROOF_STEPS[passed.length];
    if (failed && (error instanceof FormatError || error instanceof StepFailure)) {
      return { verified: false, passed, failed, code: error.code, detail: error.message, facts };
    }
    throw error;
  }
}
