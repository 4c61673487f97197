// A process that loads tests of mutated sources once, and runs some of them for one mutant after the other.
import { registerHooks } from 'node:module';
import { join, relative } from 'node:path';
import Mocha from 'mocha';
import type { LimitedTest, Observed, Order, Report, TestId } from './protocol.ts';

const ROOT = join(import.meta.dirname, '../..');

/** What instrumented sources read and write. */
interface Switches {
  activeMutant?: string | undefined;
  currentTestId?: string | undefined;
  hitCount?: number | undefined;
  hitLimit?: number | undefined;
  mutantCoverage?: {
    readonly static: Record<string, number>;
    readonly perTest: Record<string, Record<string, number>>;
  };
}

const switches: Switches = {};
Object.assign(globalThis, { __stryker__: switches });

class SilentReporter {}

let mocha: Mocha;

const load = async ({ sources, tests, active }: Extract<Order, { kind: 'load' }>): Promise<Report> => {
  const instrumented = new Map(sources);
  registerHooks({
    load: (url, context, next) => {
      const source = instrumented.get(url);
      return source === undefined ? next(url, context) : { format: 'module-typescript', source, shortCircuit: true };
    },
  });
  switches.activeMutant = active ?? undefined;
  const { mochaHooks } = await import('../../test/support/hooks.ts');
  mocha = new Mocha({ reporter: SilentReporter as never, timeout: 0, rootHooks: mochaHooks });
  mocha.cleanReferencesAfterRun(false);
  for (const file of tests) mocha.addFile(join(ROOT, file));
  await mocha.loadFilesAsync();
  return { kind: 'loaded' };
};

const setBail = (suite: Mocha.Suite, isEnding: boolean): void => {
  suite.bail(isEnding);
  for (const child of suite.suites) setBail(child, isEnding);
};

/** Sorts the tests of each suite, the quickest first: most mutants fail in one of them. */
const sortTests = (suite: Mocha.Suite): void => {
  suite.tests.sort((a, b) => (a.duration ?? 0) - (b.duration ?? 0));
  for (const child of suite.suites) sortTests(child);
};

const observe = async (): Promise<Report> => {
  const tests: Observed[] = [];
  setBail(mocha.suite, false);
  await new Promise<void>((resolve) => {
    const runner = mocha.run(() => resolve());
    // What hooks of a suite execute belongs to no single test.
    runner.on('suite', () => delete switches.currentTestId);
    runner.on('test', (test) => (switches.currentTestId = test.fullTitle()));
    runner.on('test end', (test) => {
      const { state, duration = 0, file = '' } = test;
      tests.push({
        test: test.fullTitle(),
        file: relative(ROOT, file),
        passed: state === 'passed',
        duration,
        hits: {},
      });
    });
  });
  delete switches.currentTestId;
  sortTests(mocha.suite);
  const { static: outside = {}, perTest = {} } = switches.mutantCoverage ?? {};
  return {
    kind: 'observed',
    tests: tests.map((observed) => ({ ...observed, hits: perTest[observed.test] ?? {} })),
    outside: Object.keys(outside),
  };
};

const literally = (text: string): string => text.replaceAll(/[$()*+.?[\\\]^{|}]/g, '\\$&');

const setLimits = (suite: Mocha.Suite, limits: ReadonlyMap<TestId, number>): void => {
  for (const test of suite.tests) test.timeout(limits.get(test.fullTitle()) ?? 0);
  for (const child of suite.suites) setLimits(child, limits);
};

interface Failure {
  readonly test: TestId;
  readonly isLate: boolean;
}

/** Runs tests until the first one fails. */
const firstFailure = (tests: readonly TestId[]): Promise<Failure | null> => {
  mocha.grep(new RegExp(`^(?:${tests.map(literally).join('|')})$`));
  let failure: Failure | null = null;
  return new Promise((resolve) => {
    const runner = mocha.run(() => resolve(failure));
    runner.on('fail', (test, { code }: NodeJS.ErrnoException) => {
      // A hook fails for the test that it was to prepare.
      failure ??= { test: (test.ctx?.currentTest ?? test).fullTitle(), isLate: code === 'ERR_MOCHA_TIMEOUT' };
    });
  });
};

const run = async (
  mutant: string,
  tests: readonly LimitedTest[],
  hitLimit: number,
): Promise<Extract<Report, { kind: 'ran' }>> => {
  setBail(mocha.suite, true);
  setLimits(mocha.suite, new Map(tests.map(({ test, limit }) => [test, limit])));
  Object.assign(switches, { activeMutant: mutant, hitCount: 0, hitLimit });
  const failure = await firstFailure(tests.map(({ test }) => test));
  Object.assign(switches, { activeMutant: undefined, hitCount: undefined });
  if (failure === null) return { kind: 'ran', failed: null, isLate: false, isSpoilt: false };
  const { test, isLate } = failure;
  return { kind: 'ran', failed: test, isLate, isSpoilt: isLate || (await firstFailure([test])) !== null };
};

const obey = (order: Order): Promise<Report> => {
  if (order.kind === 'load') return load(order);
  return order.kind === 'observe' ? observe() : run(order.mutant, order.tests, order.hitLimit);
};

process.on('message', (order: Order) => {
  obey(order).then(
    (report) => process.send?.(report),
    (error: unknown) => {
      console.error(error);
      process.exit(1);
    },
  );
});
process.on('disconnect', () => process.exit());
