import { existsSync, globSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { testFiles } from './test-files.ts';

const IMPORT = /(?:\bfrom |^import |\bimport\()'(\.[^']+\.ts)'/gm;
/** Binds queries to the pool: an aggregate per line of four blanks, and in it a query, or `method: query`. */
const DATABASE = 'src/db/index.ts';

/** What more files use is tested by itself. */
const MOST_FURTHER = 8;

interface Sources {
  /** The text of each file of `src` and of each test that takes little time. */
  readonly texts: ReadonlyMap<string, string>;
  /** The files that import a file. */
  readonly importers: ReadonlyMap<string, readonly string[]>;
}

function readSources(root: string): Sources {
  const files = [...globSync('src/**/*.ts', { cwd: root }), ...testFiles(root, 'usual')].sort();
  const texts = new Map(files.map((file) => [file, readFileSync(join(root, file), 'utf8')]));
  const importers = new Map<string, string[]>();
  for (const [file, text] of texts)
    for (const [, path = ''] of text.matchAll(IMPORT)) {
      const imported = join(dirname(file), path);
      importers.set(imported, [...(importers.get(imported) ?? []), file]);
    }
  return { texts, importers };
}

const read = new Map<string, Sources>();

const sourcesOf = (root: string): Sources => {
  const sources = read.get(root) ?? readSources(root);
  read.set(root, sources);
  return sources;
};

const isTest = (file: string): boolean => file.endsWith('.test.ts');

/** How handlers and rules call a query: `webhooks.delete(` for `deleteWebhook`. `null` for one that is not bound. */
function callOf(database: string, query: string): string | null {
  const bound = database.slice(database.indexOf('\nfunction '));
  const before = bound.slice(0, Math.max(0, bound.search(new RegExp(`\\b${query}\\b`))));
  const aggregate = [...before.matchAll(/^ {4}(\w+): /gm)].at(-1)?.[1];
  if (aggregate === undefined) return null;
  // `method: query`, `method: with(query)`, or a function over several lines that calls it; otherwise the query is the method.
  const isCalled = bound.includes(` ${query}(db, `);
  const method = isCalled
    ? [...before.matchAll(/(\w+): \(/g)].at(-1)?.[1]
    : new RegExp(`(\\w+): (?:[^:\\n]*[ (])?${query}\\b`).exec(bound)?.[1];
  return `${aggregate}.${method ?? query}(`;
}

/** The files that use a file: they import it, or call one of its queries through the database. */
function usersOf({ texts, importers }: Sources, file: string): readonly string[] {
  const importing = importers.get(file) ?? [];
  if (!file.startsWith('src/db/queries/')) return importing;
  const queries = [...(texts.get(file) ?? '').matchAll(/^export (?:async )?function (\w+)/gm)].map(
    ([, name]) => name ?? '',
  );
  const calls = queries.flatMap((query) => callOf(texts.get(DATABASE) ?? '', query) ?? []);
  const calling = [...texts].filter(([, text]) => calls.some((call) => text.includes(call))).map(([name]) => name);
  return [...importing.filter((name) => name !== DATABASE), ...calling];
}

const mirrorOf = (file: string): string => file.replace(/^src\//, 'test/').replace(/\.ts$/, '.test.ts');

/** Tests of a file itself: the one that mirrors it, and those that use it. */
function ownTests(root: string, sources: Sources, file: string): readonly string[] {
  const mirror = mirrorOf(file);
  const own = usersOf(sources, file).filter(isTest);
  return existsSync(join(root, mirror)) ? [mirror, ...own] : own;
}

const testsOfFolder = (root: string, file: string): readonly string[] => {
  for (let folder = dirname(mirrorOf(file)); basename(folder) !== 'test' && folder !== '.'; folder = dirname(folder)) {
    const tests = globSync(`${folder}/*.test.ts`, { cwd: root });
    if (tests.length > 0) return tests;
  }
  return [];
};

/**
 * The tests of a source file: the one that mirrors it and those that import it. Without either, those of the nearest files that use it;
 * for middleware, which every request passes, those of the folder.
 * @param file a path below the root, `src/…`
 * @param levels how many steps from the file to its users are taken at least
 */
export function relatedTests(root: string, file: string, levels = 1): readonly string[] {
  const sources = sourcesOf(root);
  const tests = new Set<string>();
  const seen = new Set<string>();
  for (let users: readonly string[] = [file], level = 1; users.length > 0; level++) {
    for (const user of users) for (const test of ownTests(root, sources, user)) tests.add(test);
    if (level >= levels && tests.size > 0) break;
    for (const user of users) seen.add(user);
    users = users.flatMap((user) => usersOf(sources, user)).filter((user) => !isTest(user) && !seen.has(user));
  }
  const found = tests.size > 0 ? [...tests] : testsOfFolder(root, file);
  return found.toSorted();
}

/** Tests that run as well when a mutant survives: those of the users of a file, and of its folder, where these are no more than 8. */
export function furtherTests(root: string, file: string): readonly string[] {
  const nearest = relatedTests(root, file);
  const sets = [relatedTests(root, file, 2), testsOfFolder(root, file)].map((tests) =>
    tests.filter((test) => !nearest.includes(test)),
  );
  return [...new Set(sets.filter(({ length }) => length <= MOST_FURTHER).flat())].toSorted();
}
