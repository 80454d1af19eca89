import type { GatewayAddress } from './gateway-admin.ts';
import type { Deployment, Microcloud } from './microcloud.ts';

/** A deployment that is on its way up: how to call it off, and when it has ended. */
export interface Underway {
  readonly ending: AbortController;
  readonly done: Promise<void>;
}

/** The way to a gateway that is healthy now. `ending` is aborted when it no longer is. */
export interface GatewayLink {
  readonly address: GatewayAddress;
  readonly ending: AbortController;
}

/** A micro-cloud while the runner runs: what the store keeps of it, and what only lives as long as the process. */
export class LiveMicrocloud {
  microcloud: Microcloud;
  readonly deployments: Map<string, Deployment>;
  /** Aborted when the micro-cloud is destroyed or the runner ends. */
  readonly ending = new AbortController();
  readonly underway = new Map<string, Underway>();
  link: GatewayLink | undefined;
  /** Ids of the deployments that the gateway sends requests to, with the unit's URL it was given. */
  served: ReadonlyMap<string, string> = new Map();
  /** The last table given to the gateway at `link`, as text; undefined: none yet. */
  lastTable: string | undefined;
  /** Changes of the link, one after the other. */
  following: Promise<void> = Promise.resolve();
  /** Changes of the gateway's table, one after the other. */
  serving: Promise<void> = Promise.resolve();
  ledgerSize: number | undefined;
  policySha256: string | undefined;
  destroying: Promise<void> | undefined;
  readonly #tasks = new Set<Promise<void>>();

  constructor(microcloud: Microcloud, deployments: readonly Deployment[] = []) {
    this.microcloud = microcloud;
    this.deployments = new Map(deployments.map((deployment) => [deployment.id, deployment]));
  }

  get id(): string {
    return this.microcloud.id;
  }

  /** Remembers work in the background, so that {@link idle} can wait for it. The work must not reject. */
  track(task: Promise<void>): void {
    this.#tasks.add(task);
    void task.finally(() => this.#tasks.delete(task));
  }

  /** Resolves when no work is left in the background. */
  async idle(): Promise<void> {
    while (this.#tasks.size > 0) await Promise.all(this.#tasks);
    await this.serving;
  }
}
