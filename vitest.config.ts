import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['{courses,labs,lab-runner,tests,bench}/**/*.test.ts', 'site/{src,scripts}/**/*.test.ts'],
    exclude: ['**/node_modules/**', '**/dist/**'],
    testTimeout: 20_000,
    // Files share their workers: no test changes what another could see, and a process for each file costs a third of the time.
    isolate: false,
    // Vitest would keep one processor for itself, and has little to do with it.
    maxWorkers: '100%',
  },
});
