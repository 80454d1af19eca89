import type { LabProgress } from '@terroir/labs/contract/lab.ts';
import type { DeploymentState, MicrocloudState } from '@terroir/labs/contract/microcloud.ts';
import type { ProofVerified } from '@terroir/labs/contract/proof.ts';
import type { TrainingView } from '@terroir/labs/contract/training.ts';
import type { Counts } from './records.ts';

/** Of a training, what checks read. */
export type TrainingFacts = Pick<TrainingView, 'model' | 'stages' | 'samples' | 'resumedAt' | 'scores' | 'published'>;

export interface Trial {
  readonly maxTokens: number;
  readonly personalData: readonly string[];
}

/** Micro-clouds as labs see them. Methods that ask a gateway throw a `CodedError` when it cannot be asked now. */
export interface LabSubject {
  /** @throws {CodedError} `microcloud-not-found` */
  standing(microcloud: string): {
    readonly state: MicrocloudState;
    readonly deployments: readonly { readonly model: string; readonly state: DeploymentState }[];
  };
  /** @throws {CodedError} `microcloud-not-found` */
  trainings(microcloud: string): Promise<readonly TrainingFacts[]>;
  /** Decisions that the ledger holds. */
  tally(microcloud: string): Promise<Counts>;
  /** What the policy in force would decide; nothing is recorded. */
  decide(microcloud: string, trial: Trial): Promise<'allow' | 'deny'>;
  /** @throws {CodedError} when the proof does not verify against this micro-cloud's ledger */
  verifyProof(microcloud: string, proof: string): Promise<ProofVerified>;
  /** Calls `changed` whenever a check may have another verdict, and `gone` when the micro-cloud was destroyed. */
  watch(listeners: { changed: (microcloud: string) => void; gone: (microcloud: string) => void }): () => void;
  /** Passes progress on to who follows the micro-cloud. */
  tell(microcloud: string, progress: LabProgress): void;
}
