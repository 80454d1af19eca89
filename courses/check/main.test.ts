import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { SampleContent } from './sample-content.ts';

// A Node process a test, or two: on a busy machine that takes seconds.
vi.setConfig({ testTimeout: 60_000 });

let sample: SampleContent;
beforeEach(() => {
  sample = new SampleContent();
});
afterEach(() => sample.destroy());

const run = (...args: string[]) =>
  spawnSync(process.execPath, [join(import.meta.dirname, 'main.ts'), ...args], { encoding: 'utf8' });

it('exits 0 and says how much it has read', () => {
  const { status, stdout } = run(sample.root);
  expect(status).toBe(0);
  expect(stdout).toContain('in order: 1 course, 1 lesson, 1 glossary term, 1 lab');
});

it('exits 1 and names file and line', () => {
  sample.edit('courses/bread/course.yaml', 'order: 1', 'order: first');
  const { status, stderr } = run(sample.root);
  expect(status).toBe(1);
  expect(stderr).toContain('courses/bread/course.yaml:2  order: must be ');
});

it('brings stale translations up to date with --stamp', () => {
  sample.edit('courses/bread/01-flour/en.mdx', 'Ground grain.', 'Grain, ground.');
  expect(run(sample.root).status).toBe(1);
  const { status, stdout } = run('--stamp', sample.root);
  expect(status).toBe(0);
  expect(stdout).toContain('stamped courses/bread/01-flour/fr.mdx');
});

it('exits 2 with its usage when it does not understand', () => {
  const { status, stderr } = run('--fix');
  expect(status).toBe(2);
  expect(stderr).toContain('npm run content -- [--stamp]');
});
