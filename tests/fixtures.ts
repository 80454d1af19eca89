import { test as base } from '@playwright/test';
import { freePort, type Runner, startRunner, temporaryData } from './runner.ts';

interface Fixtures {
  /** Specs of the same name share a runner; one that needs a machine where nothing was done yet takes a name of its own. */
  readonly centre: string;
  /** A runner of this worker, with data of its own, ended after the last test. */
  readonly runner: Runner;
  /** Every request of the page's context that left the runner's origin. A test that uses it must find it empty. */
  readonly strays: readonly string[];
}

export const test = base.extend<Pick<Fixtures, 'strays'>, Pick<Fixtures, 'runner' | 'centre'>>({
  centre: ['shared', { scope: 'worker', option: true }],
  runner: [
    async ({ centre: _ }, use) => {
      const data = await temporaryData();
      const runner = await startRunner(data.path, await freePort());
      await use(runner);
      await runner.interrupt();
      await data.remove();
    },
    { scope: 'worker', timeout: 90_000 },
  ],
  baseURL: ({ runner }, use) => use(runner.url),
  strays: [
    async ({ context, runner }, use) => {
      const strays: string[] = [];
      context.on('request', (request) => {
        const url = new URL(request.url());
        if (url.protocol.startsWith('http') && url.origin !== runner.url) strays.push(request.url());
      });
      await use(strays);
      if (strays.length > 0) throw new Error(`requests left the machine's own origin:\n${strays.join('\n')}`);
    },
    { auto: true },
  ],
});

export { expect } from '@playwright/test';
