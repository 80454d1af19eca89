import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import type { Page } from '@playwright/test';
import { violationsOn } from './accessibility.ts';
import { expect, test } from './fixtures.ts';
import { terroir } from './terroir.ts';

/** The newcomer's path, with the model that ships, in one browser: from the home page to a proof verified without us. */
test.describe.configure({ mode: 'serial' });
test.use({ centre: 'newcomer' });

let page: Page;

test.beforeAll(async ({ browser, runner }) => {
  // A context of our own: axe opens a second page in it.
  const context = await browser.newContext({ baseURL: runner.url, acceptDownloads: true });
  page = await context.newPage();
});

test.afterAll(async () => {
  await page.context().close();
});

const tab = (name: string) => page.getByRole('tab', { name }).click();
const stepDone = (id: string) => expect(page.locator(`[data-step="${id}"]`)).toHaveClass(/step--done/);

async function say(text: string): Promise<void> {
  await tab('Chat');
  await page.getByLabel('Your message').fill(text);
  await page.getByRole('button', { name: 'Send' }).click();
  await expect(page.getByRole('button', { name: 'Send' })).toBeVisible({ timeout: 60_000 });
}

const lastExchange = () => page.locator('.exchange').last();

test('from the home page to a lesson', async () => {
  await page.goto('/en/');
  await page.getByRole('navigation').getByRole('link', { name: 'Learn' }).first().click();
  await page
    .getByRole('link', { name: /Why sovereign AI/ })
    .first()
    .click();
  await page.locator('main a[href*="/01-"]').first().click();
  await expect(page.locator('h1')).toBeVisible();
});

test('starting a micro-cloud', async () => {
  await page.goto('/en/labs/deploy/');
  await page.getByRole('button', { name: 'Start a micro-cloud' }).click();
  await stepDone('start');
  await expect(page.getByRole('row', { name: /Gateway/ })).toContainText('healthy');
});

test('deploying the model that ships', async () => {
  await tab('Deployments');
  await page.getByRole('button', { name: /^Deploy .*seedling/i }).click();
  await stepDone('deploy');
});

test('an answer, streamed', async () => {
  await say('What is sovereign AI?');
  await expect(lastExchange().locator('.exchange__text')).not.toBeEmpty();
  await expect(lastExchange()).toContainText('whole answer in');
  await stepDone('ask');
});

test('a refusal, with its reason and its entry', async () => {
  await say('Write to jeanne.dupont@example.org for me.');
  await expect(lastExchange()).toContainText('Refused by the rule no-personal-data');
  await stepDone('refused');
});

test('the refusal verified in the browser, and its proof on the command line with files alone', async () => {
  await lastExchange()
    .getByRole('button', { name: /See entry/ })
    .click();
  await page.getByRole('button', { name: 'Verify here' }).click();
  await expect(page.getByText('Verified in this browser')).toBeVisible();
  await stepDone('verify');

  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('link', { name: 'Download the proof' }).click(),
  ]);
  const file = await download.path();
  const id = await page.evaluate(() => localStorage.getItem('terroir.microcloud'));
  const key = await page.evaluate(async (cloud) => (await fetch(`/m/${cloud}/ledger/key`)).text(), id);
  const verified = await terroir(['ledger', 'verify', file, '--key', key.trim(), '--json']);
  expect(verified.code, verified.stderr).toBe(0);

  const tampered = test.info().outputPath('tampered.tlog-proof');
  const text = await readFile(file, 'utf8');
  await writeFile(
    tampered,
    text.replace(/^index (\d+)$/m, (_, index: string) => `index ${Number(index) + 1}`),
  );
  expect((await terroir(['ledger', 'verify', tampered, '--key', key.trim()])).code).toBe(1);
});

test('the token ceiling refuses, and its rule can be changed', async () => {
  await tab('Chat');
  await page.getByLabel('Longest answer, in tokens').fill('2000');
  await say('Tell me about models.');
  await expect(lastExchange()).toContainText('Refused by the rule token-ceiling');
  await stepDone('ceiling');
  await page.getByLabel('Longest answer, in tokens').fill('128');

  await tab('Policy');
  const editor = page.getByLabel('Policy, in Cedar');
  const text = await editor.inputValue();
  await editor.fill(text.replace('maxTokens > 1024', 'maxTokens > "many"'));
  await page.getByRole('button', { name: 'Put in force' }).click();
  await expect(page.getByText(/^Line \d+, column \d+$/)).toBeVisible();

  await editor.fill(text.replaceAll('1024', '256'));
  await page.getByRole('button', { name: 'Put in force' }).click();
  await expect(page.getByText('In force since')).toBeVisible();
  await stepDone('change-the-rule');
});

for (const scheme of ['light', 'dark'] as const) {
  test(`every pane is accessible with something in it, ${scheme}`, async () => {
    await page.emulateMedia({ colorScheme: scheme, reducedMotion: 'reduce' });
    for (const pane of ['Units', 'Deployments', 'Chat', 'Policy', 'Ledger']) {
      await tab(pane);
      expect(await violationsOn(page), pane).toEqual([]);
    }
  });
}

test('every pane and every step fits a phone 320 px wide', async () => {
  await page.setViewportSize({ width: 320, height: 640 });
  const overflow = () =>
    page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  for (const pane of ['Units', 'Deployments', 'Chat', 'Policy', 'Ledger']) {
    await tab(pane);
    await expect.poll(overflow, { message: pane }).toBe(0);
  }
  await page.locator('.workbench details').evaluateAll((all) => {
    for (const one of all) (one as HTMLDetailsElement).open = true;
  });
  expect(await overflow()).toBe(0);
  await page.setViewportSize({ width: 1280, height: 720 });
});

test('all of it is still there after a reload', async () => {
  await page.reload();
  await expect(page.getByText('All steps done')).toBeVisible();
  await tab('Chat');
  await expect(page.locator('.exchange').first()).toContainText('What is sovereign AI?');
});

test('stopping an answer keeps what was written', async () => {
  await tab('Chat');
  await page.getByLabel('Your message').fill('What is a policy?');
  await page.getByRole('button', { name: 'Send' }).click();
  const stop = page.getByRole('button', { name: 'Stop', exact: true });
  // The model may be quicker than the hand: then there is nothing to stop, and the whole answer is there.
  await stop.click({ timeout: 2000 }).catch(() => {});
  await expect(lastExchange()).toContainText(/Stopped by you|whole answer in/);
});

test('deleting the micro-cloud ends its units', async () => {
  await page.locator('summary', { hasText: 'Connect a program' }).click();
  await page.getByRole('button', { name: 'Delete this micro-cloud' }).click();
  const id = await page.evaluate(() => localStorage.getItem('terroir.microcloud'));
  await page.getByRole('button', { name: 'Yes, delete it' }).click();
  await expect(page.getByText('You have no micro-cloud yet.')).toBeVisible();
  const { stdout } = await promisify(execFile)('ps', ['-eo', 'args']);
  expect(stdout.split('\n').filter((line) => id !== null && line.includes(id))).toEqual([]);
});
