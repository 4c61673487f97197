// Decides for each mutant whether the tests notice it.
import type { Compiler } from './compiler.ts';
import type { Mutant } from './mutants.ts';
import type { LimitedTest, Observed, TestId } from './protocol.ts';
import { ProcessTimeoutError, TestProcess } from './test-process.ts';

/**
 * `killed`: a test failed. `timeout`: the tests did not end. `survived`: all passed. `uncovered`: no test executes it. `refused`: no test
 * notices it, but it does not compile.
 */
export type Outcome = 'killed' | 'timeout' | 'survived' | 'uncovered' | 'refused';

export interface Verdict {
  readonly mutant: Mutant;
  readonly outcome: Outcome;
  /** The test that failed. */
  readonly by: TestId | null;
}

/** Mutants that are judged together, because they share tests. */
export interface Group {
  readonly name: string;
  readonly mutants: readonly Mutant[];
  /** Instrumented sources by the URL of their module. */
  readonly sources: readonly (readonly [url: string, source: string])[];
  /** The files of tests for a source file: the nearest ones, and those that run as well when a mutant survives. */
  readonly testsOf: (file: string) => readonly string[];
  readonly furtherTestsOf: (file: string) => readonly string[];
}

/** Tests may take so many times as long as without a mutant, and a while in addition: the machine may be busy. */
const TIMES = 5;
const PATIENCE_MS = 20_000;
const LOAD_MS = 120_000;
const OBSERVE_MS = 3_600_000;
/** A mutant may be executed so many times as often as without it: beyond that it is a loop without end. */
const HITS = 100;

const KILLED = (by: TestId | null) => ({ outcome: 'killed', by }) as const;
const SURVIVED = { outcome: 'survived', by: null } as const;
const TIMEOUT = { outcome: 'timeout', by: null } as const;
const UNCOVERED = { outcome: 'uncovered', by: null } as const;

type Result = Omit<Verdict, 'mutant'>;

/** The tests of a group, in a process that is replaced when a mutant has broken it. */
class GroupTests implements Disposable {
  readonly #group: Group;
  readonly #env: NodeJS.ProcessEnv;
  readonly #files: readonly string[];
  #tests: readonly Observed[] = [];
  #outside: ReadonlySet<string> = new Set();
  #process: TestProcess | null = null;

  constructor(group: Group, env: NodeJS.ProcessEnv) {
    this.#group = group;
    this.#env = env;
    this.#files = [...new Set(group.mutants.flatMap(({ file }) => group.testsOf(file)))].sort();
  }

  /** Runs all tests without a mutant; those that do not pass judge none. @throws ProcessTimeoutError after `ms` */
  async observe(ms: number): Promise<void> {
    this.#process = await this.#start(this.#files, null);
    const { tests, outside } = await this.#process.send({ kind: 'observe' }, 'observed', Math.min(ms, OBSERVE_MS));
    this.#tests = tests.filter(({ passed }) => passed);
    for (const { file, test, passed } of tests)
      if (!passed) console.warn(`left out, as it does not pass without a mutant: ${file}: ${test}`);
    this.#outside = new Set(outside);
  }

