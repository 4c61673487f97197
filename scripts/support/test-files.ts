// Which test files belong to which run.
import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join, matchesGlob } from 'node:path';

/** Suites that start processes of the service, build packages, drive other clients, or try every operation at its limits or with every fault. */
const SLOW = [
  'test/{process,sdk,real-clients,deploy,scripts,judged,performance}/**/*.test.ts',
  'test/faults.test.ts',
  'test/docs/{browser,contributing,examples,samples,site}.test.ts',
  'test/**/process.test.ts',
];

const RUNTIME_IMPORT = /^(?:import|export) (?!type\b)(?:[^'";]*? from )?'([^']+)'|\bimport\('([^']+)'\)/gm;
const PROCESSES = /^node:(?:child_process|cluster|worker_threads)$/;
const DATABASE = 'test/support/database.ts';

/** Whether a file, or one outside `src` that it imports, uses PostgreSQL or other processes. */
function needsMore(root: string, file: string, seen: Set<string>): boolean {
  if (file === DATABASE) return true;
  if (seen.has(file) || !file.endsWith('.ts') || !existsSync(join(root, file))) return false;
  seen.add(file);
  const imports = readFileSync(join(root, file), 'utf8').matchAll(RUNTIME_IMPORT);
  return [...imports].some(([, fixed, dynamic]) => {
    const name = fixed ?? dynamic ?? '';
    if (PROCESSES.test(name)) return true;
    const target = join(dirname(file), name);
    return name.startsWith('.') && !target.startsWith('src/') && needsMore(root, target, seen);
  });
}

export type TestSet = 'usual' | 'unit' | 'all';

/** The test files of a run, as paths below the root: all, those that need nothing beside themselves, or all but the slow suites. */
export function testFiles(root: string, set: TestSet): readonly string[] {
  const files = globSync('test/**/*.test.ts', { cwd: root }).sort();
  if (set === 'all') return files;
  if (set === 'unit') return files.filter((file) => !needsMore(root, file, new Set()));
  const slow = new Set(globSync(SLOW, { cwd: root }));
  return files.filter((file) => !slow.has(file));
}

const isSlow = (file: string): boolean => SLOW.some((pattern) => matchesGlob(file, pattern));

/** The files of each folder. Folders that take longest come first: those of slow suites, then large ones. */
export function filesByFolder(files: readonly string[]): readonly (readonly string[])[] {
  const slowFiles = (folder: readonly string[]): number => folder.filter(isSlow).length;
  return [...Map.groupBy(files, (file) => dirname(file)).values()].toSorted(
    (a, b) => slowFiles(b) - slowFiles(a) || b.length - a.length,
  );
}

/** The files in turn over some groups: for short files, whose process would take longer to start than to run. */
export function filesInGroups(files: readonly string[], groups: number): readonly (readonly string[])[] {
  return [...Map.groupBy(files, (_file, index) => index % groups).values()];
}
