import type { Page } from '@playwright/test';
import type { TrainingView } from '@terroir/labs/contract/training.ts';
import { violationsOn } from './accessibility.ts';
import { expect, test } from './fixtures.ts';
import { foundryPython } from './foundry-python.ts';

/** The lab `local-model` from its first step to its last, with real training, in a browser. */
const python = foundryPython();
if (python) process.env.TERROIR_PYTHON = python;

test.describe.configure({ mode: 'serial' });
test.use({ centre: 'trains' });
test.skip(!python, 'no Python with torch');

let page: Page;

test.beforeAll(async ({ browser, runner }) => {
  const context = await browser.newContext({ baseURL: runner.url, acceptDownloads: true });
  page = await context.newPage();
});

test.afterAll(async () => {
  await page.context().close();
});

const stepDone = (id: string, timeout = 15_000) =>
  expect(page.locator(`[data-step="${id}"]`)).toHaveClass(/step--done/, { timeout });
const tab = (name: string) => page.getByRole('tab', { name }).click();
const training = () => page.getByRole('region', { name: 'Wetherlow' });

async function views(): Promise<readonly TrainingView[]> {
  const clouds = (await (await page.request.get('/api/microclouds')).json()) as readonly { readonly id: string }[];
  return (await page.request.get(`/api/microclouds/${clouds[0]?.id}/trainings`)).json();
}

test('a prediction is kept and shown', async () => {
  await page.goto('/en/labs/local-model/');
  await page.getByRole('button', { name: 'Start a micro-cloud' }).click();
  await stepDone('start');
  await page.locator('[data-step="predict"] > summary').click();
  await page.getByLabel('Mine and the seedling, about alike').check();
  await page.getByRole('button', { name: 'This is my prediction' }).click();
  await stepDone('predict');
  await page.reload();
  await expect(page.locator('[data-step="predict"] [data-predicted]')).toContainText('about alike');
});

test('training on the text of the lab, with samples', async () => {
  await tab('Training');
  await page.getByLabel('Name of the model').fill('Wetherlow');
  await expect(page.getByLabel(/The Almanac of Wetherlow/)).toBeChecked();
  await page.getByLabel('Longest reading time, in minutes').fill('1');
  await page.getByRole('button', { name: 'Train', exact: true }).click();
  await stepDone('train', 60_000);
  await expect(training().getByRole('img', { name: /^Loss over steps/ })).toBeVisible({ timeout: 60_000 });
  await stepDone('watch', 60_000);
});

test('stopped, it keeps a checkpoint and goes on from it', async () => {
  await training().getByRole('button', { name: 'Stop' }).click();
  await expect(training().getByRole('button', { name: 'Go on' })).toBeVisible({ timeout: 40_000 });
  const stopped = (await views())[0]?.points.at(-1)?.step ?? 0;
  expect(stopped).toBeGreaterThan(0);
  await training().getByRole('button', { name: 'Go on' }).click();
  await stepDone('resume', 60_000);
  expect((await views())[0]?.resumedAt).toEqual([stopped]);
});

test('it comes out better than the seedling on text that neither has read', async () => {
  test.setTimeout(300_000);
  await stepDone('compare', 240_000);
  await expect(training().getByRole('row', { name: /Wetherlow \(yours\)/ })).toContainText('best');
  await expect(training().getByText(/^Energy: about/)).toBeVisible();
});

test('the pane is accessible with a whole training in it', async () => {
  await training().getByText('The same as a table').click();
  await training().getByText('What was collected').click();
  expect(await violationsOn(page)).toEqual([]);
  await page.setViewportSize({ width: 320, height: 640 });
  const overflow = await page.evaluate(
    () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
  );
  expect(overflow).toBeLessThanOrEqual(0);
  await page.setViewportSize({ width: 1280, height: 800 });
});

test('its card is read, its file downloaded, and it is published once', async () => {
  await training().getByRole('button', { name: 'Read the card' }).click();
  await expect(training().locator('.training-card')).toContainText('# Wetherlow');
  await training().getByText('Files', { exact: true }).click();
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    training()
      .getByRole('link', { name: /wetherlow-q8_0\.gguf/ })
      .click(),
  ]);
  expect(await download.failure()).toBeNull();
  await training().getByRole('button', { name: 'Publish in the catalogue' }).click();
  await stepDone('publish');
});

test('it is deployed and writes', async () => {
  await tab('Deployments');
  await page.getByRole('button', { name: /^Deploy Wetherlow/ }).click();
  await stepDone('deploy', 60_000);
  await tab('Chat');
  await page.getByLabel('Your message').fill('In the month of March');
  await page.getByRole('button', { name: 'Send' }).click();
  await expect(page.locator('.exchange').last()).toContainText('whole answer in', { timeout: 60_000 });
});

test('deleted, the training goes and the model stays', async () => {
  await tab('Training');
  await training().getByRole('button', { name: 'Delete' }).click();
  await training().getByRole('button', { name: 'Yes, delete it' }).click();
  await expect(page.getByLabel('Name of the model')).toBeVisible();
  expect(await views()).toEqual([]);
  const models = (await (await page.request.get('/api/models')).json()) as readonly { readonly id: string }[];
  expect(models.map(({ id }) => id)).toContain('wetherlow');
});
