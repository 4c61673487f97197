// npm run conformance [-- options of the suite]: the black-box suite beside the project, against the service and an embedded
// PostgreSQL (or the one named by PGHOST). test/conformance-open.txt lists the cases of open work; the list only shrinks.
// test/conformance-superseded.txt lists those that our additions to the contract replace; the comparison of contracts that stands in
// for them is made as well.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { createInterface } from 'node:readline';
import { startTemporaryPostgres } from './support/embedded-postgres.ts';

const root = join(import.meta.dirname, '..');
const shared = join(root, '../shared');
const suite = join(shared, 'conformance/suite.mjs');
if (!existsSync(suite)) {
  console.log('SKIPPED: the conformance suite is not here');
  process.exit(0);
}

/** Names of cases in a list of ours. */
const casesIn = async (file: string): Promise<ReadonlySet<string>> => {
  const lines = (await readFile(join(root, 'test', file), 'utf8')).split('\n').map((line) => line.trim());
  return new Set(lines.filter((line) => line !== '' && !line.startsWith('#')));
};

const open = await casesIn('conformance-open.txt');
const superseded = await casesIn('conformance-superseded.txt');
const work = await mkdtemp(join(tmpdir(), 'image-builder-conformance-'));
const postgres = await startTemporaryPostgres();

/** The suite runs SQL by psql; a machine without it gets as much of it as is needed. */
const pathWithPsql = async (): Promise<string> => {
  const path = [join(root, 'node_modules/.bin'), process.env['PATH'] ?? ''].join(delimiter);
  if (spawnSync('psql', ['--version'], { env: { ...process.env, PATH: path } }).status === 0) return path;
  const command = `#!/bin/sh\nexec '${process.execPath}' '${join(root, 'scripts/support/psql.ts')}' "$@"\n`;
  await writeFile(join(work, 'psql'), command);
  await chmod(join(work, 'psql'), 0o755);
  return [path, work].join(delimiter);
};

const areas = new Map<string, { passed: number; failed: number }>();
const failed = new Set<string>();
const count = (name: string, outcome: 'passed' | 'failed'): void => {
  const area = name.split('/')[0] ?? name;
  const counts = areas.get(area) ?? { passed: 0, failed: 0 };
  counts[outcome] += 1;
  areas.set(area, counts);
};

const { host, port, user, password } = postgres;
const child = spawn(
  process.execPath,
  [
    suite,
    ...['--pg', `postgres://${user}:${encodeURIComponent(password)}@${host}:${port}/postgres`],
    ...['--migrate', 'npm run -s migrate', '--distributions-dir', join(shared, 'distributions')],
    ...['--env-file', join(root, 'test/conformance.env'), '--verbose', ...process.argv.slice(2)],
    ...['--', process.execPath, 'src/main.ts'],
  ],
  { cwd: root, env: { ...process.env, PATH: await pathWithPsql() }, stdio: ['ignore', 'pipe', 'inherit'] },
);
for await (const line of createInterface({ input: child.stdout })) {
  const [, outcome, name] = /^(ok {3}|FAIL )(\S+)/.exec(line) ?? [];
  if (name === undefined) {
    if (!/^\d+ passed/.test(line)) console.log(line);
  } else if (outcome === 'FAIL ') {
    count(name, 'failed');
    failed.add(name);
    if (open.has(name)) console.log(`open ${name}`);
    else console.log(superseded.has(name) ? `superseded ${name}` : line);
  } else count(name, 'passed');
}
const status = await new Promise<number | null>((resolve) => {
  if (child.exitCode === null) child.once('exit', resolve);
  else resolve(child.exitCode);
});
await postgres.stop();
await rm(work, { recursive: true, force: true });

for (const [area, counts] of areas) console.log(`# ${area}: ${counts.passed} passed, ${counts.failed} failed`);
const whole = process.argv.length === 2;
const surprising = [...failed].filter((name) => !open.has(name) && !superseded.has(name));
const done = whole ? [...open, ...superseded].filter((name) => !failed.has(name)) : [];
for (const name of done) console.log(`FAIL ${name} passes: take it off the list in test/`);

const contracts = spawnSync(process.execPath, [join(shared, 'contract/contract-diff.mjs'), 'api/openapi.yaml'], {
  cwd: root,
  encoding: 'utf8',
});
const differs = contracts.status !== 0;
if (differs) console.log(`FAIL the published contract is violated\n${contracts.stdout}${contracts.stderr}`);
else console.log(`ok   the published contract is satisfied: ${contracts.stdout.trimEnd().split('\n').at(-1) ?? ''}`);
const passed = [...areas.values()].reduce((sum, counts) => sum + counts.passed, 0);
const problems = surprising.length + done.length + Number(differs) + (status !== 0 && areas.size === 0 ? 1 : 0);
console.log(`${passed} passed, ${problems} failed`);
process.exit(problems === 0 ? 0 : 1);
