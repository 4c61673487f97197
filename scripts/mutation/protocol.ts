// What the command and its processes of mocha send each other.

/** A test is named by its full title. */
export type TestId = string;

/** A test to be run, and the milliseconds after which it has failed. */
export interface LimitedTest {
  readonly test: TestId;
  readonly limit: number;
}

export type Order =
  | {
      readonly kind: 'load';
      /** Instrumented sources by the URL of their module. */
      readonly sources: readonly (readonly [url: string, source: string])[];
      /** Files of tests. */
      readonly tests: readonly string[];
      /** A mutant that is active while modules are loaded. */
      readonly active: string | null;
    }
  | { readonly kind: 'observe' }
  | {
      readonly kind: 'run';
      readonly mutant: string;
      readonly tests: readonly LimitedTest[];
      /** How often the mutant may be executed: one that loops without end fails. */
      readonly hitLimit: number;
    };

/** A test without mutants. */
export interface Observed {
  readonly test: TestId;
  readonly file: string;
  readonly passed: boolean;
  /** Milliseconds. */
  readonly duration: number;
  /** How often it executes each mutant. */
  readonly hits: Readonly<Record<string, number>>;
}

export type Report =
  | { readonly kind: 'loaded' }
  | {
      readonly kind: 'observed';
      readonly tests: readonly Observed[];
      /** Mutants that are executed outside of tests, when modules are loaded. */
      readonly outside: readonly string[];
    }
  | {
      readonly kind: 'ran';
      /** The test that failed. */
      readonly failed: TestId | null;
      /** Whether that test has not ended in time. */
      readonly isLate: boolean;
      /** Whether that test fails without the mutant as well: something of an earlier run has remained. */
      readonly isSpoilt: boolean;
    };
