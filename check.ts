/** `npm run check`: everything that can be told without running the product. Every step runs, also after one has failed. */
import { spawnSync } from 'node:child_process';

const bin = (name: string) => `node_modules/.bin/${name}`;

const steps: readonly (readonly [label: string, command: string, args: readonly string[]])[] = [
  ['format and lint', bin('biome'), ['ci', '--error-on-warnings', '.']],
  ['types: runner, labs, courses, tests', bin('tsc'), ['-p', '.']],
  ['types: site', bin('astro'), ['--root', 'site', 'check', '--minimumFailingSeverity', 'warning']],
  [
    'arrows',
    bin('depcruise'),
    ['--config', 'dependency-cruiser.config.mjs', 'lab-runner/src', 'labs', 'courses', 'site/src'],
  ],
  ['dead code', bin('knip'), []],
  ['content', process.execPath, ['courses/check/main.ts']],
  ['links', process.execPath, ['site/scripts/links.ts']],
  ['weight of a lesson', process.execPath, ['site/scripts/budget.ts']],
];

const failed: string[] = [];
for (const [label, command, args] of steps) {
  const begun = performance.now();
  const { status, stdout, stderr } = spawnSync(command, args, {
    encoding: 'utf8',
    env: { ...process.env, ASTRO_TELEMETRY_DISABLED: '1', NO_COLOR: '1' },
    maxBuffer: 64 * 2 ** 20,
  });
  const seconds = ((performance.now() - begun) / 1000).toFixed(1);
  console.log(`${status === 0 ? 'ok    ' : 'FAILED'} ${label} (${seconds} s)`);
  if (status !== 0) {
    failed.push(label);
    console.log(`${stdout}${stderr}`.trimEnd());
  }
}
if (failed.length > 0) {
  console.error(`\nnpm run check: ${failed.length} of ${steps.length} failed: ${failed.join(', ')}`);
  process.exit(1);
}
console.log(`\nnpm run check: all ${steps.length} passed`);
