import { chmod, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import type { MicrocloudView } from '@terroir/labs/contract/microcloud.ts';
import type { TrainingView } from '@terroir/labs/contract/training.ts';
import { freePort, processesOf, type Runner, startRunner, temporaryData } from './runner.ts';

/** What no crash may take away of a training. Runners and processes are real; a small program stands in for the pipeline. */

const patience = { timeout: 60_000, intervals: [100] };
const PIPELINE = join(import.meta.dirname, '../lab-runner/src/foundry/pipeline.fixture.mjs');

/** A runner over a data folder that stays, and can be started again. */
async function centre() {
  const data = await temporaryData();
  const port = await freePort();
  const python = join(data.path, 'python3');
  await writeFile(python, `#!/bin/sh\nexec "${process.execPath}" "${PIPELINE}" "$@"\n`);
  await chmod(python, 0o755);
  let runner: Runner;
  const start = async () => {
    runner = await startRunner(data.path, port, { TERROIR_PYTHON: python });
  };
  await start();
  const close = async () => {
    await runner.interrupt();
    await data.remove();
  };
  const call = async (method: string, path: string, body?: object) => {
    const answer = await fetch(`${runner.url}${path}`, {
      method,
      ...(body && { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
    });
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
    return answer.status === 204 ? undefined : answer.json();
  };
  const { id: cloud } = (await call('POST', '/api/microclouds', {})) as MicrocloudView;
  const begin = async (minutes: number) => {
    const settings = { name: 'Live', languages: ['en'], minutes, rivals: [] };
    const { id } = (await call('POST', `/api/microclouds/${cloud}/trainings`, settings)) as TrainingView;
    const path = `/api/microclouds/${cloud}/trainings/${id}`;
    await fetch(`${runner.url}${path}/sources/a.txt`, { method: 'PUT', body: 'Once upon a time.' });
    await call('POST', `${path}/start`);
    const view = async () => (await call('GET', path)) as TrainingView;
    return {
      id,
      view,
      go: (what: 'start' | 'stop') => call('POST', `${path}/${what}`),
      stateIs: (state: string) => expect.poll(async () => (await view()).state, patience).toBe(state),
      reaches: (step: number) =>
        expect.poll(async () => (await view()).points.at(-1)?.step ?? 0, patience).toBeGreaterThanOrEqual(step),
      pid: () =>
        Number(
          processesOf(data.path)
            .find((line) => line.includes(id))
            ?.split(' ')[0],
        ),
    };
  };
  return { start, begin, kill: () => runner.kill9(), interrupt: () => runner.interrupt(), close, data: data.path };
}

const stepsOf = ({ points }: TrainingView) => points.map(({ step }) => step);
const upTo = (last: number) => Array.from({ length: last }, (_, index) => index + 1);

test('a killed runner: the run goes on, the next runner adopts it, and no event is lost', async () => {
  const { begin, kill, start, close } = await centre();
  try {
    const training = await begin(0.1);
    await training.reaches(3);
    const pid = training.pid();
    expect(pid).toBeGreaterThan(0);
    await kill();
    await start();
    expect((await training.view()).state).toBe('running');
    expect(training.pid()).toBe(pid);
    await training.stateIs('done');
    expect(stepsOf(await training.view())).toEqual(upTo(120));
  } finally {
    await close();
  }
});

test('a killed pipeline: failed, and started again it goes on from its checkpoint', async () => {
  const { begin, close } = await centre();
  try {
    const training = await begin(30);
    await training.reaches(12);
    process.kill(training.pid(), 'SIGKILL');
    await training.stateIs('failed');
    const failed = await training.view();
    expect(failed.problem).toMatchObject({ code: 'foundry-crashed', detail: expect.stringContaining('SIGKILL') });
    await training.go('start');
    await training.reaches(30);
    await training.go('stop');
    await training.stateIs('stopped');
    const { resumedAt, points, problem } = await training.view();
    expect(resumedAt).toHaveLength(1);
    expect(resumedAt[0]).toBeGreaterThanOrEqual(10);
    expect(points.map(({ step }) => step)).toEqual(upTo(points.length));
    expect(problem).toBeUndefined();
  } finally {
    await close();
  }
});

test('Ctrl-C: the run keeps a checkpoint, and goes on with the next runner when it is started', async () => {
  const { begin, interrupt, start, close, data } = await centre();
  try {
    const training = await begin(30);
    await training.reaches(7);
    expect(await interrupt()).toBe(0);
    expect(processesOf(data)).toEqual([]);
    await start();
    const stopped = await training.view();
    expect([stopped.state, stopped.problem]).toEqual(['stopped', undefined]);
    await training.go('start');
    await training.reaches(stopped.points.length + 3);
    const resumed = await training.view();
    expect(resumed.resumedAt).toEqual([stopped.points.length]);
    expect(stepsOf(resumed)).toEqual(upTo(resumed.points.length));
  } finally {
    await close();
  }
});
