import { expect, test } from './fixtures.ts';

const LESSON = '/en/learn/why-sovereign-ai/01-whose-machine-answers/';

test('an answer to a quiz is kept at once, in the browser, and is there after a reload', async ({ page }) => {
  await page.goto(LESSON);
  const question = page.locator('form.question', { has: page.locator('input[type=radio]') }).first();
  await question.locator('input[type=radio]').first().check();
  await question.getByRole('button', { name: 'Check the answer' }).click();
  const feedback = question.locator('.feedback:visible').first();
  await expect(feedback).not.toBeEmpty();
  const words = await feedback.textContent();
  // Nothing of it is with the runner: what the browser keeps is all there is.
  const kept = await page.evaluate(() => JSON.stringify({ ...localStorage }));
  expect(kept).toContain('whose-machine-answers');

  await page.reload();
  await expect(question.locator('input[type=radio]').first()).toBeChecked();
  await expect(question.locator('.feedback:visible').first()).toHaveText(words ?? '');
});

test('progress goes from one browser to another as a file', async ({ page, browser, runner }) => {
  await page.goto(LESSON);
  const question = page.locator('form.question', { has: page.locator('input[type=radio]') }).first();
  await question.locator('input[type=radio]').first().check();
  await question.getByRole('button', { name: 'Check the answer' }).click();
  await page.goto('/en/learn/');
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: /^Save/ }).click(),
  ]);
  const file = test.info().outputPath('progress.json');
  await download.saveAs(file);

  const other = await browser.newContext({ baseURL: runner.url });
  const elsewhere = await other.newPage();
  await elsewhere.goto('/en/learn/');
  await elsewhere.locator('input[type=file]').setInputFiles(file);
  await expect(elsewhere.locator('[data-said="added"]')).toBeVisible();
  await elsewhere.goto(LESSON);
  await expect(
    elsewhere
      .locator('form.question', { has: elsewhere.locator('input[type=radio]') })
      .first()
      .locator('input[type=radio]')
      .first(),
  ).toBeChecked();
  await other.close();
});
