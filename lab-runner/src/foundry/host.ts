import type { MicrocloudState } from '@terroir/labs/contract/microcloud.ts';
import type { TrainingView } from '@terroir/labs/contract/training.ts';

export type TrainingNotice =
  | { readonly type: 'training'; readonly training: TrainingView }
  | { readonly type: 'training-gone'; readonly id: string };

/** Micro-clouds as the foundry sees them. */
export interface TrainingHost {
  /** @throws {CodedError} `microcloud-not-found` */
  stateOf(microcloud: string): MicrocloudState;
  /** Where a micro-cloud keeps what it holds. */
  folderOf(microcloud: string): string;
  /** Passes it on to who follows the micro-cloud. */
  tell(microcloud: string, notice: TrainingNotice): void;
  /** A unit is no more on the engine's list. */
  unitGone(microcloud: string): void;
  /** Calls `stopping` when a micro-cloud begins to be destroyed, and `gone` when nothing is left of it. */
  watch(listeners: { stopping: (microcloud: string) => void; gone: (microcloud: string) => void }): () => void;
}
