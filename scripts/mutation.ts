// npm run mutation [-- FILES] [--since REF] [--tests FILE ...]: mutants of sources that no related test notices. Without files, those of
// src/{domain,http,db,upstream} that differ from REF (main). A file may end in :FIRST-LAST, to mutate these lines alone.
import { execFileSync, spawn } from 'node:child_process';
import { cp, mkdtempDisposable, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { relatedTests } from './support/related-tests.ts';
import { withTestServer } from './support/test-server.ts';

const ROOT = join(import.meta.dirname, '..');
const MUTATED = ['src/domain', 'src/http', 'src/db', 'src/upstream'];
/** What tests read of the repository. Stryker cannot copy links to folders, such as those in `distributions`. */
const COPIED = ['api', 'deploy', 'distributions', 'docs', 'generated', 'packages', 'scripts', 'src', 'test'];
const FILES = ['.mocharc.json', 'package.json', 'tsconfig.json'];

const changedSince = (ref: string): readonly string[] =>
  execFileSync('git', ['diff', '--name-only', '--diff-filter=d', ref, '--', ...MUTATED], {
    cwd: ROOT,
    encoding: 'utf8',
  })
    .split('\n')
    .filter((file) => file.endsWith('.ts'));

/** Runs Stryker on one file, in a copy of the repository. @returns its exit code */
const mutate = async (mutated: string, tests: readonly string[], env: NodeJS.ProcessEnv): Promise<number> => {
  await using copy = await mkdtempDisposable(join(tmpdir(), 'image-builder-mutation-'));
  for (const name of [...COPIED, ...FILES])
    await cp(join(ROOT, name), join(copy.path, name), { recursive: true, verbatimSymlinks: true });
  await symlink(join(ROOT, 'node_modules'), join(copy.path, 'node_modules'));
  // Node erases the types of the instrumented file as of any other; the active mutant is a variable of the environment.
  const settings = {
    mutate: [mutated],
    testRunner: 'command',
    commandRunner: { command: `node node_modules/mocha/bin/mocha.js --bail ${tests.join(' ')}` },
    plugins: [],
    inPlace: true,
    allowConsoleColors: false,
    concurrency: 2,
    timeoutMS: 30_000,
    reporters: ['clear-text'],
    clearTextReporter: { allowColor: false, logTests: false },
  };
  await writeFile(join(copy.path, 'stryker.config.json'), JSON.stringify(settings));
  const stryker = join(ROOT, 'node_modules/@stryker-mutator/core/bin/stryker.js');
  const child = spawn(process.execPath, [stryker, 'run'], { cwd: copy.path, env, stdio: 'inherit' });
  // Awaited here: the copy is removed when this function ends.
  return await new Promise<number>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve(code ?? 1));
  });
};

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { since: { type: 'string', default: 'main' }, tests: { type: 'string', multiple: true } },
});
const chosen = positionals.length > 0 ? positionals : changedSince(values.since);
if (chosen.length === 0) console.log(`no file of ${MUTATED.join(', ')} differs from ${values.since}`);
await withTestServer(async (env) => {
  for (const file of chosen) {
    const tests = values.tests ?? relatedTests(ROOT, file.replace(/:.*$/, ''));
    console.log(`\n# ${file}: ${tests.length > 0 ? tests.join(' ') : 'no related tests; name some with --tests'}`);
    const code = tests.length > 0 ? await mutate(file, tests, env) : 1;
    if (code !== 0) process.exitCode = 1;
  }
});
