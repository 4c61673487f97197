// npm run mutation: changes of src/{domain,http,db,upstream} that no related test notices.
//   -- FILES [--tests FILE ...]  all mutants of files; FILE:FIRST-LAST for these lines alone
//   -- [--since REF]             all mutants of the files that differ from REF (main)
//   -- --sample N [--seed TEXT]  N mutants of all files, or of FILES, at random, by folder; --tests as above gives a lower bound, soon
//   -- --landing                 for CI: mutants of the files that have changed within a day, for 2 minutes
// --jobs N sets how many processes judge at the same time. --minutes N ends the run: the mutants of a sample are in a random order.
import { randomInt } from 'node:crypto';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import pLimit from 'p-limit';
import { chooseChanged, chooseFiles, chooseLanding, chooseSample, targetOf, type Choice } from './mutation/choose.ts';
import { createCompiler } from './mutation/compiler.ts';
import { isOpen, judge, type Group, type Means, type Verdict } from './mutation/judge.ts';
import { describeScore, isBelow, scoreOf } from './mutation/score.ts';
import { testFiles } from './support/test-files.ts';
import { withTestServer } from './support/test-server.ts';

const ROOT = join(import.meta.dirname, '..');
const LANDING_MINUTES = 2;
/** The score in percent below which a landing fails. The aim is 90, but files differ, and a landing has few of them. */
const MINIMUM = 75;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    since: { type: 'string', default: 'main' },
    tests: { type: 'string', multiple: true },
    sample: { type: 'string' },
    seed: { type: 'string', default: String(randomInt(1_000_000)) },
    landing: { type: 'boolean', default: false },
    jobs: { type: 'string', default: String(availableParallelism()) },
    minutes: { type: 'string' },
  },
});

const choose = (): Promise<Choice> => {
  if (values.landing) return chooseLanding();
  if (values.sample) return chooseSample(Number(values.sample), values.seed, positionals.map(targetOf), values.tests);
  if (positionals.length > 0) return chooseFiles(positionals.map(targetOf), values.tests);
  return chooseChanged(values.since, values.tests);
};

const describeMutant = ({ mutant, outcome }: Verdict): string => {
  const {
    file,
    lines: [line],
    mutator,
    original,
    replacement,
  } = mutant;
  const marked = (sign: string, text: string): string => text.replaceAll(/^/gm, `${sign} `);
  return `\n${outcome} ${file}:${line} ${mutator}\n${marked('-', original)}\n${marked('+', replacement)}`;
};

/** Judges a group and prints the mutants that nothing noticed. Tests that do not load are an error of this group alone. */
const judgeGroup = async (group: Group, means: Means): Promise<readonly Verdict[]> => {
  const began = Date.now();
  try {
    const verdicts = await judge(group, means);
    const seconds = Math.round((Date.now() - began) / 1000);
    const open = verdicts.filter(isOpen).map(describeMutant);
    if (verdicts.length === 0) return [];
    console.log([`\n# ${group.name}: ${describeScore(scoreOf(verdicts))}, ${seconds} s`, ...open].join('\n'));
    return verdicts;
  } catch (error) {
    console.log(`\n# ${group.name}: ${(error as Error).message}`);
    // A landing is judged by its mutants alone.
    if (!values.landing) process.exitCode = 1;
    return [];
  }
};

/** Runs work with a PostgreSQL, where one of the tests needs it. */
const withServerFor = async <Result>(
  groups: readonly Group[],
  work: (env: NodeJS.ProcessEnv) => Promise<Result>,
): Promise<Result> => {
  const unit = new Set(testFiles(ROOT, 'unit'));
  const tests = groups.flatMap(({ mutants, testsOf, furtherTestsOf }) =>
    mutants.flatMap(({ file }) => [...testsOf(file), ...furtherTestsOf(file)]),
  );
  return tests.every((test) => unit.has(test)) ? work(process.env) : withTestServer(work);
};

const compiler = createCompiler(ROOT);
const { groups, total } = await choose();
const judged = groups.reduce((sum, { mutants }) => sum + mutants.length, 0);
console.log(`${judged} of ${total} mutants${values.sample ? `, seed ${values.seed}` : ''}`);
const minutes = values.landing ? LANDING_MINUTES : Number(values.minutes ?? Infinity);
const deadline = Date.now() + minutes * 60_000;
const verdicts = await withServerFor(groups, async (env) =>
  (await pLimit(Number(values.jobs)).map(groups, (group) => judgeGroup(group, { env, compiler, deadline }))).flat(),
);
const score = scoreOf(verdicts);
const left = judged - verdicts.length;
console.log(`\n${describeScore(score)}${left > 0 ? `; ${left} were not judged` : ''}`);
if (values.landing) {
  const isTooLow = isBelow(score, MINIMUM);
  console.log(isTooLow ? '0 passed, 1 failed' : '1 passed, 0 failed');
  if (isTooLow) process.exitCode = 1;
}
