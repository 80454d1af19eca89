import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { encodeBase64 } from '@terroir/labs/contract/ledger/base64.ts';
import { decodeUtf8 } from '@terroir/labs/contract/ledger/bytes.ts';
import { type LedgerVerdictCode, verifyLedger } from '@terroir/labs/contract/ledger/verify-ledger.ts';
import { type ProofCode, type ProofStep, verifyProof } from '@terroir/labs/contract/ledger/verify-proof.ts';
import { folderReader } from './folder-reader.ts';
import { errno } from './ledger-error.ts';
import { sha256 } from './sha256.ts';

/** What `ledger verify PATH` found, as plain JSON. Hashes are base64, as in checkpoints. */
export interface LedgerReport {
  readonly path: string;
  readonly kind: 'ledger' | 'proof' | 'unknown';
  readonly verified: boolean;
  /** What was found, in one sentence. */
  readonly detail: string;
  /** Why it is not verified; stable. */
  readonly code?: LedgerVerdictCode | ProofCode | 'path-not-found' | 'not-a-ledger' | 'key-needed';
  /**
   * The key that was trusted. `folder`: it lay beside the entries, so this shows that the record is whole, and not whose it is.
   */
  readonly key?: { readonly verifier: string; readonly from: 'given' | 'folder' };
  readonly origin?: string;
  readonly size?: number;
  readonly root?: string;
  /** Size of the older checkpoint that the ledger extends. */
  readonly extends?: number;
  /** The first file and entry that are wrong. */
  readonly wrong?: { readonly path?: string; readonly index?: number };
  readonly proof?: {
    readonly index?: number;
    readonly passed: readonly ProofStep[];
    readonly failed?: ProofStep;
    readonly leafHash?: string;
    readonly computedRoot?: string;
    /** The proven entry, as text. */
    readonly entry?: string;
  };
}

export interface VerifyPathOptions {
  /** C2SP verifier key. A proof needs one; for a folder, the key that lies in it is the default. */
  readonly vkey?: string;
  /** An older checkpoint (signed note) that the ledger must extend. */
  readonly against?: string;
  readonly onProgress?: (entries: number, size: number) => void;
}

/** Larger than any proof of an entry of 65,535 bytes with a hundred signatures. */
const MAX_PROOF_BYTES = 1024 * 1024;

/**
 * Verifies a ledger's folder, or a `.tlog-proof` file, from files alone. What does not hold is a report; only failures to read
 * and the signal's reason are thrown.
 */
export async function verifyLedgerPath(
  path: string,
  options: VerifyPathOptions = {},
  signal?: AbortSignal,
): Promise<LedgerReport> {
  const refuse = (code: NonNullable<LedgerReport['code']>, detail: string): LedgerReport => {
    return { path, kind: 'unknown', verified: false, code, detail };
  };
  const found = await stat(path).catch((error) => {
    if (errno(error) !== 'ENOENT' && errno(error) !== 'ENOTDIR') throw error;
    return undefined;
  });
  if (!found) return refuse('path-not-found', 'There is nothing at this path.');
  if (found.isDirectory()) return verifyFolder(path, options, signal);
  if (options.vkey === undefined) {
    return refuse(
      'key-needed',
      'A proof is verified with the key of its ledger: give the verifier key (file key.pub).',
    );
  }
  if (found.size > MAX_PROOF_BYTES) return refuse('proof-malformed', 'The file is too large for a proof.');
  return verifyFile(path, await readFile(path, { ...(signal && { signal }) }), options.vkey);
}

async function verifyFolder(path: string, options: VerifyPathOptions, signal?: AbortSignal): Promise<LedgerReport> {
  const read = folderReader(path);
  if (!(await read('checkpoint'))) {
    const detail = 'The folder holds no checkpoint, so it is not a ledger.';
    return { path, kind: 'unknown', verified: false, code: 'not-a-ledger', detail };
  }
  const { vkey, against, onProgress } = options;
  const verifier = vkey ?? (await readFile(join(path, 'key.pub'), 'utf8').catch(() => undefined));
  if (verifier === undefined) {
    const detail = 'The folder has no file key.pub: give the verifier key of the ledger.';
    return { path, kind: 'ledger', verified: false, code: 'key-needed', detail };
  }
  const key = { verifier: verifier.trim(), from: vkey === undefined ? ('folder' as const) : ('given' as const) };
  const verdict = await verifyLedger(read, key.verifier, {
    hash: sha256,
    ...(against !== undefined && { against }),
    ...(onProgress && { onProgress }),
    ...(signal && { signal }),
  });
  if (!verdict.verified) {
    const { code, detail, path: file, index } = verdict;
    const wrong = { ...(file !== undefined && { path: file }), ...(index !== undefined && { index }) };
    return { path, kind: 'ledger', verified: false, code, detail, key, wrong };
  }
  const { origin, size, root } = verdict;
  const detail = `All ${size} entries, their tiles and the signed root agree.`;
  const older = verdict.extends === undefined ? {} : { extends: verdict.extends };
  return { path, kind: 'ledger', verified: true, detail, key, origin, size, root: encodeBase64(root), ...older };
}

function verifyFile(path: string, bytes: Uint8Array, vkey: string): LedgerReport {
  const text = decodeUtf8(bytes);
  const key = { verifier: vkey.trim(), from: 'given' as const };
  if (text === undefined) {
    const detail = 'The file is not UTF-8 text, so it is not a proof.';
    return { path, kind: 'unknown', verified: false, code: 'proof-malformed', detail };
  }
  const verdict = verifyProof(text, vkey);
  const { index, origin, size, signedRoot, leafHash, computedRoot } = verdict.facts;
  const common = {
    path,
    kind: 'proof' as const,
    key,
    ...(origin !== undefined && { origin }),
    ...(size !== undefined && { size }),
    ...(signedRoot && { root: encodeBase64(signedRoot) }),
  };
  const proof = {
    passed: verdict.passed,
    ...(index !== undefined && { index }),
    ...(leafHash && { leafHash: encodeBase64(leafHash) }),
    ...(computedRoot && { computedRoot: encodeBase64(computedRoot) }),
  };
  if (!verdict.verified) {
    const { code, detail, failed } = verdict;
    return { ...common, verified: false, code, detail, proof: { ...proof, failed } };
  }
  const detail = `Entry ${index} is in the ledger of ${size} entries that the key signed.`;
  const entry = decodeUtf8(verdict.entry) ?? encodeBase64(verdict.entry);
  return { ...common, verified: true, detail, proof: { ...proof, entry } };
}
