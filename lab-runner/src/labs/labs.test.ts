import { LabManifest, type LabProgress } from '@terroir/labs/contract/lab.ts';
import { Value } from 'typebox/value';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createMicrocloud } from '../microclouds/create-microcloud.ts';
import { deploy } from '../microclouds/deploy.ts';
import { destroyMicrocloud } from '../microclouds/destroy-microcloud.ts';
import { labSubject } from '../microclouds/lab-subject.ts';
import { openRoom, type TestRoom, until } from '../microclouds/room.fixture.ts';
import { labRecords } from '../store/labs.ts';
import { Labs } from './labs.ts';

const step = (id: string, check: object, needs: string[] = []) => ({
  id,
  title: { en: id },
  pane: 'units',
  needs,
  check,
});
const manifest = Value.Decode(LabManifest, {
  id: 'first',
  version: 1,
  minutes: { least: 1, most: 2 },
  title: { en: 'First' },
  summary: { en: 'First' },
  steps: [
    step('start', { kind: 'microcloud-ready' }),
    step('deploy', { kind: 'deployment-ready' }, ['start']),
    step('ask', { kind: 'answered', atLeast: 2 }, ['deploy']),
    step('rule', { kind: 'policy-decides', request: { maxTokens: 400, personalData: [] }, expect: 'deny' }, ['start']),
    step('prove', { kind: 'proof-verified', outcome: 'deny' }),
    step('guess', {
      kind: 'predicted',
      prediction: { question: { en: 'Which?' }, options: ['better', 'worse'].map((id) => ({ id, text: { en: id } })) },
    }),
    step('resume', { kind: 'training-resumed' }, ['guess']),
  ],
});

let room: TestRoom;
let labs: Labs;
let told: LabProgress[];
let id: string;
let unfollow: () => void;

/** Later at each look, so that nothing happens at one moment. */
let moments = 0;
const clock = { now: () => new Date(Date.UTC(2026, 10, 22) + 1000 * moments++) };

const over = (one: TestRoom): Labs =>
  new Labs({
    manifests: [manifest],
    records: labRecords(one.db),
    subject: labSubject(one),
    clock,
    report: one.report,
  });

beforeEach(async () => {
  room = await openRoom();
  labs = over(room);
  unfollow = labs.follow();
  told = [];
  room.notices.watch((_id, notice) => notice.type === 'lab' && told.push(notice.progress));
  id = (await createMicrocloud(room, {})).microcloud.id;
  await until(() => room.live.get(id)?.link !== undefined);
});
afterEach(async () => {
  unfollow();
  await room.close();
});

const passed = ({ steps }: LabProgress) => steps.filter((one) => one.passed).map((one) => one.step);
const counts = (answered: number, refused = 0) => {
  room.gateways.tallied = { ...room.gateways.tallied, size: answered + refused, answered, refused };
};

it('passes what holds, and says what it found of the rest', async () => {
  counts(1);
  const progress = await labs.progress(id, 'first');
  expect(passed(progress)).toEqual(['start']);
  expect(progress.steps[1]?.found).toEqual({ state: 'none' });
  expect(progress.steps[2]?.found).toEqual({ answered: 1 });
  expect(progress.steps[3]?.found).toEqual({ decision: 'allow' });
});

it('passes a step only after the steps it needs', async () => {
  counts(2);
  expect(passed(await labs.progress(id, 'first'))).toEqual(['start']);
  await deploy(room, id, { model: 'terroir-seedling' });
  await until(() => [...(room.live.get(id)?.deployments.values() ?? [])][0]?.state === 'ready');
  expect(passed(await labs.progress(id, 'first'))).toEqual(['start', 'deploy', 'ask']);
});

it('keeps a pass whatever the micro-cloud does next, also after a restart', async () => {
  room.gateways.outcome = 'deny';
  const first = await labs.progress(id, 'first');
  expect(passed(first)).toEqual(['start', 'rule']);
  room.gateways.outcome = 'allow';
  room.engine.move(`${id}-gateway`, { state: 'failed', reason: 'gone' });
  await until(() => room.live.get(id)?.microcloud.state === 'failed');
  const later = await over(room).progress(id, 'first');
  expect(later.steps.filter((one) => one.passed)).toEqual(first.steps.filter((one) => one.passed));
});

it('tells of a new verdict as soon as something happens, and only then', async () => {
  await labs.progress(id, 'first');
  expect(told).toHaveLength(1);
  room.gateways.tell({ type: 'ledger', size: 7 });
  await until(() => room.live.get(id)?.ledgerSize === 7);
  room.gateways.outcome = 'deny';
  room.gateways.tell({ type: 'policy', sha256: 'e'.repeat(64) });
  await until(() => told.length === 2);
  expect(passed(told[1] as LabProgress)).toEqual(['start', 'rule']);
});

it('says nothing of a lab that was not taken up', async () => {
  room.gateways.tell({ type: 'policy', sha256: 'e'.repeat(64) });
  await labs.progress(id, 'first');
  expect(told).toHaveLength(1);
});

describe('a proof', () => {
  it('that verifies is kept and passes its step', async () => {
    await labs.progress(id, 'first');
    room.gateways.proof = { index: 3, kind: 'decision', outcome: 'deny' };
    expect(await labs.handIn(id, 'c2sp.org/tlog-proof@v1\n')).toEqual({ index: 3, kind: 'decision', outcome: 'deny' });
    expect(passed(told.at(-1) as LabProgress)).toContain('prove');
  });

  it('of something that is no decision verifies, and passes nothing', async () => {
    room.gateways.proof = { index: 0, kind: 'policy' };
    await labs.handIn(id, 'c2sp.org/tlog-proof@v1\n');
    expect(passed(await labs.progress(id, 'first'))).not.toContain('prove');
  });

  it('that does not verify changes nothing', async () => {
    await expect(labs.handIn(id, 'nonsense')).rejects.toMatchObject({ code: 'proof-invalid' });
    expect(passed(await labs.progress(id, 'first'))).not.toContain('prove');
  });
});

