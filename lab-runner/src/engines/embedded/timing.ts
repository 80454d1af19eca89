/** How patient the engine is. Milliseconds, unless a name says otherwise; tests make all of it short. */
export interface Timing {
  /** Delay before the first restart; it doubles with every further failure, up to `backoffMostMs`. */
  readonly backoffFirstMs: number;
  readonly backoffMostMs: number;
  /** A unit that stayed healthy this long has its earlier failures forgotten. */
  readonly settledMs: number;
  /** Failures in a row after which a unit is given up. */
  readonly failuresMost: number;
  /** The same for one that has never been healthy: most often its model cannot be loaded here. */
  readonly startsMost: number;
  /** Between two looks at a unit that is starting, and at one that runs. */
  readonly startLookMs: number;
  readonly lookMs: number;
  /** How long one look may take. */
  readonly healthAnswerMs: number;
  /** Looks without an answer before a unit counts as unhealthy, and before it is ended and started again. */
  readonly unhealthyAfter: number;
  readonly hungAfter: number;
  /** How long a unit may take to become healthy. A large model on a slow disk needs minutes. */
  readonly gatewayStartMs: number;
  readonly inferenceStartMs: number;
  /** Given to a unit to end by itself before it is forced. */
  readonly graceMs: number;
  /** The same for a job that keeps a checkpoint before it ends. */
  readonly jobGraceMs: number;
}

export const DEFAULT_TIMING: Timing = {
  backoffFirstMs: 500,
  backoffMostMs: 30_000,
  settledMs: 60_000,
  failuresMost: 5,
  startsMost: 2,
  startLookMs: 50,
  lookMs: 2_000,
  healthAnswerMs: 2_000,
  unhealthyAfter: 3,
  hungAfter: 15,
  gatewayStartMs: 30_000,
  inferenceStartMs: 600_000,
  graceMs: 5_000,
  jobGraceMs: 30_000,
};
