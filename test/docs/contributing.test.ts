// The walks of CONTRIBUTING.md, each done in a copy of the repository.
import { execFile } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readFileSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { mkdtempDisposable } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import { dumpSchema } from '../../scripts/support/schema-dump.ts';
import { createTestDatabase } from '../support/database.ts';

const ROOT = join(import.meta.dirname, '../..');
const PAGE = readFileSync(join(ROOT, 'CONTRIBUTING.md'), 'utf8');
const COPIED = [
  'api',
  'generated',
  'src',
  'deploy',
  'scripts',
  'packages',
  'distributions',
  'docs/configuration.md',
  'package.json',
  'tsconfig.json',
];
const { scripts } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { scripts: Record<string, string> };

/** The text of a section. */
const sectionOf = (title: string): string => PAGE.split(`\n## ${title}\n`)[1]?.split('\n## ')[0] ?? '';

interface Outcome {
  readonly code: number;
  readonly output: string;
}

/** A copy of what the commands read, and commands that run in it. */
const copyRepository = async () => {
  const directory = await mkdtempDisposable(join(tmpdir(), 'image-builder-walk-'));
  const at = (file: string): string => join(directory.path, file);
  for (const name of COPIED) cpSync(join(ROOT, name), at(name), { recursive: true });
  symlinkSync(join(ROOT, 'node_modules'), at('node_modules'));
  const run = async (args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Outcome> => {
    const options = { cwd: directory.path, env: { ...process.env, ...env } };
    try {
      const { stdout, stderr } = await promisify(execFile)(process.execPath, [...args], options);
      return { code: 0, output: stdout + stderr };
    } catch (error) {
      const { code, stdout, stderr } = error as { code: number; stdout: string; stderr: string };
      return { code, output: stdout + stderr };
    }
  };
  return {
    at,
    run,
    /** Replaces a text that the file has once. */
    edit: (file: string, old: string, text: string): void => {
      const [before, after, ...more] = readFileSync(at(file), 'utf8').split(old);
      if (before === undefined || after === undefined || more.length > 0)
        throw new Error(`${file}: "${old}" is not there once`);
      writeFileSync(at(file), `${before}${text}${after}`);
    },
    [Symbol.asyncDispose]: () => directory.remove(),
  };
};

const OPERATION = `  /greeting:
    get:
      operationId: getGreeting
      summary: Get a greeting
      tags: [meta]
      responses:
        '200':
          description: A greeting.
          content:
            application/json:
              schema:
                $ref: '#/components/schemas/Version'
`;
const HANDLER = `import type { OperationHandler } from '../http/operation.ts';
import { versionBody } from './getVersion.ts';

export const getGreeting: OperationHandler<'getGreeting'> = (ctx) => ({ status: 200, body: versionBody(ctx) });
`;
/** The types of the service alone, which are enough here and take a third of the time. */
const TYPES = JSON.stringify({ extends: './tsconfig.json', include: ['src', 'generated'] });

describe('a walk of CONTRIBUTING.md', () => {
  for (const title of ['Adding an operation', 'Adding a distribution', 'Adding a migration']) {
    it(`has numbered steps, and names commands and folders that exist: ${title}`, () => {
      const text = sectionOf(title);
      const numbers = [...text.matchAll(/^(\d+)\. /gm)].map(([, number]) => Number(number));
      expect(numbers).to.have.length.above(4);
      expect(numbers).to.deep.equal(numbers.map((_, index) => index + 1));
      const commands = [...text.matchAll(/npm run ([\w:]+)/g)].map(([, name = '']) => name);
      expect(Object.keys(scripts)).to.include.members(commands);
      const paths = [...text.matchAll(/`((?:src|test|api|distributions)\/[^`]*)`/g)].map(([, path = '']) => path);
      for (const path of paths.map((one) => (/[<N]/.test(one) ? dirname(one.replaceAll(/<.*/g, 'x')) : one)))
        expect(existsSync(join(ROOT, path)), path).to.equal(true);
    });
  }

  it('adds a distribution: contract, document, page and directory have it, and the check names no error', async () => {
    await using copy = await copyRepository();
    const like = ['--like', 'fedora-45', '--replace', 'fedora-45=fedora-46', '--replace', 'f45=f46'];
    const about = ['--description', 'Fedora Linux 46', '--fingerprint', '0123456789ABCDEF0123456789ABCDEF01234567'];
    const bin = 'packages/distribution-tools/bin';
    expect(await copy.run([`${bin}/add.ts`, 'fedora-46', ...like, ...about])).to.include({ code: 0 });
    for (const file of ['api/openapi.yaml', 'generated/openapi.json', 'generated/image-builder.ts', 'docs/coverage.md'])
      expect(readFileSync(copy.at(file), 'utf8'), file).to.include('fedora-46');
    expect(existsSync(copy.at('distributions/fedora-46/fedora-46.json'))).to.equal(true);
    expect(await copy.run(['scripts/generate.ts', '--check'])).to.include({ code: 0 });
    const { code, output } = await copy.run([`${bin}/check.ts`, '--distro', 'fedora-46']);
    expect(code, output).to.equal(0);
  });

  it('adds an operation: the compiler demands its traits and its handler, and then accepts it', async () => {
    await using copy = await copyRepository();
    copy.edit('api/openapi.yaml', '\n  /version:\n', `\n${OPERATION}  /version:\n`);
    expect(await copy.run(['scripts/generate.ts'])).to.include({ code: 0 });
    writeFileSync(copy.at('service.json'), TYPES);
    const compile = () => copy.run(['node_modules/typescript/bin/tsc', '-p', 'service.json']);
    const { code, output } = await compile();
    expect(code).to.not.equal(0);
    for (const file of ['src/handlers/index.ts', 'src/http/operation-traits.ts'])
      expect(output).to.match(new RegExp(`^${file.replaceAll('.', String.raw`\.`)}.*'getGreeting' is missing`, 'm'));

    writeFileSync(copy.at('src/handlers/getGreeting.ts'), HANDLER);
    copy.edit(
      'src/handlers/index.ts',
      'import { getVersion }',
      "import { getGreeting } from './getGreeting.ts';\nimport { getVersion }",
    );
    copy.edit('src/handlers/index.ts', '\n  getVersion,', '\n  getGreeting,\n  getVersion,');
    copy.edit('src/http/operation-traits.ts', '\n  getVersion:', '\n  getGreeting: PROBE,\n  getVersion:');
    expect(await compile()).to.deep.equal({ code: 0, output: '' });
  });

  it('adds a distribution: the check names what is wrong with it, and then accepts it', async () => {
    await using copy = await copyRepository();
    const relative = readFileSync(join(ROOT, 'distributions/fedora-38/fedora-38.json'), 'utf8');
    mkdirSync(copy.at('distributions/example-1'), { recursive: true });
    const definition = relative.replace('"name": "fedora-38"', '"name": "example-1"');
    writeFileSync(copy.at('distributions/example-1/example-1.json'), definition);
    const check = () => copy.run(['packages/distribution-tools/bin/check.ts']);
    const { code, output } = await check();
    expect(code, output).to.equal(1);
    expect(output).to.include('example-1');

    copy.edit(
      'api/openapi.yaml',
      '\n        - rhel-8\n        - rhel-8-nightly\n',
      '\n        - example-1\n        - rhel-8\n        - rhel-8-nightly\n',
    );
    expect(await copy.run(['scripts/generate.ts'])).to.include({ code: 0 });
    const after = await check();
    expect(after.code, after.output).to.equal(0);
  });

  it('adds a migration: the migrator applies that step alone, and the schema has what it adds', async () => {
    await using copy = await copyRepository();
    await using database = await createTestDatabase();
    const steps = readdirSync(copy.at('src/db/additions')).filter((file) => file.endsWith('.sql'));
    const name = `${String(steps.length + 1).padStart(3, '0')}_add_greetings.sql`;
    writeFileSync(copy.at(`src/db/additions/${name}`), 'CREATE TABLE greetings (text varchar NOT NULL);\n');
    const { host, port, user, password, database: PGDATABASE } = database.config;
    const env = { PGHOST: host, PGPORT: String(port), PGUSER: user, PGPASSWORD: password, PGDATABASE };
    const before = await dumpSchema(database.sql);

    const plan = await copy.run(['src/main.ts', 'migrate', '--plan'], env);
    expect(plan.output).to.include(name).and.not.include(steps.at(-1));
    const applied = await copy.run(['src/main.ts', 'migrate'], env);
    expect(applied.code, applied.output).to.equal(0);
    expect(before).to.equal(readFileSync(copy.at('src/db/schema.sql'), 'utf8'));
    expect(await dumpSchema(database.sql)).to.match(/^CREATE TABLE greetings \($/m);
  });
});