describe('starting over', () => {
  it('forgets passes and counts from now on', async () => {
    counts(2);
    room.gateways.proof = { index: 3, kind: 'decision', outcome: 'deny' };
    await labs.handIn(id, 'c2sp.org/tlog-proof@v1\n');
    await deploy(room, id, { model: 'terroir-seedling' });
    await until(() => [...(room.live.get(id)?.deployments.values() ?? [])][0]?.state === 'ready');
    expect(passed(await labs.progress(id, 'first'))).toEqual(['start', 'deploy', 'ask', 'prove']);

    const again = await labs.reset(id, 'first');
    expect(passed(again)).toEqual(['start', 'deploy']);
    expect(again.steps[2]?.found).toEqual({ answered: 0 });
    counts(4);
    expect(passed(await labs.progress(id, 'first'))).toEqual(['start', 'deploy', 'ask']);
  });

  it('keeps everything when the gateway cannot be asked', async () => {
    const before = await labs.progress(id, 'first');
    room.gateways.silent = true;
    await expect(labs.reset(id, 'first')).rejects.toMatchObject({ code: 'gateway-unreachable' });
    expect(passed(await labs.progress(id, 'first'))).toEqual(passed(before));
  });
});

describe('a prediction', () => {
  it('passes its step, with the choice, and stays after a restart', async () => {
    expect((await labs.progress(id, 'first')).steps[5]).toMatchObject({ passed: false, found: {} });
    const progress = await labs.predict(id, 'first', { step: 'guess', choice: 'worse' });
    expect(progress.steps[5]).toMatchObject({ step: 'guess', passed: true, found: { choice: 'worse' } });
    expect((await over(room).progress(id, 'first')).steps).toEqual(progress.steps);
  });

  it('takes the lab up when nobody did before', async () => {
    expect(passed(await labs.predict(id, 'first', { step: 'guess', choice: 'better' }))).toContain('guess');
  });

  it('can no longer be changed, until the lab starts over', async () => {
    await labs.predict(id, 'first', { step: 'guess', choice: 'worse' });
    await labs.predict(id, 'first', { step: 'guess', choice: 'worse' });
    await expect(labs.predict(id, 'first', { step: 'guess', choice: 'better' })).rejects.toMatchObject({
      code: 'prediction-made',
    });
    expect((await labs.reset(id, 'first')).steps[5]).toMatchObject({ passed: false, found: {} });
    const again = await labs.predict(id, 'first', { step: 'guess', choice: 'better' });
    expect(again.steps[5]?.found).toEqual({ choice: 'better' });
  });

  it.each([
    [{ step: 'guess', choice: 'sideways' }, 'choice-unknown'],
    [{ step: 'start', choice: 'better' }, 'step-not-a-prediction'],
    [{ step: 'nowhere', choice: 'better' }, 'step-not-found'],
  ])('that does not fit is refused: %j', async (expected, code) => {
    await expect(labs.predict(id, 'first', expected)).rejects.toMatchObject({ code });
  });
});

it('reads what was trained in the micro-cloud', async () => {
  const { microcloud } = await createMicrocloud(room, {});
  const facts = { model: 'mine', stages: [], samples: [], resumedAt: [4], scores: [] };
  const trainings = async (cloud: string) => (cloud === microcloud.id ? [facts] : []);
  const reading = new Labs({
    ...{ manifests: [manifest], records: labRecords(room.db), clock, report: room.report },
    subject: labSubject(room, trainings),
  });
  for (const cloud of [id, microcloud.id]) await reading.predict(cloud, 'first', { step: 'guess', choice: 'better' });
  expect((await reading.progress(id, 'first')).steps[6]).toMatchObject({ passed: false, found: { resumed: 0 } });
  expect((await reading.progress(microcloud.id, 'first')).steps[6]).toMatchObject({
    passed: true,
    found: { resumed: 1 },
  });
});

it('looks again when something new is known of a training, and not at every point of its curve', async () => {
  await labs.progress(id, 'first');
  const training = {
    ...{ id: 't1', name: 'T', model: 't', state: 'running' as const, createdAt: '2026-11-22T10:00:00.000Z' },
    settings: { name: 'T', languages: ['en'] },
    ...{ sources: [], stages: [], points: [], held: [], samples: [], resumedAt: [], artefacts: [], scores: [] },
  };
  let looks = 0;
  const stop = labSubject(room).watch({ changed: () => (looks += 1), gone: () => {} });
  const tell = (more: object) => room.notices.tell(id, { type: 'training', training: { ...training, ...more } });
  tell({});
  tell({ points: [{ stage: 'train', step: 1, steps: 2, seconds: 1, tokens: 1, loss: 1, tokensPerSecond: 1 }] });
  expect(looks).toBe(1);
  tell({ resumedAt: [1] });
  expect(looks).toBe(2);
  stop();
});

it('names what is not there', async () => {
  await expect(labs.progress('nobody', 'first')).rejects.toThrow(/no micro-cloud/);
  await expect(labs.reset(id, 'second')).rejects.toThrow(/no lab second/);
});

it('is silent after its micro-cloud is gone', async () => {
  await labs.progress(id, 'first');
  const before = told.length;
  await destroyMicrocloud(room, id);
  expect(told).toHaveLength(before);
  expect(room.reports).toEqual([]);
});
