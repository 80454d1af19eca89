import type { ProofVerified } from '@terroir/labs/contract/proof.ts';
import { CodedError } from '../coded-error.ts';
import type { Tally, Trial, Upstreams } from '../gateway/admin-api.ts';
import type { GatewayAddress, GatewayAdmin, GatewayEvent } from './gateway-admin.ts';

/** Gateways whose state a test sets, and which remember what they were told. */
export class MemoryGateways implements GatewayAdmin {
  readonly tables: { readonly url: string; readonly upstreams: Upstreams }[] = [];
  readonly keys: string[] = [];
  tallied: Tally = { size: 0, answered: 0, refused: 0, refusedBy: {}, policySet: 'a'.repeat(64) };
  text = 'permit(principal, action, resource);';
  outcome: 'allow' | 'deny' = 'allow';
  proof: ProofVerified | undefined;
  /** Set: the next table is refused with it. */
  refuseTable: Error | undefined;
  silent = false;
  readonly #followers = new Set<(event: GatewayEvent) => void>();

  async putUpstreams(at: GatewayAddress, upstreams: Upstreams): Promise<void> {
    const refused = this.refuseTable;
    this.refuseTable = undefined;
    if (refused) throw refused;
    this.tables.push({ url: at.url, upstreams });
  }
  async putKey(_at: GatewayAddress, clientKeySha256: string): Promise<void> {
    this.keys.push(clientKeySha256);
  }
  async policy(): Promise<string> {
    return this.text;
  }
  async putPolicy(_at: GatewayAddress, text: string): Promise<void> {
    if (text.includes('oops')) {
      const facts = { detail: 'unexpected token oops', todo: 'Correct it.', field: 'policy', line: 1, column: 3 };
      throw new CodedError({ status: 422, code: 'policy-invalid', ...facts });
    }
    this.text = text;
    this.tell({ type: 'policy', sha256: 'b'.repeat(64) });
  }
  async decide(_at: GatewayAddress, _trial: Trial) {
    this.#answer();
    return { outcome: this.outcome, policies: [] };
  }
  async tally(): Promise<Tally> {
    this.#answer();
    return this.tallied;
  }
  async verifyProof(_at: GatewayAddress, proof: string): Promise<ProofVerified> {
    if (this.proof && proof.startsWith('c2sp.org/tlog-proof')) return this.proof;
    throw new CodedError({
      status: 422,
      code: 'proof-invalid',
      detail: 'It does not verify.',
      todo: 'Take another.',
      field: 'proof',
    });
  }
  async follow(_at: GatewayAddress, listener: (event: GatewayEvent) => void, signal: AbortSignal): Promise<void> {
    const gone = Promise.withResolvers<void>();
    this.#followers.add(listener);
    signal.addEventListener('abort', () => gone.resolve(), { once: true });
    listener({ type: 'ledger', size: this.tallied.size });
    listener({ type: 'policy', sha256: this.tallied.policySet });
    await gone.promise;
    this.#followers.delete(listener);
  }

  tell(event: GatewayEvent): void {
    for (const follower of this.#followers) follower(event);
  }

  #answer(): void {
    if (!this.silent) return;
    throw new CodedError({ status: 503, code: 'gateway-unreachable', detail: 'It does not answer.', todo: 'Wait.' });
  }
}
