import type { Training } from './training.ts';

/** What the runner must remember of trainings. A resolved write is on disk. Every adapter passes `records.contract.ts`. */
export interface TrainingRecords {
  /** Of every micro-cloud, oldest first. */
  all(): Promise<Training[]>;
  /** Adds, or replaces the one with the same id. */
  save(training: Training): Promise<void>;
  /** Unknown id: resolves. */
  remove(id: string): Promise<void>;
}
