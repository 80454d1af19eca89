import { LedgerEntry, type PolicyEntry } from '@terroir/labs/contract/ledger-entry.ts';
import { Compile } from 'typebox/compile';
import type { Ledger } from '../ledger/ledger.ts';
import type { Clock } from '../ports.ts';
import { canonicalJson } from './canonical-json.ts';
import { LedgerTally } from './tally.ts';

const known = Compile(LedgerEntry);
const TRY_AGAIN_MS = 1000;

export interface EntryRecordOptions {
  readonly clock: Clock;
  /** Opens the ledger; called again to open it anew after a failure that it does not recover from by itself. */
  readonly open: () => Promise<Ledger>;
  readonly report: (what: string, error: unknown) => void;
}

/**
 * What this gateway writes down. Once an append has failed it is `unavailable`, and the gateway refuses everything, until
 * {@link EntryRecord.recover} gets an entry onto the disk again.
 */
export class EntryRecord {
  readonly #options: EntryRecordOptions;
  readonly #listeners = new Set<(size: number) => void>();
  #ledger: Ledger;
  #tally: LedgerTally;
  #failure: Error | undefined;
  #recovering: Promise<boolean> | undefined;
  #triedAt = 0;

  private constructor(options: EntryRecordOptions, ledger: Ledger, tally: LedgerTally) {
    this.#options = options;
    this.#ledger = ledger;
    this.#tally = tally;
  }

  static async open(options: EntryRecordOptions): Promise<EntryRecord> {
    const ledger = await options.open();
    return new EntryRecord(options, ledger, await countAll(ledger));
  }

  get ledger(): Ledger {
    return this.#ledger;
  }

  get tally(): LedgerTally {
    return this.#tally;
  }

  /** Why nothing can be recorded now. */
  get unavailable(): Error | undefined {
    return this.#failure;
  }

  /** Resolves with its index once the entry is on disk. */
  async append(entry: LedgerEntry): Promise<number> {
    try {
      const { index } = await this.#ledger.append(Buffer.from(canonicalJson(entry)));
      this.#tally.count(entry);
      for (const listener of this.#listeners) listener(index + 1);
      return index;
    } catch (error) {
      this.#failure = error instanceof Error ? error : new Error(String(error));
      this.#options.report('the ledger took no entry', error);
      throw this.#failure;
    }
  }

  onAppend(listener: (size: number) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /**
   * Tries to write again, at most once a second, and says whether that worked. What is written first after an outage is which
   * policy set is in force.
   */
  recover(policySet: string): Promise<boolean> {
    const now = this.#options.clock.now().getTime();
    if (this.#recovering) return this.#recovering;
    if (now - this.#triedAt < TRY_AGAIN_MS) return Promise.resolve(false);
    this.#triedAt = now;
    this.#recovering = this.#recover(policySet).finally(() => {
      this.#recovering = undefined;
    });
    return this.#recovering;
  }

  async #recover(policySet: string): Promise<boolean> {
    const at = this.#options.clock.now().toISOString();
    const entry: PolicyEntry = { v: 1, kind: 'policy', at, policySet, previous: policySet };
    try {
      if (!isPassing(this.#failure)) await this.#openAnew();
      await this.append(entry);
      this.#failure = undefined;
      return true;
    } catch (error) {
      this.#options.report('the ledger is still unavailable', error);
      return false;
    }
  }

  async #openAnew(): Promise<void> {
    await this.#ledger.close().catch(() => {});
    this.#ledger = await this.#options.open();
    this.#tally = await countAll(this.#ledger);
  }

  close(): Promise<void> {
    return this.#ledger.close();
  }
}

/** A full disk: the ledger goes on by itself when there is room. */
function isPassing(error: Error | undefined): boolean {
  return error !== undefined && 'code' in error && error.code === 'ledger-disk-full';
}

/** An entry's bytes as what they say; undefined when this version does not know its kind. */
export function readEntry(bytes: Uint8Array): LedgerEntry | undefined {
  try {
    const json: unknown = JSON.parse(Buffer.from(bytes).toString('utf8'));
    return known.Check(json) ? json : undefined;
  } catch {
    return undefined;
  }
}

async function countAll(ledger: Ledger): Promise<LedgerTally> {
  const tally = new LedgerTally();
  for await (const { bytes } of ledger.entries()) tally.count(readEntry(bytes));
  return tally;
}
