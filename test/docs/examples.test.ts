// Every block of the pages and of the README that is marked to be run is run, page by page, against the service as `npm start` runs it.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { after, before, describe, it } from 'mocha';
import pLimit from 'p-limit';
import { startService, type RunningService } from '../../scripts/support/running-service.ts';
import { createDirectory, type TemporaryDirectory } from '../domain/distributions/support.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { lastJson, matches, stepsOf, type Step } from './runnable.ts';

const ROOT = join(import.meta.dirname, '../..');
const SOURCES = join(ROOT, 'docs/site');
const LOCAL = 'http://localhost:8086/api/image-builder/v1';

const ofSite = readdirSync(SOURCES, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.md'))
  .sort()
  .map((file) => ({ file, path: join(SOURCES, file) }));

const pages = [...ofSite, { file: 'README.md', path: join(ROOT, 'README.md') }]
  .map(({ file, path }) => ({ file, steps: stepsOf(readFileSync(path, 'utf8')) }))
  .filter(({ steps }) => steps.length > 0);

/** What curl ends with when the service refuses a request. */
const REFUSED = 22;

/** One shell runs all blocks of a page. It ends with the first that fails; what each prints goes to a file. */
const scriptOf = (steps: readonly Step[]): string => {
  const blocks = steps.map(({ language, code, refused }, index) => {
    const run = language === 'sh' ? `{\n${code}} > out-${index}` : `"$NODE" block-${index}.ts > out-${index}`;
    if (!refused) return run;
    return `set +e\n${run}\nstatus=$?\nset -e\n[ $status -eq ${REFUSED} ] || { echo "block ${index} was not refused" >&2; exit 1; }`;
  });
  return ['set -euo pipefail', ...blocks, ''].join('\n');
};

/** Files that a page makes, by name. */
const filesOf = (text: string): ReadonlyMap<string, string> =>
  new Map(
    [...text.matchAll(/^cat > (\S+) <<'END'\n([^]*?\n)END$/gm)].map(([, name = '', content = '']) => [name, content]),
  );

/** A directory in which the programs of the pages find the client, in its sources. */
const prepare = (directory: string, steps: readonly Step[], api: string): void => {
  const client = join(directory, 'client');
  mkdirSync(client);
  writeFileSync(join(client, 'package.json'), '{ "type": "module", "exports": "./src/index.ts" }\n');
  symlinkSync(join(ROOT, 'packages/client/src'), join(client, 'src'));
  mkdirSync(join(directory, 'node_modules'));
  symlinkSync(client, join(directory, 'node_modules/image-builder-client'));
  writeFileSync(join(directory, 'package.json'), '{ "type": "module" }\n');
  for (const [index, { language, code }] of steps.entries())
    if (language === 'ts') writeFileSync(join(directory, `block-${index}.ts`), code.replaceAll(LOCAL, api));
  // The program of the client, as its package installs it.
  mkdirSync(join(directory, 'bin'));
  const program = join(ROOT, 'packages/client/src/cli/main.ts');
  writeFileSync(join(directory, 'bin/image-builder'), `#!/bin/sh\nexec "$NODE" '${program}' "$@"\n`, { mode: 0o755 });
  // Not as a function of the shell: a page could not end what it runs in the background.
  writeFileSync(join(directory, '.curlrc'), 'fail-with-body\nshow-error\n');
  writeFileSync(join(directory, 'page.sh'), scriptOf(steps).replaceAll(LOCAL, api));
};

/**
 * Pages that run at the same time. All of them at once start so many programs that a busy machine connects to the database too
 * slowly for the service, which then responds with 500.
 */
const AT_ONCE = 4;

/** A page that runs. */
interface PageRun {
  readonly ended: Promise<{ readonly status: number | null; readonly said: string }>;
  /** Ends the page, also one that waits for what does not come. */
  readonly stop: () => void;
}

const runPage = (directory: string): PageRun => {
  const child = spawn('bash', ['page.sh'], {
    cwd: directory,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { PATH: `${join(directory, 'bin')}:${process.env['PATH']}`, HOME: directory, NODE: process.execPath },
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => (said += text));
  const closed = new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  return {
    ended: closed.then((status) => ({ status, said })),
    stop: () => void child.kill('SIGTERM'),
  };
};

describe('the examples of the documentation', () => {
  let service: RunningService;
  let database: TestDatabase;
  const directories: TemporaryDirectory[] = [];
  const runs = new Map<string, { readonly directory: TemporaryDirectory; readonly ended: PageRun['ended'] }>();
  const limit = pLimit(AT_ONCE);
  const begun: PageRun[] = [];

  before(async function () {
    for (const program of ['bash', 'curl', 'jq']) {
      if (spawnSync(program, ['--version']).status === 0) continue;
      console.warn(`    SKIPPED: the examples of the documentation were not run: there is no ${program}`);
      this.skip();
    }
    const settings = createDirectory();
    directories.push(settings);
    // The limits that the page about them is followed with. They are so high that no other page notices.
    const files = filesOf(readFileSync(join(SOURCES, 'how-to/quota.md'), 'utf8'));
    for (const [name, content] of files) writeFileSync(join(settings.path, name), content);
    expect([...files.keys()]).to.deep.equal(['quota.json', 'limits.json']);
    database = await createTestDatabase({ empty: true });
    const { host, port, user, password, sslMode, database: name } = database.config;
    service = await startService({
      ...{ PGHOST: host, PGPORT: String(port), PGUSER: user, PGPASSWORD: password },
      ...{ PGSSLMODE: sslMode, PGDATABASE: name },
      ...{ QUOTA_FILE: join(settings.path, 'quota.json'), RATE_LIMIT_FILE: join(settings.path, 'limits.json') },
      // Several pages at a time make a small machine slow: that is no reason to refuse what a page shows.
      MAX_EVENT_LOOP_DELAY_MS: '0',
    });
    // Several at the same time: builds in the sandbox take their time.
    for (const { file, steps } of pages) {
      const directory = createDirectory();
      directories.push(directory);
      prepare(directory.path, steps, service.api);
      const ended = limit(() => {
        const run = runPage(directory.path);
        begun.push(run);
        return run.ended;
      });
      runs.set(file, { directory, ended });
    }
  });
  after(async () => {
    limit.clearQueue();
    for (const run of begun) run.stop();
    await Promise.allSettled(begun.map(({ ended }) => ended));
    await service?.[Symbol.asyncDispose]();
    await database?.[Symbol.asyncDispose]();
    for (const directory of directories) directory[Symbol.dispose]();
  });

  it('are those of the tutorial, of a page for every target, and more', () => {
    const files = pages.map(({ file }) => file);
    const targets = ['aws', 'azure', 'download', 'gcp', 'oci'].map((name) => `how-to/${name}.md`);
    expect(files).to.include.members(['tutorial.md', 'README.md', ...targets]);
  });

  it('are all that the README has of the API: what is not marked to be run needs another program', () => {
    const blocks = [...readFileSync(join(ROOT, 'README.md'), 'utf8').matchAll(/^```(\w+)(.*)\n([^]*?)^```$/gm)];
    const unmarked = blocks.filter(
      ([, language = '', marks = '']) => /^(?:sh|ts)$/.test(language) && !marks.includes('run'),
    );
    for (const [block] of unmarked) expect(block).to.not.include('$API').and.not.include('curl');
  });

  for (const { file, steps } of pages) {
    it(`${file}: ${steps.length} blocks run, and get the responses of the page`, async () => {
      const { directory, ended } = runs.get(file) ?? expect.fail('it was not begun');
      const { status, said } = await ended;
      const last = steps.findLastIndex((_, index) => existsSync(directory.file(`out-${index}`)));
      expect(status, `block ${last}: ${said}${directory.read(`out-${last}`)}`).to.equal(0);
      for (const [index, { answer, code }] of steps.entries()) {
        if (answer === undefined) continue;
        const found = lastJson(directory.read(`out-${index}`));
        const shown = JSON.stringify(answer);
        expect(matches(answer, found), `${code}\nshown ${shown}\nfound ${JSON.stringify(found)}`).to.equal(true);
      }
    });
  }
});
