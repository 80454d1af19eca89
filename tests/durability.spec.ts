import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { ask, microcloudWithSeedling, view } from './microcloud.ts';
import { freePort, processesOf, startRunner, temporaryData } from './runner.ts';
import { terroir } from './terroir.ts';

/** What a power cut or a crash of the runner may not take away. Each test kills a real runner with SIGKILL. */

test('the gateway serves, enforces and records while the runner is away, and is adopted when it is back', async () => {
  const data = await temporaryData();
  const port = await freePort();
  let runner = await startRunner(data.path, port);
  try {
    const cloud = await microcloudWithSeedling(runner.url);
    expect((await ask(cloud, 'What is a model?')).status).toBe(200);
    const before = await view(runner.url, cloud.id);
    const processes = processesOf(data.path);
    expect(processes).toHaveLength(2);
    await runner.kill9();
    const gateway = before.units.find(({ kind }) => kind === 'gateway')?.id ?? '';
    const record = JSON.parse(await readFile(join(data.path, 'units', gateway, 'unit.json'), 'utf8')) as {
      port: number;
    };
    const meanwhile = { ...cloud, baseUrl: `http://127.0.0.1:${record.port}/v1` };
    expect((await ask(meanwhile, 'What is a model?')).status).toBe(200);
    expect((await ask(meanwhile, 'Call me at +33 6 12 34 56 78')).status).toBe(403);

    runner = await startRunner(data.path, port);
    expect(runner.output()).toContain('1 micro-cloud(s), 2 unit(s) that still ran');
    await expect.poll(() => view(runner.url, cloud.id).then(({ state }) => state), { timeout: 30_000 }).toBe('ready');
    const after = await view(runner.url, cloud.id);
    expect(after.units.map(({ id }) => id).sort()).toEqual(before.units.map(({ id }) => id).sort());
    expect(processesOf(data.path)).toEqual(processes);
    expect((await ask(cloud, 'What is a model?')).status).toBe(200);
    expect((await ask(cloud, 'Call me at +33 6 12 34 56 78')).status).toBe(403);
  } finally {
    await runner.interrupt();
    await data.remove();
  }
});

test('no acknowledged entry is lost, whenever the runner is killed', async () => {
  const data = await temporaryData();
  const port = await freePort();
  let runner = await startRunner(data.path, port);
  try {
    const cloud = await microcloudWithSeedling(runner.url);
    const acknowledged: number[] = [];
    for (let round = 0; round < 3; round += 1) {
      const asked = Promise.all(
        Array.from({ length: 12 }, async (_, turn) => {
          // Refusals carry the index of an entry that is durable by then.
          const answer = await ask(cloud, `Reach me at user${turn}@example.org`).catch(() => undefined);
          const index = answer?.headers.get('x-terroir-ledger-index');
          if (index) acknowledged.push(Number(index));
        }),
      );
      // The kill falls in the middle of the answers of the second and third rounds, at a place that differs each time.
      if (round === 0) await asked;
      await runner.kill9();
      await asked;
      runner = await startRunner(data.path, port);
      await expect.poll(() => view(runner.url, cloud.id).then(({ state }) => state), { timeout: 30_000 }).toBe('ready');
    }
    expect(acknowledged.length).toBeGreaterThanOrEqual(12);
    for (const index of acknowledged) {
      const entry = await fetch(`${runner.url}/m/${cloud.id}/ledger/entries/${index}`);
      expect(entry.status).toBe(200);
      expect(await entry.json()).toMatchObject({ kind: 'decision', outcome: 'deny' });
    }
    await runner.interrupt();
    const verified = await terroir(['ledger', 'verify', `${data.path}/microclouds/${cloud.id}/ledger`, '--json']);
    expect(verified.code, verified.stdout + verified.stderr).toBe(0);
    runner = await startRunner(data.path, port);
  } finally {
    await runner.interrupt();
    await data.remove();
  }
});

test('the steps of a lab stay done', async () => {
  const data = await temporaryData();
  const port = await freePort();
  let runner = await startRunner(data.path, port);
  const passed = async (id: string) => {
    const progress = await (await fetch(`${runner.url}/api/microclouds/${id}/labs/deploy`)).json();
    return (progress as { steps: { step: string; passed: boolean }[] }).steps
      .filter((step) => step.passed)
      .map(({ step }) => step);
  };
  try {
    const cloud = await microcloudWithSeedling(runner.url);
    expect((await ask(cloud, 'What is a token?')).status).toBe(200);
    await expect.poll(() => passed(cloud.id)).toEqual(['start', 'deploy', 'ask']);
    await runner.kill9();
    runner = await startRunner(data.path, port);
    expect(await passed(cloud.id)).toEqual(['start', 'deploy', 'ask']);
  } finally {
    await runner.interrupt();
    await data.remove();
  }
});

test('no process is left of a micro-cloud that was deleted, and none after Ctrl-C', async () => {
  const data = await temporaryData();
  const runner = await startRunner(data.path, await freePort());
  try {
    const first = await microcloudWithSeedling(runner.url);
    const firstProcesses = processesOf(data.path);
    expect(firstProcesses).toHaveLength(2);
    await microcloudWithSeedling(runner.url);
    expect((await fetch(`${runner.url}/api/microclouds/${first.id}`, { method: 'DELETE' })).status).toBe(204);
    const left = processesOf(data.path);
    expect(left).toHaveLength(2);
    expect(left.filter((process) => firstProcesses.includes(process))).toEqual([]);
    expect(await runner.interrupt()).toBe(0);
    expect(processesOf(data.path)).toEqual([]);
    expect(runner.complaints()).toBe('');
  } finally {
    await data.remove();
  }
});

test('an answer to a quiz is still there when the runner crashed right after it', async ({ page }) => {
  const data = await temporaryData();
  const port = await freePort();
  let runner = await startRunner(data.path, port);
  try {
    const lesson = `${runner.url}/en/learn/why-sovereign-ai/01-whose-machine-answers/`;
    await page.goto(lesson);
    const question = page.locator('form.question', { has: page.locator('input[type=radio]') }).first();
    await question.locator('input[type=radio]').first().check();
    await question.getByRole('button', { name: 'Check the answer' }).click();
    await expect(question.locator('.feedback:visible').first()).toBeVisible();
    await runner.kill9();
    runner = await startRunner(data.path, port);
    await page.goto(lesson);
    await expect(question.locator('input[type=radio]').first()).toBeChecked();
  } finally {
    await runner.interrupt();
    await data.remove();
  }
});
