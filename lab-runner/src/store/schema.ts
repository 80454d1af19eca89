import type { DeploymentState, MicrocloudState } from '@terroir/labs/contract/microcloud.ts';

/** Times are ISO 8601 UTC text, so that they sort and read the same in SQLite and PostgreSQL. */
export interface Schema {
  microclouds: {
    id: string;
    name: string;
    state: MicrocloudState;
    reason: string | null;
    created_at: string;
  };
  deployments: {
    id: string;
    microcloud: string;
    model: string;
    device: string;
    state: DeploymentState;
    reason: string | null;
    since: string;
    sha256: string | null;
    unit_key: string;
  };
  lab_runs: {
    microcloud: string;
    lab: string;
    counts_since: string;
    /** JSON of the counts at that moment. */
    counts_before: string;
  };
  lab_passes: {
    microcloud: string;
    lab: string;
    step: string;
    passed_at: string;
    /** JSON of the state that was found. */
    found: string;
  };
  proofs: {
    microcloud: string;
    entry_index: number;
    outcome: 'allow' | 'deny';
    handed_at: string;
  };
  sessions: {
    token_sha256: string;
    expires_at: string;
  };
}
