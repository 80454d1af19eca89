import type { ProofVerified } from '@terroir/labs/contract/proof.ts';
import type { Tally, Trial, TrialVerdict, Upstreams } from '../gateway/admin-api.ts';

/** Where one gateway listens, and the key that only the runner and that gateway know. */
export interface GatewayAddress {
  readonly url: string;
  readonly adminKey: string;
}

export type GatewayEvent =
  | { readonly type: 'ledger'; readonly size: number }
  | { readonly type: 'policy'; readonly sha256: string };

/**
 * What the runner asks of a gateway (gateway/admin-api.ts). All methods throw a `CodedError`: `gateway-unreachable` when it
 * does not answer, and what the gateway itself says otherwise, e.g. a policy error with line and column.
 */
export interface GatewayAdmin {
  putUpstreams(at: GatewayAddress, upstreams: Upstreams, signal?: AbortSignal): Promise<void>;
  putKey(at: GatewayAddress, clientKeySha256: string): Promise<void>;
  policy(at: GatewayAddress): Promise<string>;
  putPolicy(at: GatewayAddress, text: string): Promise<void>;
  decide(at: GatewayAddress, trial: Trial): Promise<TrialVerdict>;
  tally(at: GatewayAddress, signal?: AbortSignal): Promise<Tally>;
  verifyProof(at: GatewayAddress, proof: string): Promise<ProofVerified>;
  /** Calls `listener` with how it stands now, and for each event until the gateway ends the stream (resolves), it breaks (throws) or `signal` aborts. */
  follow(at: GatewayAddress, listener: (event: GatewayEvent) => void, signal: AbortSignal): Promise<void>;
}
