import { expect, it } from 'vitest';
import type { LabRecords } from './records.ts';

const at = (second: number) => new Date(Date.UTC(2026, 10, 22, 10, 0, second));
const before = { answered: 0, refused: 0, refusedBy: {} };

/** What every adapter of {@link LabRecords} does. `open` gives empty ones in which the micro-clouds m1 and m2 exist. */
export function labRecordsContract(
  open: () => Promise<{ labs: LabRecords; forget: (microcloud: string) => Promise<void> }>,
) {
  it('remembers the runs of a micro-cloud', async () => {
    const { labs } = await open();
    const run = {
      microcloud: 'm1',
      lab: 'deploy',
      since: at(1),
      before: { answered: 2, refused: 1, refusedBy: { p: 1 } },
    };
    await labs.begin(run);
    await labs.begin({ ...run, microcloud: 'm2' });
    expect(await labs.runs('m1')).toEqual([run]);
  });

  it('keeps the first pass of a step', async () => {
    const { labs } = await open();
    await labs.begin({ microcloud: 'm1', lab: 'deploy', since: at(0), before });
    await labs.pass('m1', 'deploy', [{ step: 'start', passedAt: at(1), found: { state: 'ready' } }]);
    await labs.pass('m1', 'deploy', [
      { step: 'start', passedAt: at(5), found: { state: 'starting' } },
      { step: 'ask', passedAt: at(5), found: { answered: 1 } },
    ]);
    await labs.pass('m1', 'deploy', []);
    expect(await labs.passes('m1', 'deploy')).toEqual([
      { step: 'start', passedAt: at(1), found: { state: 'ready' } },
      { step: 'ask', passedAt: at(5), found: { answered: 1 } },
    ]);
  });

  it('forgets the passes when the run begins again', async () => {
    const { labs } = await open();
    await labs.begin({ microcloud: 'm1', lab: 'deploy', since: at(0), before });
    await labs.pass('m1', 'deploy', [{ step: 'start', passedAt: at(1), found: {} }]);
    await labs.begin({ microcloud: 'm1', lab: 'deploy', since: at(2), before });
    expect(await labs.passes('m1', 'deploy')).toEqual([]);
    expect((await labs.runs('m1')).map((run) => run.since)).toEqual([at(2)]);
  });

  it('gives the proofs handed in since a moment; handed in again, one is new again', async () => {
    const { labs } = await open();
    await labs.keepProof('m1', { index: 3, outcome: 'deny', at: at(1) });
    await labs.keepProof('m1', { index: 1, outcome: 'allow', at: at(5) });
    expect((await labs.proofs('m1', at(0))).map((proof) => proof.index)).toEqual([1, 3]);
    expect((await labs.proofs('m1', at(2))).map((proof) => proof.index)).toEqual([1]);
    await labs.keepProof('m1', { index: 3, outcome: 'deny', at: at(6) });
    expect(await labs.proofs('m1', at(2))).toEqual([
      { index: 1, outcome: 'allow', at: at(5) },
      { index: 3, outcome: 'deny', at: at(6) },
    ]);
    expect(await labs.proofs('m2', at(0))).toEqual([]);
  });

  it('keeps the last prediction of a step, until the run begins again', async () => {
    const { labs } = await open();
    const run = { microcloud: 'm1', lab: 'local-model', since: at(0), before };
    await labs.begin(run);
    await labs.predict('m1', 'local-model', { step: 'guess', choice: 'worse', at: at(1) });
    await labs.predict('m1', 'local-model', { step: 'guess', choice: 'better', at: at(2) });
    expect(await labs.predictions('m1', 'local-model')).toEqual([{ step: 'guess', choice: 'better', at: at(2) }]);
    expect(await labs.predictions('m2', 'local-model')).toEqual([]);
    await labs.begin(run);
    expect(await labs.predictions('m1', 'local-model')).toEqual([]);
  });

  it('refuses a prediction in a lab that was not begun', async () => {
    const { labs } = await open();
    await expect(labs.predict('m1', 'deploy', { step: 'guess', choice: 'x', at: at(1) })).rejects.toThrow();
  });

  it('forgets everything of a micro-cloud with it', async () => {
    const { labs, forget } = await open();
    await labs.begin({ microcloud: 'm1', lab: 'deploy', since: at(0), before });
    await labs.pass('m1', 'deploy', [{ step: 'start', passedAt: at(1), found: {} }]);
    await labs.keepProof('m1', { index: 3, outcome: 'deny', at: at(1) });
    await forget('m1');
    expect(await labs.runs('m1')).toEqual([]);
    expect(await labs.passes('m1', 'deploy')).toEqual([]);
    expect(await labs.proofs('m1', at(0))).toEqual([]);
  });

  it('refuses passes of a lab that was not begun', async () => {
    const { labs } = await open();
    await expect(labs.pass('m1', 'deploy', [{ step: 'start', passedAt: at(1), found: {} }])).rejects.toThrow();
  });
}
