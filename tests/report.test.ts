import { expect, it } from 'vitest';
import { readPlaywrightReport, readPytestReport, readVitestReport } from './report.ts';

it('counts a Vitest file that could not be loaded as failed', () => {
  const report = {
    numPassedTests: 2,
    numFailedTests: 1,
    testResults: [
      { status: 'failed', assertionResults: [{ status: 'failed', fullName: 'a' }] },
      { status: 'failed', assertionResults: [] },
      { status: 'passed', assertionResults: [{ status: 'skipped', fullName: 'needs a thing' }] },
    ],
  };
  expect(readVitestReport(JSON.stringify(report))).toMatchObject({
    passed: 2,
    failed: 2,
    notRun: [{ name: 'needs a thing' }],
  });
});

it('counts a flaky browser test and an error outside any test as failed, and gives the reason of a skipped one', () => {
  const test = (status: string, annotations: object[] = []) => ({ title: status, tests: [{ status, annotations }] });
  const report = {
    errors: [{ message: 'no configuration' }],
    suites: [
      {
        title: 'outer',
        specs: [test('expected'), test('flaky')],
        suites: [
          { title: 'inner', specs: [test('skipped', [{ type: 'skip', description: 'no GPU' }]), test('unexpected')] },
        ],
      },
    ],
  };
  expect(readPlaywrightReport(JSON.stringify(report))).toEqual({
    passed: 1,
    failed: 3,
    notRun: [{ name: 'skipped', reason: 'no GPU' }],
  });
});

it('counts what pytest ran, and says why something was not', () => {
  const tests = [
    { name: 'a', outcome: 'passed' },
    { name: 'b', outcome: 'failed' },
    { name: 'c', outcome: 'skipped', reason: 'no pdftotext' },
  ];
  expect(readPytestReport(JSON.stringify({ tests }))).toEqual({
    passed: 1,
    failed: 1,
    notRun: [{ name: 'c', reason: 'no pdftotext' }],
  });
});
