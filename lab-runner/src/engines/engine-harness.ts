import type { Engine, Unit, UnitSpec } from './engine.ts';

/** What an adapter's test provides. One harness serves one test. */
export interface EngineHarness {
  /** A new engine over the state that all engines of this harness share. Its delays are short; it gives up after 3 failures. */
  engine(): Engine;
  /** Ends a unit's program as a fault of its own would. */
  crash(unit: Unit): Promise<void>;
  /** Everything that engines of this harness started, and what that started, as far as it still runs. */
  running(): Promise<readonly string[]>;
  /** Another runner: starts the units, waits until they are healthy, and is then killed without notice. */
  killedRunner(specs: readonly UnitSpec[]): Promise<void>;
  /** Ends whatever still runs and removes all state. Called after every test, also a failed one. */
  dispose(): Promise<void>;
}
