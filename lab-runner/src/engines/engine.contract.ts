import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Engine, InferenceSpec, Unit } from './engine.ts';
import type { EngineHarness } from './engine-harness.ts';
import { jobContract } from './job.contract.ts';

/**
 * How a unit's program behaves in this suite. Its name is the `model` of the unit's spec, and the harness sees to it that
 * a real program that does so is what the engine starts.
 *
 * | name | does |
 * |---|---|
 * | `well` | prints `listening`, answers `/health` with 200, ends when asked |
 * | `never-ready` | answers `/health` with 503 for ever |
 * | `ends-at-start` | prints `cannot read the model` and ends with exit code 3 |
 * | `stubborn` | as `well`, and takes no notice of a request to end |
 * | `hangs` | answers `/health` once, then takes no notice of it |
 * | `with-child` | as `well`, and starts a program of its own |
 */
type Behaviour = 'well' | 'never-ready' | 'ends-at-start' | 'stubborn' | 'hangs' | 'with-child';

const patience = { timeout: 15_000, interval: 20 };

/** What every engine has to do. Call it in the adapter's test file. */
export function engineContract(name: string, createHarness: () => Promise<EngineHarness>): void {
  describe(`${name}: the engine contract`, () => {
    let harness: EngineHarness;
    let engine: Engine;
    let count = 0;

    beforeEach(async () => {
      harness = await createHarness();
      engine = harness.engine();
    });
    afterEach(async () => {
      await harness.dispose();
    });

    const spec = (behaviour: Behaviour, microcloud = 'cloud-a'): InferenceSpec => {
      count += 1;
      const id = `unit-${count}`;
      return {
        kind: 'inference',
        id,
        microcloud,
        model: behaviour,
        file: '/dev/null',
        device: 'cpu',
        key: 'sk-contract',
      };
    };
    const stateOf = (id: string) => engine.get(id)?.state;
    const answers = async (unit: Unit | undefined) =>
      unit?.url === undefined ? false : (await fetch(`${unit.url}/health`)).status === 200;

    it('starts a unit, and says so when it is healthy', async () => {
      const seen: string[] = [];
      engine.watch((unit) => seen.push(unit.state));
      const unit = await engine.start(spec('well'));
      expect(unit).toMatchObject({
        state: 'healthy',
        kind: 'inference',
        model: 'well',
        restarts: 0,
        microcloud: 'cloud-a',
      });
      expect(await answers(unit)).toBe(true);
      expect(unit.memoryBytes).toBeGreaterThan(0);
      expect(seen).toEqual(['starting', 'healthy']);
    });

    it('gets and lists units, all or those of one micro-cloud', async () => {
      const [a, b] = await Promise.all([engine.start(spec('well')), engine.start(spec('well', 'cloud-b'))]);
      expect(engine.get(a.id)?.id).toBe(a.id);
      expect(engine.get('nobody')).toBeUndefined();
      expect(engine.list('cloud-b').map((unit) => unit.id)).toEqual([b.id]);
      expect(engine.list()).toHaveLength(2);
    });

    it('refuses to start an id twice, and allows it once the unit has stopped', async () => {
      const once = spec('well');
      await engine.start(once);
      await expect(engine.start(once)).rejects.toMatchObject({ code: 'unit-exists', field: 'id' });
      await engine.stop(once.id);
      expect((await engine.start(once)).state).toBe('healthy');
    });

    it('refuses an id that cannot be one', async () => {
      const bad = { ...spec('well'), id: '../elsewhere' };
      await expect(engine.start(bad)).rejects.toMatchObject({ code: 'unit-id-invalid', field: 'id' });
    });

    it('stops a unit and keeps what it printed', async () => {
      const unit = await engine.start(spec('well'));
      const seen: string[] = [];
      engine.watch(({ state }) => seen.push(state));
      await engine.stop(unit.id);
      expect(seen).toEqual(['stopping', 'stopped']);
      expect(await harness.running()).toEqual([]);
      expect(await engine.logs(unit.id)).toContain('listening');
    });

    it('forces a unit that does not end when asked', async () => {
      const unit = await engine.start(spec('stubborn'));
      await engine.stop(unit.id, { graceMs: 50 });
      expect(await harness.running()).toEqual([]);
    });

    it('ends what a unit itself has started', async () => {
      const unit = await engine.start(spec('with-child'));
      expect((await harness.running()).length).toBeGreaterThan(0);
      await engine.stop(unit.id);
      expect(await harness.running()).toEqual([]);
    });

    it('forgets a unit for good, whether it runs or has stopped, and no other', async () => {
      const stopped = await engine.start(spec('well'));
      await engine.stop(stopped.id);
      expect(engine.list().map((unit) => unit.id)).toEqual([stopped.id]);
      const [running, other] = await Promise.all([engine.start(spec('well')), engine.start(spec('well'))]);
      await Promise.all([engine.forget(stopped.id), engine.forget(running.id)]);
      expect(engine.list().map((unit) => unit.id)).toEqual([other.id]);
      expect(await engine.logs(running.id)).toEqual([]);
      expect(await answers(other)).toBe(true);
      expect(await harness.running()).toHaveLength(1);
    });

    it('does nothing when asked to stop or forget a unit it does not know', async () => {
      await expect(engine.stop('nobody')).resolves.toBeUndefined();
      await expect(engine.forget('nobody')).resolves.toBeUndefined();
    });

    it('gives the last lines of the log, oldest first', async () => {
      const unit = await engine.start(spec('well'));
      const all = await engine.logs(unit.id);
      expect(all.length).toBeGreaterThan(1);
      expect(await engine.logs(unit.id, { lines: 1 })).toEqual(all.slice(-1));
      expect(await engine.logs('nobody')).toEqual([]);
    });

    it('starts a unit again when it crashes, after a delay', async () => {
      const seen: string[] = [];
      const { id } = await engine.start(spec('well'));
      engine.watch((unit) => seen.push(unit.state));
      const before = engine.get(id);
      if (!before) throw new Error('the unit is not there');
      await harness.crash(before);
      await expect.poll(() => engine.get(id)?.restarts, patience).toBe(1);
      await expect.poll(() => stateOf(id), patience).toBe('healthy');
      expect(await answers(engine.get(id))).toBe(true);
      // Whether it is first seen not to answer or to have ended is chance.
      expect(seen.filter((state) => state !== 'unhealthy')).toEqual(['backing-off', 'starting', 'healthy']);
    });

    it('gives a unit up that crashes again and again, and says why', async () => {
      const { id } = await engine.start(spec('well'));
      for (let crashes = 0; crashes < 3; crashes += 1) {
        await expect.poll(() => stateOf(id), patience).toBe('healthy');
        const unit = engine.get(id);
        if (unit) await harness.crash(unit);
        await expect.poll(() => stateOf(id), patience).not.toBe('healthy');
      }
      await expect.poll(() => stateOf(id), patience).toBe('failed');
      expect(engine.get(id)?.reason).toContain('listening');
      expect(await harness.running()).toEqual([]);
    });

    it('fails to start what ends at once, with its last words', async () => {
      const broken = spec('ends-at-start');
      await expect(engine.start(broken)).rejects.toMatchObject({
        code: 'unit-failed',
        detail: expect.stringContaining('cannot read the model'),
      });
      expect(engine.get(broken.id)).toMatchObject({ state: 'failed', reason: expect.stringContaining('exit code 3') });
      expect(await engine.logs(broken.id)).toContain('cannot read the model');
    });

    it('notices a unit that hangs, and starts it again', async () => {
      const seen: string[] = [];
      engine.watch((unit) => seen.push(unit.state));
      const { id } = await engine.start(spec('hangs'));
      await expect.poll(() => engine.get(id)?.restarts, patience).toBeGreaterThan(0);
      expect(seen.slice(0, 4)).toEqual(['starting', 'healthy', 'unhealthy', 'backing-off']);
    });

    it('leaves nothing behind when a start is aborted', async () => {
      const slow = spec('never-ready');
      const abort = new AbortController();
      const started = engine.start(slow, abort.signal);
      await expect.poll(() => harness.running(), patience).not.toEqual([]);
      abort.abort(new Error('no more wanted'));
      await expect(started).rejects.toThrow('no more wanted');
      expect(engine.get(slow.id)).toBeUndefined();
      expect(await harness.running()).toEqual([]);
    });

    it('starts nothing when the signal has aborted before', async () => {
      await expect(engine.start(spec('well'), AbortSignal.abort(new Error('too late')))).rejects.toThrow('too late');
      expect(engine.list()).toEqual([]);
    });

    it('rejects a start when the unit is stopped meanwhile', async () => {
      const slow = spec('never-ready');
      const started = expect(engine.start(slow)).rejects.toMatchObject({ code: 'unit-stopped' });
      await expect.poll(() => harness.running(), patience).not.toEqual([]);
      await engine.stop(slow.id);
      await started;
      expect(stateOf(slow.id)).toBe('stopped');
    });

    it('destroys all of one micro-cloud and nothing of another', async () => {
      const mine = await engine.start(spec('well', 'cloud-a'));
      const other = await engine.start(spec('well', 'cloud-b'));
      await engine.destroy('cloud-a');
      expect(engine.get(mine.id)).toBeUndefined();
      expect(await engine.logs(mine.id)).toEqual([]);
      expect(engine.list().map((unit) => unit.id)).toEqual([other.id]);
      expect(await answers(engine.get(other.id))).toBe(true);
    });

    it('tells a watcher nothing more once it has stopped watching', async () => {
      const seen: string[] = [];
      const stopWatching = engine.watch((unit) => seen.push(unit.state));
      stopWatching();
      await engine.start(spec('well'));
      expect(seen).toEqual([]);
    });

    it('ends everything when it is closed, also what is starting, and starts nothing after', async () => {
      await engine.start(spec('well'));
      const starting = expect(engine.start(spec('never-ready'))).rejects.toMatchObject({ code: 'unit-stopped' });
      await expect.poll(async () => (await harness.running()).length, patience).toBe(2);
      await engine.close();
      await starting;
      expect(await harness.running()).toEqual([]);
      await expect(engine.start(spec('well'))).rejects.toMatchObject({ code: 'engine-closed' });
    });

    it('leaves units running when asked to, and the next engine adopts them', async () => {
      const unit = await engine.start(spec('well'));
      await engine.close({ leave: true });
      expect(await answers(unit)).toBe(true);
      engine = harness.engine();
      const { adopted, ended } = await engine.recover(new Set(['cloud-a']));
      expect(ended).toEqual([]);
      expect(adopted).toEqual([
        expect.objectContaining({ id: unit.id, state: 'healthy', url: unit.url, model: 'well' }),
      ]);
      await engine.close();
      expect(await harness.running()).toEqual([]);
    });

    it('after a runner was killed, adopts what is wanted and ends the rest', async () => {
      const wanted = spec('well', 'kept');
      const unwanted = spec('with-child', 'dropped');
      await harness.killedRunner([wanted, unwanted]);
      const { adopted, ended } = await engine.recover(new Set(['kept']));
      expect(adopted.map((unit) => unit.id)).toEqual([wanted.id]);
      expect(ended).toEqual([unwanted.id]);
      expect(await answers(adopted[0])).toBe(true);
      expect(await engine.logs(wanted.id)).toContain('listening');
      expect(await harness.running()).toHaveLength(1);
    });

    it('looks after an adopted unit as after its own', async () => {
      const wanted = spec('well', 'kept');
      await harness.killedRunner([wanted]);
      const { adopted } = await engine.recover(new Set(['kept']));
      const [unit] = adopted;
      if (!unit) throw new Error('nothing was adopted');
      await harness.crash(unit);
      await expect.poll(() => engine.get(wanted.id)?.restarts, patience).toBe(1);
      await expect.poll(() => stateOf(wanted.id), patience).toBe('healthy');
      await engine.stop(wanted.id);
      expect(await harness.running()).toEqual([]);
    });

    it('recovers nothing where nothing was', async () => {
      expect(await engine.recover(new Set(['kept']))).toEqual({ adopted: [], ended: [] });
    });

    jobContract(() => ({ harness, engine }));

    it('reports what it is', async () => {
      const report = await engine.report();
      expect(report).toMatchObject({ kind: engine.kind, ready: true });
      expect(report.inference).not.toBe('');
    });
  });
}
