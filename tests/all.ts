/**
 * `npm test`: unit tests, the foundry's own (Python), then the product end to end in a real browser. When it may, it cuts the network for the second
 * part (a network namespace with loopback only), so that passing means working offline.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { resolve } from 'node:path';
import { foundryPython } from './foundry-python.ts';
import { type Outcome, readPlaywrightReport, readPytestReport, readVitestReport } from './report.ts';

const CACHE = resolve('.cache/tests');
const bin = (name: string) => `node_modules/.bin/${name}`;
const chromium = process.env.CHROMIUM_PATH ?? '/usr/bin/chromium';
// Reports of an earlier run must not stand for this one.
rmSync(CACHE, { recursive: true, force: true });
mkdirSync(CACHE, { recursive: true });

function canCutNetwork(): boolean {
  return spawnSync('unshare', ['-n', 'ip', 'link', 'set', 'lo', 'up'], { stdio: 'ignore' }).status === 0;
}

function run(command: string, args: readonly string[]): number {
  return spawnSync(command, args, { stdio: 'inherit' }).status ?? 1;
}

const outcomes: Outcome[] = [];
let crashed = false;

/** A runner that left no report, or ended badly without naming a failed test, has failed all the same. */
function account(status: number, report: string, read: (json: string) => Outcome): void {
  if (!existsSync(report)) {
    crashed = true;
    return;
  }
  const outcome = read(readFileSync(report, 'utf8'));
  outcomes.push(outcome);
  crashed ||= status !== 0 && outcome.failed === 0;
}

const unitReport = `${CACHE}/unit.json`;
console.log('\nUnit tests\n');
account(
  run(bin('vitest'), ['run', '--reporter=default', '--reporter=json', `--outputFile.json=${unitReport}`]),
  unitReport,
  readVitestReport,
);

const python = foundryPython();
if (python) {
  // Whoever starts a runner in a test finds the same one.
  process.env.TERROIR_PYTHON = python;
  const foundryReport = `${CACHE}/foundry.json`;
  console.log('\nThe foundry: every stage for real, on a toy corpus\n');
  account(
    run(python, ['-m', 'pytest', '-q', 'labs/foundry', '--report', foundryReport]),
    foundryReport,
    readPytestReport,
  );
} else {
  const reason = 'no Python with torch (setup.mjs makes one as root on Debian; or name one in TERROIR_PYTHON)';
  outcomes.push({ passed: 0, failed: 0, notRun: [{ name: 'all foundry tests', reason }] });
}

if (existsSync(chromium)) {
  const browserReport = `${CACHE}/browser.json`;
  const offline = canCutNetwork();
  console.log(
    `\nBrowser tests, ${offline ? 'with the network cut' : 'with the network as it is (cutting it needs root on Linux)'}\n`,
  );
  const playwright = [bin('playwright'), 'test', '--config', 'tests/playwright.config.ts'];
  const status = offline
    ? run('unshare', ['-n', 'sh', '-c', 'ip link set lo up && exec "$@"', 'sh', ...playwright])
    : run(playwright[0] ?? '', playwright.slice(1));
  account(status, browserReport, readPlaywrightReport);
  if (!offline)
    outcomes.push({
      passed: 0,
      failed: 0,
      notRun: [{ name: 'network cut during browser tests', reason: 'needs root on Linux' }],
    });
} else {
  outcomes.push({
    passed: 0,
    failed: 0,
    notRun: [{ name: 'all browser tests', reason: `no Chromium at ${chromium}` }],
  });
}

const sum = (pick: (outcome: Outcome) => number) => outcomes.reduce((total, outcome) => total + pick(outcome), 0);
const failed = sum((outcome) => outcome.failed) + (crashed ? 1 : 0);
const notRun = outcomes.flatMap((outcome) => outcome.notRun);
if (notRun.length > 0) {
  console.log('\nCould not run:');
  for (const { name, reason } of notRun) console.log(`  ${name}: ${reason}`);
}
console.log(
  `\n${sum((outcome) => outcome.passed)} passed, ${failed} failed${notRun.length > 0 ? `, ${notRun.length} skipped` : ''}`,
);
process.exit(failed === 0 ? 0 : 1);
