// The client as it is published: packed, unpacked, and used by the programs that the READMEs show.
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { after, before, describe, it } from 'mocha';
import { startService, type RunningService } from '../../scripts/support/running-service.ts';
import { createDirectory, type TemporaryDirectory } from '../domain/distributions/support.ts';
import { createTestDatabase } from '../support/database.ts';

const ROOT = join(import.meta.dirname, '../..');
const NAME = 'image-builder-client';
/** What the package depends on. */
const DEPENDENCIES = ['cli-progress', 'commander', 'openapi-fetch', 'standardwebhooks'];
const LOCAL = 'http://localhost:8086/api/image-builder/v1';

const run = (program: string, args: readonly string[], cwd: string): string => {
  const { status, stdout, stderr, error } = spawnSync(program, args, { cwd, encoding: 'utf8' });
  expect({ status, error }, `${program} ${args.join(' ')}\n${stdout}${stderr}`).to.deep.equal({
    status: 0,
    error: undefined,
  });
  return stdout;
};

/** The program that a README shows of the client. */
const exampleOf = (readme: string): string => {
  const blocks = [...readFileSync(join(ROOT, readme), 'utf8').matchAll(/^```ts(?: run)?\n(.*?)^```$/gms)];
  const example = blocks.map(([, text = '']) => text).find((text) => text.includes(NAME));
  expect(example, `a program in ${readme}`).to.be.a('string');
  return example ?? '';
};

/** Packs the client and lays it where a program finds it, beside what it depends on. Gives the names of its files. */
const installPackage = (directory: string): readonly string[] => {
  const [packed] = JSON.parse(
    run('npm', ['pack', '--json', '--pack-destination', directory], join(ROOT, 'packages/client')),
  ) as { filename: string; files: { path: string }[] }[];
  const modules = join(directory, 'node_modules');
  mkdirSync(join(modules, NAME), { recursive: true });
  run('tar', ['-xzf', packed?.filename ?? '', '-C', join(modules, NAME), '--strip-components=1'], directory);
  for (const name of [...DEPENDENCIES, 'openapi-typescript-helpers', '@types'])
    symlinkSync(join(ROOT, 'node_modules', name), join(modules, name));
  writeFileSync(join(directory, 'package.json'), '{ "type": "module" }\n');
  return (packed?.files ?? []).map(({ path }) => path).sort();
};

