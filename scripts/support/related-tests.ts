import { existsSync, globSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

/**
 * The tests of a source file: the one that mirrors it, those that import it, and without either those of the mirrored folder, or of the
 * nearest one above.
 * @param file a path below the root, `src/…`
 */
export function relatedTests(root: string, file: string): readonly string[] {
  const mirror = file.replace(/^src\//, 'test/').replace(/\.ts$/, '.test.ts');
  const importing = globSync('test/**/*.test.ts', { cwd: root }).filter((test) =>
    readFileSync(join(root, test), 'utf8').includes(`/${file}'`),
  );
  const named = [...new Set([...(existsSync(join(root, mirror)) ? [mirror] : []), ...importing])].sort();
  if (named.length > 0) return named;
  for (let folder = dirname(mirror); basename(folder) !== 'test'; folder = dirname(folder)) {
    const tests = globSync(`${folder}/*.test.ts`, { cwd: root }).sort();
    if (tests.length > 0) return tests;
  }
  return [];
}
