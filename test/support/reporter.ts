import { writeFileSync } from 'node:fs';
import Mocha from 'mocha';

const { EVENT_RUN_END, EVENT_TEST_FAIL } = Mocha.Runner.constants;

/** Milliseconds that a finished run may keep the process alive. */
const LINGER = 5_000;

/** Counts of a finished run, as `scripts/test.ts` reads them. */
export interface RunSummary {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  /** One line for each failed test: its title and the first line of the error. */
  readonly failures: readonly string[];
}

/** `12 passed, 0 failed`, and skipped tests where there are any. */
export const summaryLine = ({ passed, failed, skipped }: Omit<RunSummary, 'failures'>): string =>
  `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;

/** Mocha's usual report with one line of counts at its end, last of all that is printed. */
class SummaryReporter extends Mocha.reporters.Spec {
  constructor(runner: Mocha.Runner, options: Mocha.MochaOptions) {
    super(runner, options);
    const failedTests: string[] = [];
    runner.on(EVENT_TEST_FAIL, (test, error: Error) => {
      failedTests.push(`${test.fullTitle()}: ${error.message.split('\n', 1)[0] ?? ''}`);
    });
    runner.once(EVENT_RUN_END, () => {
      const { passes = 0, failures = 0, pending = 0 } = this.stats;
      const summary: RunSummary = { passed: passes, failed: failures, skipped: pending, failures: failedTests };
      const file = process.env['TEST_SUMMARY_FILE'];
      // The one who started us has the last word: it has a server to stop first.
      if (file) writeFileSync(file, JSON.stringify(summary));
      else console.log(summaryLine(summary));
      setTimeout(() => {
        const open = process.getActiveResourcesInfo().join(', ');
        console.error(`the tests have ended, and something they opened keeps the process alive: ${open}`);
        process.exit(1);
      }, LINGER).unref();
    });
  }
}

// Mocha requires a reporter and takes the module itself for the class.
export { SummaryReporter as 'module.exports' };
