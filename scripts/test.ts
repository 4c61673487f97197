// npm test [-- mocha's arguments]: one PostgreSQL for the run, the tests but the slow suites, and a last line with their number.
// npm run test:all (--all) has all tests; npm run test:unit (--unit) has those that need neither PostgreSQL nor other processes.
// PGHOST in the environment names a server to use instead of the embedded one.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { availableParallelism, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import pLimit from 'p-limit';
import { summaryLine, type RunSummary } from '../test/support/reporter.ts';
import { withCompileCache } from './support/compile-cache.ts';
import { showProgress } from './support/progress.ts';
import { filesByFolder, filesInGroups, testFiles, type TestSet } from './support/test-files.ts';
import { withTestServer } from './support/test-server.ts';

const ROOT = join(import.meta.dirname, '..');

/** Options of mocha that take a value: what follows them is no file. */
const VALUED = [
  'grep',
  'fgrep',
  'timeout',
  'slow',
  'retries',
  'reporter',
  'jobs',
  'file',
  'ignore',
  'require',
] as const;
const SHORT: Readonly<Record<string, string>> = {
  grep: 'g',
  fgrep: 'f',
  timeout: 't',
  slow: 's',
  reporter: 'R',
  jobs: 'j',
};

const namesFiles = (args: readonly string[]): boolean =>
  parseArgs({
    args: [...args],
    strict: false,
    allowPositionals: true,
    options: Object.fromEntries(
      VALUED.map((name) => [name, { type: 'string' as const, ...(SHORT[name] ? { short: SHORT[name] } : {}) }]),
    ),
  }).positionals.length > 0;

const stopping = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stopping.abort());

const MOCHA = join(dirname(createRequire(import.meta.url).resolve('mocha/package.json')), 'bin/mocha.js');

/** How a run of mocha ended: its counts, `null` when it did not come to an end, and what it printed unless that was shown at once. */
interface MochaRun {
  readonly counts: RunSummary | null;
  readonly output: Buffer;
}

/** Runs mocha. @param stdio `inherit` shows its output at once, `pipe` collects it */
const runMocha = async (
  args: readonly string[],
  env: NodeJS.ProcessEnv,
  stdio: 'inherit' | 'pipe',
): Promise<MochaRun> => {
  const directory = await mkdtemp(join(tmpdir(), 'image-builder-summary-'));
  const summary = join(directory, 'summary.json');
  const output: Buffer[] = [];
  try {
    const code = await new Promise<number | null>((resolve, reject) => {
      const child = spawn(process.execPath, [MOCHA, ...args], {
        ...{ cwd: ROOT, stdio: ['inherit', stdio, stdio], signal: stopping.signal },
        env: { ...withCompileCache(env), TEST_SUMMARY_FILE: summary },
      });
      for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk: Buffer) => output.push(chunk));
      child.once('error', reject);
      child.once('close', resolve);
    });
    const counts = existsSync(summary) ? (JSON.parse(await readFile(summary, 'utf8')) as RunSummary) : null;
    // Every test may have passed and the run still be wrong: something kept the process alive, or crashed it afterwards.
    const isWrong = code !== 0 && counts?.failed === 0;
    const failures = [`a run of mocha: every test passed, and it exited with ${code}`];
    return { counts: isWrong ? { ...counts, failed: 1, failures } : counts, output: Buffer.concat(output) };
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
};

/**
 * Runs parts of the tests, each in a process of its own. The output of parts with failures comes last.
 * @param atOnce how many parts run at the same time
 */
const runParts = async (
  parts: readonly (readonly string[])[],
  env: NodeJS.ProcessEnv,
  atOnce: number,
): Promise<RunSummary | null> => {
  const limit = pLimit(atOnce);
  const progress = showProgress('folders', parts.length, parts.flat().length);
  const failures: Buffer[] = [];
  const runs = await limit.map(parts, async (files) => {
    const { counts, output } = await runMocha([...files], env, 'pipe');
    progress.clear();
    if (counts?.failed === 0) process.stdout.write(output);
    else failures.push(output);
    progress.done(files.length);
    return counts;
  });
  for (const output of failures) process.stdout.write(output);
  const sum = (count: 'passed' | 'failed' | 'skipped'): number =>
    runs.reduce((total, counts) => total + (counts?.[count] ?? 0), 0);
  if (runs.includes(null)) return null;
  const failed = runs.flatMap((counts) => counts?.failures ?? []);
  return { passed: sum('passed'), failed: sum('failed'), skipped: sum('skipped'), failures: failed };
};

/** Runs a set folder by folder, one more at the same time than there are processors: tests often wait for other programs. */
const runFolders = (set: TestSet, env: NodeJS.ProcessEnv): Promise<RunSummary | null> =>
  runParts(filesByFolder(testFiles(ROOT, set)), env, availableParallelism() + 1);

const runUnit = (): Promise<RunSummary | null> =>
  runParts(filesInGroups(testFiles(ROOT, 'unit'), availableParallelism()), process.env, availableParallelism());

const runNamed = async (args: readonly string[], env: NodeJS.ProcessEnv): Promise<RunSummary | null> =>
  (await runMocha(namesFiles(args) ? args : [...testFiles(ROOT, 'all'), ...args], env, 'inherit')).counts;

const counted = (counts: RunSummary | null): RunSummary => {
  if (counts) return counts;
  return { passed: 0, failed: 1, skipped: 0, failures: ['a run of mocha did not come to its end'] };
};

const run = async (args: readonly string[]): Promise<RunSummary> => {
  if (args.join() === '--unit') return counted(await runUnit());
  const isAll = args.join() === '--all';
  return withTestServer(async (env) =>
    counted(await (isAll || args.length === 0 ? runFolders(isAll ? 'all' : 'usual', env) : runNamed(args, env))),
  );
};

try {
  const counts = await run(process.argv.slice(2));
  if (counts.skipped > 0)
    console.error(`\n${counts.skipped} tests were SKIPPED: what they are about was not tested in this run`);
  for (const failure of counts.failures) console.log(`FAIL ${failure}`);
  console.log(summaryLine(counts));
  process.exitCode = counts.failed > 0 ? 1 : 0;
} catch (error) {
  console.error((error as Error).message);
  console.log(summaryLine({ passed: 0, failed: 1, skipped: 0 }));
  process.exitCode = 1;
}
