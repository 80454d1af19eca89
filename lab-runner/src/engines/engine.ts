import type { UnitKind, UnitState } from '@terroir/labs/contract/microcloud.ts';

export type EngineKind = 'embedded' | 'docker' | 'swarm';

/** What an engine found on its machine. `inference` is what will run models, e.g. "llama-server 0.7.0". */
export interface EngineReport {
  readonly kind: EngineKind;
  readonly ready: boolean;
  readonly gpus: readonly { readonly uuid: string; readonly name: string; readonly memoryBytes: number }[];
  readonly inference: string;
  /** Why it is not ready, and what to do. */
  readonly reason?: string;
}

/** What to run. Nothing here names a process or a container: each engine decides how. */
export type UnitSpec = GatewaySpec | InferenceSpec | FoundrySpec;

interface UnitBase {
  /** Chosen by the caller and stable: starting the same id twice is an error, unless the unit has stopped. */
  readonly id: string;
  readonly microcloud: string;
}

export interface GatewaySpec extends UnitBase {
  readonly kind: 'gateway';
  /** Folder of the micro-cloud: policy, ledger, keys and gateway.json live there. */
  readonly folder: string;
}

export interface InferenceSpec extends UnitBase {
  readonly kind: 'inference';
  /** Model id as clients name it. */
  readonly model: string;
  /** Verified GGUF file, mounted read-only. */
  readonly file: string;
  readonly device: string;
  /** Bearer key that the unit demands of its callers. */
  readonly key: string;
  readonly contextTokens?: number;
}

/**
 * A training run: unlike the others it serves nothing and ends by itself. It is healthy once it runs, never restarted, `stopped` when
 * it ended well or was asked to stop, and `failed` otherwise. Stopping it lets it keep a checkpoint (give it `graceMs` for that);
 * starting the same id again goes on.
 */
export interface FoundrySpec extends UnitBase {
  readonly kind: 'foundry';
  /** Folder of the run: recipe.yaml and source/ are read; work/, artefacts/ and events.jsonl are written. */
  readonly folder: string;
  /** Files and folders outside `folder` that the recipe names, mounted read-only. */
  readonly reads: readonly string[];
}

/** A unit as the engine knows it now. */
export interface Unit {
  readonly id: string;
  readonly microcloud: string;
  readonly kind: UnitKind;
  readonly state: UnitState;
  readonly program: string;
  readonly model?: string;
  /** Where it listens, e.g. http://127.0.0.1:40123; present once it was healthy the first time. May change after a restart. */
  readonly url?: string;
  readonly since: Date;
  readonly restarts: number;
  readonly memoryBytes?: number;
  readonly reason?: string;
}

export type EngineListener = (unit: Unit) => void;

/**
 * Where units run. Every adapter passes the one contract suite in `engine.contract.ts`.
 * All methods may throw `EngineError` with a stable code.
 */
export interface Engine {
  readonly kind: EngineKind;
  report(signal?: AbortSignal): Promise<EngineReport>;

  /**
   * Finds what earlier runs left behind. Units of a micro-cloud in `keep` are adopted (supervised as if started now);
   * all others are ended. Call once, before anything else is started.
   */
  recover(
    keep: ReadonlySet<string>,
    signal?: AbortSignal,
  ): Promise<{ adopted: readonly Unit[]; ended: readonly string[] }>;

  /** Starts a unit and resolves when it is healthy. Aborting ends it and leaves nothing behind. */
  start(spec: UnitSpec, signal?: AbortSignal): Promise<Unit>;

  /**
   * Ends a unit: asks first, forces after `graceMs` (default 5000, of a foundry 30 000). It stays on the list, with its log.
   * Unknown id: resolves.
   */
  stop(id: string, options?: { graceMs?: number }): Promise<void>;

  /** Ends a unit and forgets all the engine holds for it, its log as well. Unknown id: resolves. */
  forget(id: string): Promise<void>;

  /** Ends every unit of a micro-cloud and forgets all the engine holds for it. */
  destroy(microcloud: string): Promise<void>;

  get(id: string): Unit | undefined;
  list(microcloud?: string): readonly Unit[];

  /** The last lines of what the unit printed, oldest first. */
  logs(id: string, options?: { lines?: number }): Promise<readonly string[]>;

  /** Every state change, until the returned function is called. */
  watch(listener: EngineListener): () => void;

  /** Ends every unit this engine runs. Called on Ctrl-C; `leave: true` keeps units running for the next start to adopt. */
  close(options?: { leave?: boolean }): Promise<void>;
}