describe('the package of the client', () => {
  let directory: TemporaryDirectory;
  let files: readonly string[] = [];
  let service: RunningService;
  let database: Awaited<ReturnType<typeof createTestDatabase>>;

  before(async () => {
    directory = createDirectory();
    files = installPackage(directory.path);
    database = await createTestDatabase({ empty: true });
    const { host, port, user, password, sslMode, database: name } = database.config;
    service = await startService({
      ...{ PGHOST: host, PGPORT: String(port), PGUSER: user, PGPASSWORD: password },
      ...{ PGSSLMODE: sslMode, PGDATABASE: name },
    });
  });
  after(async () => {
    await service?.[Symbol.asyncDispose]();
    await database?.[Symbol.asyncDispose]();
    directory?.[Symbol.dispose]();
  });

  it('has the code, a licence, and nothing else', () => {
    expect(files.filter((file) => !file.startsWith('dist/'))).to.deep.equal(['LICENSE', 'README.md', 'package.json']);
    expect(files).to.include.members(['dist/index.js', 'dist/index.d.ts', 'dist/contract.d.ts']);
    expect(files).to.include.members(['dist/cli/main.js', 'dist/cjs/index.js', 'dist/cjs/index.d.ts']);
    const others = files.filter((file) => !/\.(?:js|d\.ts)$/.test(file) && file.startsWith('dist/'));
    expect(others).to.deep.equal(['dist/cjs/package.json']);
  });

  it('depends on the versions that the tests use', () => {
    const { dependencies, devDependencies } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as Record<
      'dependencies' | 'devDependencies',
      Readonly<Record<string, string>>
    >;
    const installed = { ...dependencies, ...devDependencies };
    const published = JSON.parse(readFileSync(join(ROOT, 'packages/client/package.json'), 'utf8')) as {
      dependencies: Readonly<Record<string, string>>;
    };
    expect(Object.keys(published.dependencies)).to.deep.equal(DEPENDENCIES);
    for (const [name, range] of Object.entries(published.dependencies))
      expect(`^${installed[name]}`, name).to.equal(range);
  });

  it('builds an image in ten lines, as the README shows', () => {
    const example = exampleOf('README.md');
    expect(example.trimEnd().split('\n')).to.have.length.at.most(10);
    expect(example).to.include(LOCAL);
    writeFileSync(join(directory.path, 'example.ts'), example.replace(LOCAL, service.api));
    const tsc = join(ROOT, 'node_modules/typescript/bin/tsc');
    const options = ['--noEmit', '--strict', '--target', 'es2022', '--module', 'nodenext', '--lib', 'es2022,dom'];
    run(process.execPath, [tsc, ...options, '--types', 'node', 'example.ts'], directory.path);
    expect(run(process.execPath, ['example.ts'], directory.path)).to.match(/"url":"http:\S+\.qcow2"/);
  });

  const USE = `import { createImageBuilder, isRefusal, verifyWebhook, type ErrorCode } from '${NAME}';
const api = createImageBuilder({ baseUrl: '${LOCAL}' });
export const code: ErrorCode = 'quota.exceeded';
export const type: string = verifyWebhook('', {}, '').type;
export const distributions: Promise<string[] | undefined> = api.GET('/distributions').then(({ data }) => {
  // @ts-expect-error: the types are there, and not any
  data satisfies number;
  return data?.map(({ name }) => name);
});
export const isOver = (error: unknown): boolean => isRefusal(error, code);
`;

  for (const [resolution, file, ...options] of [
    ['node10', 'use.ts', '--module', 'commonjs', '--moduleResolution', 'node10', '--ignoreDeprecations', '5.0'],
    ['node16 in CommonJS', 'use.cts', '--module', 'node16'],
    ['node16 in an ES module', 'use.mts', '--module', 'node16'],
    ['bundler', 'use.ts', '--module', 'esnext', '--moduleResolution', 'bundler'],
  ] as const) {
    it(`has types with the resolution ${resolution}`, () => {
      writeFileSync(join(directory.path, file), USE);
      const tsc = join(ROOT, 'node_modules/typescript/bin/tsc');
      const strict = ['--noEmit', '--strict', '--skipLibCheck', '--target', 'es2022', '--lib', 'es2022,dom'];
      // Types that are not found would be any, which the program notices.
      run(process.execPath, [tsc, ...strict, '--typeRoots', 'none', ...options, file], directory.path);
    });
  }

  it('is the same for require and import, and there is its package.json', () => {
    writeFileSync(
      join(directory.path, 'both.mjs'),
      `import { createRequire } from 'node:module';
import * as imported from '${NAME}';
const require = createRequire(import.meta.url);
const required = require('${NAME}');
const api = required.createImageBuilder({ baseUrl: '${service.api}' });
const { data } = await api.GET('/distributions');
console.log(JSON.stringify({
  same: JSON.stringify(Object.keys(required).sort()) === JSON.stringify(Object.keys(imported).sort()),
  works: Array.isArray(data),
  name: require('${NAME}/package.json').name,
}));
`,
    );
    const said = JSON.parse(run(process.execPath, ['both.mjs'], directory.path));
    expect(said).to.deep.equal({ same: true, works: true, name: NAME });
  });

  it('has a program', () => {
    const { bin } = JSON.parse(readFileSync(join(directory.path, 'node_modules', NAME, 'package.json'), 'utf8'));
    const program = join(directory.path, 'node_modules', NAME, bin['image-builder']);
    expect(run(process.execPath, [program, 'quota', '--url', service.api], directory.path)).to.include('composes');
  });

  it('shows the same program in its own README', () => {
    expect(exampleOf('packages/client/README.md')).to.equal(exampleOf('README.md'));
  });
});
