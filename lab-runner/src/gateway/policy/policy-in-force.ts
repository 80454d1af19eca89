import { hash } from 'node:crypto';
import { readFile, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { syncFolder, writeDurably } from '../../durable-file.ts';
import type { Clock } from '../../ports.ts';
import type { EntryRecord } from '../entry-record.ts';
import type { PolicyProblem } from './policy-problem.ts';
import { type PolicySet, preparePolicySet } from './policy-set.ts';

let opened = 0;

/** A text that cannot be enacted. Nothing was changed. */
export class PolicyRefused extends Error {
  override readonly name = 'PolicyRefused';
  readonly problem: PolicyProblem;

  constructor(problem: PolicyProblem) {
    super(problem.message);
    this.problem = problem;
  }
}

/**
 * The policy set that decides now, kept in `policy.cedar`. Enacting another: validate, prepare, write beside it, record in the
 * ledger, rename, swap. The ledger's entry is the turning point: after a crash, what the ledger names is put in place.
 */
export class PolicyInForce {
  readonly #file: string;
  readonly #record: EntryRecord;
  readonly #clock: Clock;
  readonly #listeners = new Set<(sha256: string) => void>();
  #current: PolicySet;
  /** Two names that nobody else in this process uses; the first is of the set in force. */
  #slots: readonly [inForce: string, spare: string];
  #enacting: Promise<unknown> = Promise.resolve();

  private constructor(file: string, record: EntryRecord, clock: Clock, text: string) {
    this.#file = file;
    this.#record = record;
    this.#clock = clock;
    opened += 1;
    this.#slots = [`${opened}a`, `${opened}b`];
    this.#current = preparePolicySet(text, this.#slots[0]);
  }

  /** Reads the folder's policy, or begins with the default. One that does not validate refuses everything. */
  static async open(folder: string, record: EntryRecord, clock: Clock): Promise<PolicyInForce> {
    const file = join(folder, 'policy.cedar');
    const text = (await finishEnacting(file, record)) ?? (await writeDefault(file));
    const inForce = new PolicyInForce(file, record, clock, text);
    if (!inForce.current.problem) await inForce.#say(inForce.current.sha256);
    return inForce;
  }

  get current(): PolicySet {
    return this.#current;
  }

  /** Puts `text` in force. Throws {@link PolicyRefused}, or what kept it from being written or recorded; then the old set stands. */
  enact(text: string): Promise<PolicySet> {
    const enacted = this.#enacting.then(() => this.#enact(text));
    this.#enacting = enacted.catch(() => {});
    return enacted;
  }

  onChange(listener: (sha256: string) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  async #enact(text: string): Promise<PolicySet> {
    const [inForce, spare] = this.#slots;
    const next = preparePolicySet(text, spare);
    if (next.problem) throw new PolicyRefused(next.problem);
    if (next.sha256 === this.#current.sha256) return this.#current;
    const waiting = waitingFile(this.#file);
    try {
      await writeDurably(waiting, text, 0o600);
      await this.#say(next.sha256);
    } catch (error) {
      await rm(waiting, { force: true });
      throw error;
    }
    try {
      await rename(waiting, this.#file);
      await syncFolder(dirname(this.#file));
    } catch (error) {
      await this.#say(this.#current.sha256);
      throw error;
    }
    this.#current = next;
    this.#slots = [spare, inForce];
    for (const listener of this.#listeners) listener(next.sha256);
    return next;
  }

  /** Records which set is in force, unless that is what the ledger says already. */
  async #say(policySet: string): Promise<void> {
    const previous = this.#record.tally.policySet;
    if (previous === policySet) return;
    const at = this.#clock.now().toISOString();
    await this.#record.append({ v: 1, kind: 'policy', at, policySet, ...(previous ? { previous } : {}) });
  }
}

const waitingFile = (file: string) => `${file}.next`;

/** After a crash between record and rename: finishes what was recorded, drops what was not. Returns the text in place. */
async function finishEnacting(file: string, record: EntryRecord): Promise<string | undefined> {
  const waiting = await read(waitingFile(file));
  if (waiting !== undefined) {
    if (hash('sha256', waiting) === record.tally.policySet) await rename(waitingFile(file), file);
    else await rm(waitingFile(file));
  }
  return read(file);
}

async function writeDefault(file: string): Promise<string> {
  const text = await readFile(new URL('./default-policy.cedar', import.meta.url), 'utf8');
  await writeDurably(file, text, 0o600);
  return text;
}

async function read(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}
