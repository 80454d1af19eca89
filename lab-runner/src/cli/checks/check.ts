/** One finding of the doctor. */
export interface Check {
  /** Stable, kebab-case. */
  readonly id: string;
  /** `warn`: everything that can be done without it works. */
  readonly level: 'ok' | 'warn' | 'fail';
  readonly found: string;
  /** What to do; there whenever the level is not ok. */
  readonly todo?: string;
}
