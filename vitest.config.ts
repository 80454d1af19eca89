import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['{courses,labs,lab-runner,tests,bench}/**/*.test.ts', 'site/{src,scripts}/**/*.test.ts'],
    exclude: ['**/node_modules/**', '**/dist/**'],
    testTimeout: 20_000,
  },
});
