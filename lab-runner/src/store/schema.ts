import type { DeploymentState, MicrocloudState } from '@terroir/labs/contract/microcloud.ts';
import type { TrainingState } from '@terroir/labs/contract/training.ts';

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
  lab_predictions: {
    microcloud: string;
    lab: string;
    step: string;
    choice: string;
    made_at: string;
  };
  proofs: {
    microcloud: string;
    entry_index: number;
    outcome: 'allow' | 'deny';
    handed_at: string;
  };
  trainings: {
    id: string;
    microcloud: string;
    name: string;
    model: string;
    state: TrainingState;
    created_at: string;
    queued_at: string | null;
    started_at: string | null;
    finished_at: string | null;
    /** JSON of what the learner decided. */
    settings: string;
    /** JSON of why it failed. */
    problem: string | null;
    published: string | null;
  };
  sessions: {
    token_sha256: string;
    expires_at: string;
  };
}
