import type { LedgerEntry } from '@terroir/labs/contract/ledger-entry.ts';
import type { Tally } from './admin-api.ts';

/** What the entries of a ledger add up to. Counted once when it is opened, then kept up entry by entry. */
export class LedgerTally {
  #size = 0;
  #answered = 0;
  #refused = 0;
  readonly #refusedBy = new Map<string, number>();
  readonly #deployments = new Map<string, string>();
  #policySet: string | undefined;

  /** `entry`: undefined for one of a kind that this version does not know. */
  count(entry: LedgerEntry | undefined): void {
    this.#size++;
    if (entry?.kind === 'policy') this.#policySet = entry.policySet;
    else if (entry?.kind === 'deployment') {
      if (entry.change === 'added') this.#deployments.set(entry.model, entry.sha256);
      else this.#deployments.delete(entry.model);
    } else if (entry?.outcome === 'deny') {
      this.#refused++;
      for (const policy of entry.policies) this.#refusedBy.set(policy, (this.#refusedBy.get(policy) ?? 0) + 1);
    } else if (entry?.answer?.ended === 'complete' && entry.answer.status < 400) this.#answered++;
  }

  /** The policy set that the ledger says is in force. */
  get policySet(): string | undefined {
    return this.#policySet;
  }

  /** The models that the ledger says are deployed, with the SHA-256 of their files. */
  get deployments(): ReadonlyMap<string, string> {
    return this.#deployments;
  }

  view(policySet: string): Tally {
    return {
      size: this.#size,
      answered: this.#answered,
      refused: this.#refused,
      refusedBy: Object.fromEntries(this.#refusedBy),
      policySet,
    };
  }
}
