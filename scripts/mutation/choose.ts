// Which mutants a run judges.
import { execFileSync } from 'node:child_process';
import { globSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { furtherTests, relatedTests } from '../support/related-tests.ts';
import type { Group } from './judge.ts';
import { instrument, sample, type Instrumented, type Mutant, type Target } from './mutants.ts';

const ROOT = join(import.meta.dirname, '../..');
const MUTATED = ['src/domain', 'src/http', 'src/db', 'src/upstream'];

/** Mutants of a file that a landing is judged by: so that a large one is judged by many of its files. */
const MOST_OF_A_FILE = 12;

const git = (...args: readonly string[]): string => execFileSync('git', args, { cwd: ROOT, encoding: 'utf8' }).trim();

/** `src/file.ts:3-5` names lines 3 to 5. */
export function targetOf(argument: string): Target {
  const [, file = '', first, last] = /^(.*?)(?::(\d+)-(\d+))?$/.exec(argument) ?? [];
  return { file, lines: first && last ? [Number(first), Number(last)] : null };
}

const changedSince = (ref: string): readonly Target[] =>
  git('diff', '--name-only', '--diff-filter=d', ref, '--', ...MUTATED)
    .split('\n')
    .filter((file) => file.endsWith('.ts'))
    .map(targetOf);

const allTargets = (): readonly Target[] =>
  globSync(
    MUTATED.map((folder) => `${folder}/**/*.ts`),
    { cwd: ROOT },
  )
    .sort()
    .map(targetOf);

/**
 * The commit that the present one is compared with: the last one of the day before. A clone that tests a commit has no more than the
 * history of this commit; it has neither the tag of a release nor the branch that the commit is to land on. Without so old a commit, its root.
 */
function lastLanding(): string {
  const time = Number(git('show', '--no-patch', '--format=%ct', 'HEAD'));
  const before = git('rev-list', '--max-count=1', '--first-parent', `--before=${time - 86_400}`, 'HEAD');
  return before || git('rev-list', '--max-parents=0', '--max-count=1', 'HEAD');
}

const groupsOf = (
  mutants: readonly Mutant[],
  sources: Instrumented['sources'],
  nameOf: (file: string) => string,
  tests: readonly string[] | undefined,
): readonly Group[] => {
  const named = Map.groupBy(mutants, ({ file }) => nameOf(file));
  return [...named].map(([name, members]) => {
    const urls = new Set(members.map(({ file }) => pathToFileURL(join(ROOT, file)).href));
    return {
      ...{ name, mutants: members, sources: [...sources].filter(([url]) => urls.has(url)) },
      testsOf: (file) => tests ?? relatedTests(ROOT, file),
      furtherTestsOf: (file) => (tests ? [] : furtherTests(ROOT, file)),
    };
  });
};

export interface Choice {
  readonly groups: readonly Group[];
  /** Mutants of all files in question. */
  readonly total: number;
}

/** All mutants of files. @param tests files that replace the related ones */
export async function chooseFiles(targets: readonly Target[], tests: readonly string[] | undefined): Promise<Choice> {
  const { mutants, sources } = await instrument(ROOT, targets);
  return { groups: groupsOf(mutants, sources, (file) => file, tests), total: mutants.length };
}

/** All mutants of the files that differ from a commit. */
export function chooseChanged(ref: string, tests: readonly string[] | undefined): Promise<Choice> {
  return chooseFiles(changedSince(ref), tests);
}

/**
 * Mutants at random, by folder.
 * @param targets all files when it is empty
 * @param tests files that replace the related ones
 */
export async function chooseSample(
  size: number,
  seed: string,
  targets: readonly Target[],
  tests: readonly string[] | undefined,
): Promise<Choice> {
  const { mutants, sources } = await instrument(ROOT, targets.length > 0 ? targets : allTargets());
  return { groups: groupsOf(sample(mutants, size, seed), sources, dirname, tests), total: mutants.length };
}

/** Some mutants of each file that has changed since the last landing, in a random order of files. A commit always has the same ones. */
export async function chooseLanding(): Promise<Choice> {
  const { mutants, sources } = await instrument(ROOT, changedSince(lastLanding()));
  const shuffled = sample(mutants, Infinity, git('rev-parse', 'HEAD'));
  const files = Map.groupBy(shuffled, ({ file }) => file);
  const some = [...files.values()].flatMap((ofFile) => ofFile.slice(0, MOST_OF_A_FILE));
  return { groups: groupsOf(some, sources, (file) => file, undefined), total: mutants.length };
}
