import { violationsOn } from './accessibility.ts';
import { expect, test } from './fixtures.ts';

/** One of each kind of page, below the language. */
const KINDS = [
  '',
  'learn/',
  'learn/why-sovereign-ai/',
  'learn/why-sovereign-ai/01-whose-machine-answers/',
  'glossary/',
  'labs/',
  'labs/deploy/',
  'labs/local-model/',
  'verify/',
  'about/',
] as const;

for (const locale of ['en', 'fr']) {
  for (const kind of KINDS) {
    for (const colorScheme of ['light', 'dark'] as const) {
      test(`/${locale}/${kind} is accessible, ${colorScheme}`, async ({ page }) => {
        await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
        const answer = await page.goto(`/${locale}/${kind}`);
        expect(answer?.status()).toBe(200);
        await expect(page.locator('html')).toHaveAttribute('lang', locale);
        await expect(page.locator('h1')).toHaveCount(1);
        expect(await violationsOn(page)).toEqual([]);
      });
    }
    test(`/${locale}/${kind} fits a phone 320 px wide`, async ({ page }) => {
      await page.setViewportSize({ width: 320, height: 640 });
      await page.goto(`/${locale}/${kind}`);
      const overflow = await page.evaluate(
        () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
      );
      expect(overflow).toBeLessThanOrEqual(0);
    });
  }
}

test('the address without a language leads to the reader’s', async ({ browser, runner }) => {
  for (const [wanted, found] of [
    ['fr-BE', 'fr'],
    ['en-GB', 'en'],
    ['fi-FI', 'en'],
  ] as const) {
    const context = await browser.newContext({ locale: wanted, baseURL: runner.url });
    const page = await context.newPage();
    await page.goto('/');
    await expect(page.locator('html')).toHaveAttribute('lang', found);
    await context.close();
  }
});

test('an address that does not exist answers 404 in the language it was asked in', async ({ page }) => {
  const answer = await page.goto('/fr/nulle-part/');
  expect(answer?.status()).toBe(404);
  await expect(page.locator('html')).toHaveAttribute('lang', 'fr');
});

test('the language picker keeps the page', async ({ page }) => {
  await page.goto('/en/learn/why-sovereign-ai/');
  await page
    .getByRole('link', { name: /Français/ })
    .first()
    .click();
  await expect(page).toHaveURL(/\/fr\/learn\/why-sovereign-ai\/$/);
});

test('the theme chosen is kept', async ({ page }) => {
  await page.emulateMedia({ colorScheme: 'light' });
  await page.goto('/en/');
  const ground = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  const light = await ground();
  await page.getByRole('button', { name: 'Dark theme' }).click();
  await expect.poll(ground).not.toBe(light);
  await page.goto('/en/about/');
  await expect.poll(ground).not.toBe(light);
});

test('a lesson can be read with JavaScript off', async ({ browser, runner }) => {
  const context = await browser.newContext({ javaScriptEnabled: false, baseURL: runner.url });
  const page = await context.newPage();
  await page.goto('/fr/learn/why-sovereign-ai/01-whose-machine-answers/');
  await expect(page.locator('main h1')).toBeVisible();
  // biome-ignore lint/performance/useDomNodeTextContent: what can be read is what is shown, not what is in the document
  expect((await page.locator('main').innerText()).length).toBeGreaterThan(3000);
  await context.close();
});
