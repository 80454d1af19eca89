import type { Engine, EngineListener, Unit, UnitSpec } from '../engines/engine.ts';

interface Held {
  readonly release: () => void;
}

/** An engine whose units are only entries in a map, for tests that decide what happens to them. */
export class MemoryEngine implements Engine {
  readonly kind = 'embedded';
  readonly units = new Map<string, Unit>();
  readonly specs: UnitSpec[] = [];
  /** Set: the next start of a unit of that kind is refused with it. */
  refuse: { readonly kind: UnitSpec['kind']; readonly error: Error } | undefined;
  /** True: starting units stay `starting` until {@link letGo}. */
  hold = false;
  closed = false;
  #port = 40_000;
  readonly #held = new Map<string, Held>();
  readonly #listeners = new Set<EngineListener>();

  async report() {
    const gpus = [{ uuid: 'GPU-1', name: 'Test GPU', memoryBytes: 1 }];
    return { kind: 'embedded' as const, ready: true, gpus, inference: 'memory 1' };
  }

  async recover(keep: ReadonlySet<string>) {
    const all = [...this.units.values()];
    const ended = all.filter(({ microcloud }) => !keep.has(microcloud)).map(({ id }) => id);
    for (const id of ended) this.units.delete(id);
    return { adopted: [...this.units.values()], ended };
  }

  async start(spec: UnitSpec, signal?: AbortSignal): Promise<Unit> {
    signal?.throwIfAborted();
    this.specs.push(spec);
    if (this.refuse?.kind === spec.kind) {
      const { error } = this.refuse;
      this.refuse = undefined;
      throw error;
    }
    this.move(spec.id, { state: 'starting' }, spec);
    if (this.hold) {
      const gate = Promise.withResolvers<void>();
      this.#held.set(spec.id, { release: gate.resolve });
      signal?.addEventListener('abort', () => gate.reject(signal.reason), { once: true });
      await gate.promise.catch((error: unknown) => {
        this.units.delete(spec.id);
        throw error;
      });
    }
    return this.move(spec.id, { state: 'healthy', url: this.nextUrl() });
  }

  letGo(id: string): void {
    this.#held.get(id)?.release();
  }

  nextUrl(): string {
    this.#port += 1;
    return `http://127.0.0.1:${this.#port}`;
  }

  /** Changes a unit and tells everybody. */
  move(id: string, change: Partial<Unit>, spec?: UnitSpec): Unit {
    const before = this.units.get(id);
    if (!before && !spec) throw new Error(`no unit ${id}`);
    const base: Unit = before ?? {
      id,
      microcloud: spec?.microcloud ?? '',
      kind: spec?.kind ?? 'gateway',
      state: 'starting',
      program: 'memory',
      since: new Date(0),
      restarts: 0,
      ...(spec?.kind === 'inference' ? { model: spec.model } : {}),
    };
    const unit: Unit = { ...base, ...change };
    this.units.set(id, unit);
    for (const listener of this.#listeners) listener(unit);
    return unit;
  }

  async stop(id: string): Promise<void> {
    if (this.units.has(id)) this.move(id, { state: 'stopped' });
  }

  async forget(id: string): Promise<void> {
    if (!this.units.has(id)) return;
    this.move(id, { state: 'stopped' });
    this.units.delete(id);
  }

  async destroy(microcloud: string): Promise<void> {
    for (const { id } of this.list(microcloud)) await this.forget(id);
  }

  get(id: string): Unit | undefined {
    return this.units.get(id);
  }

  list(microcloud?: string): readonly Unit[] {
    return [...this.units.values()].filter((unit) => microcloud === undefined || unit.microcloud === microcloud);
  }

  async logs(id: string, options?: { lines?: number }): Promise<readonly string[]> {
    return [`${id} says hello`, 'and more'].slice(0, options?.lines);
  }

  watch(listener: EngineListener): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  async close(): Promise<void> {
    this.closed = true;
    for (const id of this.units.keys()) this.move(id, { state: 'stopped' });
  }
}
