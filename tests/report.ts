/** What one test runner reported, in one shape. */
export interface Outcome {
  readonly passed: number;
  readonly failed: number;
  readonly notRun: readonly { readonly name: string; readonly reason: string }[];
}

interface VitestReport {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly testResults: readonly {
    readonly status: string;
    readonly assertionResults: readonly {
      readonly status: string;
      readonly fullName: string;
      readonly meta?: { readonly reason?: string };
    }[];
  }[];
}

/** @param json the JSON reporter's file. A file that failed to load counts as one failure. */
export function readVitestReport(json: string): Outcome {
  const report = JSON.parse(json) as VitestReport;
  const broken = report.testResults.filter((file) => file.status === 'failed' && file.assertionResults.length === 0);
  return {
    passed: report.numPassedTests,
    failed: report.numFailedTests + broken.length,
    notRun: report.testResults
      .flatMap((file) => file.assertionResults)
      .filter((test) => ['skipped', 'pending', 'todo', 'disabled'].includes(test.status))
      .map((test) => ({ name: test.fullName, reason: test.meta?.reason ?? 'what it needs is not on this machine' })),
  };
}

interface PlaywrightSuite {
  readonly title: string;
  readonly suites?: readonly PlaywrightSuite[];
  readonly specs?: readonly {
    readonly title: string;
    readonly tests: readonly {
      readonly status: 'expected' | 'unexpected' | 'flaky' | 'skipped';
      readonly annotations: readonly { readonly type: string; readonly description?: string }[];
    }[];
  }[];
}

/** @param json the JSON reporter's file. A flaky test has failed: nothing here is retried in silence. */
export function readPlaywrightReport(json: string): Outcome {
  const report = JSON.parse(json) as {
    readonly suites: readonly PlaywrightSuite[];
    readonly errors: readonly unknown[];
  };
  let passed = 0;
  let failed = report.errors.length;
  const notRun: { name: string; reason: string }[] = [];
  const visit = (suite: PlaywrightSuite): void => {
    for (const spec of suite.specs ?? []) {
      for (const test of spec.tests) {
        if (test.status === 'expected') passed += 1;
        else if (test.status === 'skipped') {
          notRun.push({
            name: spec.title,
            reason: test.annotations.find((note) => note.description)?.description ?? 'skipped',
          });
        } else failed += 1;
      }
    }
    for (const inner of suite.suites ?? []) visit(inner);
  };
  for (const suite of report.suites) visit(suite);
  return { passed, failed, notRun };
}

interface PytestReport {
  readonly tests: readonly {
    readonly name: string;
    readonly outcome: 'passed' | 'failed' | 'skipped';
    readonly reason?: string;
  }[];
}

/** @param json what labs/foundry/conftest.py writes. A file that could not be collected is a failed test there. */
export function readPytestReport(json: string): Outcome {
  const { tests } = JSON.parse(json) as PytestReport;
  const count = (outcome: string) => tests.filter((test) => test.outcome === outcome).length;
  return {
    passed: count('passed'),
    failed: count('failed'),
    notRun: tests
      .filter((test) => test.outcome === 'skipped')
      .map(({ name, reason }) => ({ name, reason: reason ?? 'skipped' })),
  };
}
