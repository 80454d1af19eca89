import type { Deployment, Microcloud } from './microcloud.ts';

/**
 * What the runner must remember of micro-clouds across restarts and power cuts. A resolved write is on disk. Every adapter
 * passes the suite in `records.contract.ts`.
 */
export interface MicrocloudRecords {
  /** Oldest first. */
  all(): Promise<Microcloud[]>;
  /** Adds, or replaces the one with the same id. */
  save(microcloud: Microcloud): Promise<void>;
  /** Forgets it, with its deployments, lab progress and proofs. Unknown id: resolves. */
  remove(id: string): Promise<void>;
}

export interface DeploymentRecords {
  /** Of every micro-cloud, oldest first. */
  all(): Promise<Deployment[]>;
  save(deployment: Deployment): Promise<void>;
  remove(id: string): Promise<void>;
}