  async #start(tests: readonly string[], active: string | null): Promise<TestProcess> {
    const started = new TestProcess(this.#env);
    try {
      await started.send({ kind: 'load', sources: this.#group.sources, tests, active }, 'loaded', LOAD_MS);
      return started;
    } catch (error) {
      started[Symbol.dispose]();
      throw error;
    }
  }

  judge(mutant: Mutant): Promise<Result> {
    // Its module has to be loaded again.
    return this.#outside.has(mutant.id) ? this.#judgeLoaded(mutant) : this.#judgeCovered(mutant);
  }

  async #judgeLoaded({ id, file }: Mutant): Promise<Result> {
    const files = new Set(this.#group.testsOf(file));
    const tests = this.#tests.filter((test) => files.has(test.file));
    if (tests.length === 0) return UNCOVERED;
    try {
      using loaded = await this.#start([...files], id);
      const hitLimit = Number.MAX_SAFE_INTEGER;
      const order = { kind: 'run', mutant: id, tests: tests.map(withLimit), hitLimit } as const;
      const { failed, isLate } = await loaded.send(order, 'ran', limitOf(tests));
      if (isLate) return TIMEOUT;
      return failed === null ? SURVIVED : KILLED(failed);
    } catch (error) {
      return error instanceof ProcessTimeoutError ? TIMEOUT : KILLED(null);
    }
  }

  async #judgeCovered({ id }: Mutant): Promise<Result> {
    const tests = this.#tests.filter(({ hits }) => id in hits);
    if (tests.length === 0) return UNCOVERED;
    const hitLimit = HITS * tests.reduce((sum, { hits }) => sum + (hits[id] ?? 0), 1);
    const order = { kind: 'run', mutant: id, tests: tests.map(withLimit), hitLimit } as const;
    // A process that earlier mutants have spoilt is replaced once; what happens then is this mutant's doing.
    for (let isFresh = this.#process === null; ; isFresh = true) {
      this.#process ??= await this.#start(this.#files, null);
      try {
        const { failed, isLate, isSpoilt } = await this.#process.send(order, 'ran', limitOf(tests));
        if (failed === null) return SURVIVED;
        if (!isSpoilt) return KILLED(failed);
        this.#end();
        if (isLate) return TIMEOUT;
        if (isFresh) return KILLED(failed);
      } catch (error) {
        this.#end();
        if (error instanceof ProcessTimeoutError) return TIMEOUT;
        if (isFresh) return KILLED(null);
      }
    }
  }

  #end(): void {
    this.#process?.[Symbol.dispose]();
    this.#process = null;
  }

  [Symbol.dispose](): void {
    this.#end();
  }
}

const withLimit = ({ test, duration }: Observed): LimitedTest => ({ test, limit: PATIENCE_MS + TIMES * duration });

const limitOf = (tests: readonly Observed[]): number =>
  PATIENCE_MS + TIMES * tests.reduce((sum, { duration }) => sum + duration, 0);

/** Whether neither a test nor the compiler has noticed the mutant. */
export function isOpen({ outcome }: Verdict): boolean {
  return outcome === 'survived' || outcome === 'uncovered';
}

/** What judging takes: the environment of tests, and the end of the time in milliseconds since 1970, or `Infinity`. */
export interface Means {
  readonly env: NodeJS.ProcessEnv;
  readonly compiler: Compiler;
  readonly deadline: number;
}

async function* runTests(group: Group, { env, deadline }: Means): AsyncGenerator<Verdict> {
  if (group.mutants.length === 0 || Date.now() > deadline) return;
  using tests = new GroupTests(group, env);
  try {
    await tests.observe(deadline - Date.now());
  } catch (error) {
    if (error instanceof ProcessTimeoutError && Date.now() > deadline) return;
    throw error;
  }
  for (const mutant of group.mutants) {
    if (Date.now() > deadline) return;
    yield { mutant, ...(await tests.judge(mutant)) };
  }
}

/** Judges mutants until the time is over: by the compiler and the nearest tests, and those that survive by further tests. */
export async function judge(group: Group, means: Means): Promise<readonly Verdict[]> {
  const verdicts = new Map<Mutant, Verdict>();
  for await (const verdict of runTests(group, means)) {
    const isRefused = isOpen(verdict) && means.compiler.refuses(verdict.mutant);
    verdicts.set(verdict.mutant, isRefused ? { ...verdict, outcome: 'refused' } : verdict);
  }
  const open = [...verdicts.values()].filter(isOpen).map(({ mutant }) => mutant);
  const further = { ...group, mutants: open, testsOf: group.furtherTestsOf };
  for await (const verdict of runTests(further, means))
    if (verdict.outcome !== 'uncovered') verdicts.set(verdict.mutant, verdict);
  return [...verdicts.values()];
}
