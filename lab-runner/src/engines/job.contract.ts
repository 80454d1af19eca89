import { expect, it } from 'vitest';
import type { Engine, FoundrySpec } from './engine.ts';
import type { EngineHarness } from './engine-harness.ts';

/**
 * How a job's program behaves in this suite. Its name is the last part of the `folder` of the unit's spec.
 *
 * | name | does |
 * |---|---|
 * | `works` | prints `working, niceness N`, and goes on until it is asked to end; then prints `kept a checkpoint` and ends with exit code 3 |
 * | `ends` | ends at once, with exit code 0 |
 * | `gives-up` | prints `the text is empty` and ends with exit code 2 |
 * | `stubborn` | as `works`, and takes no notice of a request to end |
 * | `with-child` | as `works`, and starts a program of its own |
 */
type Behaviour = 'works' | 'ends' | 'gives-up' | 'stubborn' | 'with-child';

const patience = { timeout: 15_000, interval: 20 };

/** What every engine does with units that end by themselves. */
export function jobContract(now: () => { readonly harness: EngineHarness; readonly engine: Engine }): void {
  let count = 0;
  const job = (behaviour: Behaviour, microcloud = 'cloud-a'): FoundrySpec => {
    count += 1;
    return { kind: 'foundry', id: `job-${count}`, microcloud, folder: `/nowhere/${behaviour}`, reads: [] };
  };
  const until = (id: string, state: string) => expect.poll(() => now().engine.get(id)?.state, patience).toBe(state);

  it('calls a job healthy once it runs, and lets others have the processor first', async () => {
    const { engine } = now();
    const unit = await engine.start(job('works'));
    expect(unit).toMatchObject({ kind: 'foundry', state: 'healthy', restarts: 0 });
    expect(unit.url).toBeUndefined();
    await expect.poll(() => engine.logs(unit.id), patience).toContain('working, niceness 10');
  });

  it('calls a job stopped that has ended well, and starts its id again', async () => {
    const { engine, harness } = now();
    const once = job('ends');
    const seen: string[] = [];
    engine.watch(({ state }) => seen.push(state));
    await engine.start(once);
    await until(once.id, 'stopped');
    expect(seen).toEqual(['starting', 'healthy', 'stopped']);
    expect(engine.get(once.id)?.reason).toBeUndefined();
    await engine.start(once);
    await until(once.id, 'stopped');
    expect(await harness.running()).toEqual([]);
  });

  it('calls a job failed that gave up, with its last words, and does not start it again', async () => {
    const { engine } = now();
    const { id } = await engine.start(job('gives-up'));
    await until(id, 'failed');
    expect(engine.get(id)).toMatchObject({ restarts: 0, reason: expect.stringContaining('exit code 2') });
    expect(engine.get(id)?.reason).toContain('the text is empty');
  });

  it('calls a job failed that crashed, and leaves nothing of it running', async () => {
    const { engine, harness } = now();
    const unit = await engine.start(job('with-child'));
    await expect.poll(async () => (await harness.running()).length, patience).toBe(2);
    await harness.crash(unit);
    await until(unit.id, 'failed');
    expect(engine.get(unit.id)?.reason).toContain('SIGKILL');
    expect(await harness.running()).toEqual([]);
  });

  it('lets a job keep a checkpoint when it is stopped, or when the engine closes', async () => {
    const { engine, harness } = now();
    const [stopped, closed] = await Promise.all([engine.start(job('works')), engine.start(job('works', 'cloud-b'))]);
    for (const { id } of [stopped, closed]) {
      await expect.poll(() => engine.logs(id), patience).toContain('working, niceness 10');
    }
    await engine.stop(stopped.id);
    expect(engine.get(stopped.id)?.state).toBe('stopped');
    await engine.close();
    expect(await harness.running()).toEqual([]);
    for (const { id } of [stopped, closed]) expect(await engine.logs(id)).toContain('kept a checkpoint');
  });

  it('forces a job that does not end when asked', async () => {
    const { engine, harness } = now();
    const unit = await engine.start(job('stubborn'));
    await engine.stop(unit.id, { graceMs: 50 });
    expect(engine.get(unit.id)?.state).toBe('stopped');
    expect(await harness.running()).toEqual([]);
  });

  it('forgets a job that runs, and one that has ended', async () => {
    const { engine, harness } = now();
    const [runs, ended] = await Promise.all([engine.start(job('works')), engine.start(job('ends'))]);
    await until(ended.id, 'stopped');
    await Promise.all([engine.forget(runs.id), engine.forget(ended.id)]);
    expect([engine.list(), await harness.running()]).toEqual([[], []]);
  });

  it('after a runner was killed, adopts a job that still runs, and ends one that nobody wants', async () => {
    const { engine, harness } = now();
    const wanted = job('works', 'kept');
    const unwanted = job('works', 'dropped');
    await harness.killedRunner([wanted, unwanted]);
    const { adopted, ended } = await engine.recover(new Set(['kept']));
    expect(adopted.map(({ id, state }) => [id, state])).toEqual([[wanted.id, 'healthy']]);
    expect(ended).toEqual([unwanted.id]);
    expect(await harness.running()).toHaveLength(1);
    await engine.stop(wanted.id);
    expect(await engine.logs(wanted.id)).toContain('kept a checkpoint');
    expect(await harness.running()).toEqual([]);
  });

  it('notices the end of an adopted job, and does not start it again', async () => {
    const { engine, harness } = now();
    const wanted = job('works', 'kept');
    await harness.killedRunner([wanted]);
    const { adopted } = await engine.recover(new Set(['kept']));
    for (const unit of adopted) await harness.crash(unit);
    await until(wanted.id, 'stopped');
    expect(engine.get(wanted.id)).toMatchObject({ restarts: 0, reason: expect.stringContaining('not known') });
  });
}
