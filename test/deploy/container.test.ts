// The container image, as far as it can be tested without a container engine: a directory with exactly what the Dockerfile copies.
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
} from 'node:fs';
import { join, normalize } from 'node:path';
import { expect } from 'chai';
import { after, before, describe, it } from 'mocha';
import { unusedPort } from '../upstream/loopback.ts';
import { createDirectory, type TemporaryDirectory } from '../domain/distributions/support.ts';
import { ROOT, startProgram } from '../process/support.ts';
import { createClients } from '../support/client.ts';
import { createTestDatabase } from '../support/database.ts';
import { identityHeader } from '../support/identity.ts';
import { API_PATH } from '../support/service.ts';
import { baseImagesOf } from '../../scripts/support/base-images.ts';
import { buildSite } from '../../scripts/docs/site.ts';
import { bundleService, UNBUNDLED } from '../../scripts/support/bundle.ts';
import { copiedPackagesOf, copiesOf, environmentOf, readStages, valuesOf, type Stage } from './dockerfile.ts';

/** Builders of images, each with arguments that fail where it does not work. */
const BUILDERS = [
  ['buildah', 'info'],
  ['podman', 'info'],
  ['docker', 'info'],
] as const;

const stages = readStages();
const image = stages.at(-1) as Stage;
const ARGS = { BUILD_COMMIT: '0123456789abcdef', BUILD_TIME: '2026-01-02T03:04:05Z' };
const ENV = environmentOf(image, ARGS);

/** The user of the image. A test that runs as root can become it; one that does not has no rights to lose. */
const asUser = (): { uid: number; gid: number } | null => {
  const user = Number(valuesOf(image, 'USER')[0]);
  return process.getuid?.() === 0 ? { uid: user, gid: user } : null;
};

const eachFile = (directory: string, work: (path: string) => void): void => {
  for (const entry of readdirSync(directory, { withFileTypes: true })) {
    const path = join(directory, entry.name);
    if (entry.isDirectory()) eachFile(path, work);
    if (!entry.isSymbolicLink()) work(path);
  }
};

/** Creates the read-only directory of the image: its files, the bundle and its packages. */
const makeImage = async (directory: TemporaryDirectory): Promise<string> => {
  const app = directory.file('app');
  for (const { sources, target } of copiesOf(image)) {
    for (const source of sources) {
      const isFile = statSync(join(ROOT, source)).isFile();
      // A directory's content goes to the target, a file goes into it.
      cpSync(join(ROOT, source), isFile ? join(app, target, source.split('/').at(-1) ?? '') : join(app, target), {
        recursive: true,
        verbatimSymlinks: true,
      });
    }
  }
  await bundleService(join(app, 'dist'));
  await buildSite(join(app, 'site'));
  // Without the packages that these could load beside themselves: the image does not have them either.
  for (const name of copiedPackagesOf(image))
    cpSync(join(ROOT, 'node_modules', name), join(app, 'node_modules', name), { recursive: true });
  eachFile(directory.path, (path) => chmodSync(path, statSync(path).isDirectory() ? 0o555 : 0o444));
  chmodSync(directory.path, 0o555);
  return app;
};

describe('the Dockerfile', () => {
  it('builds the service and nothing else, unless the tools are requested', () => {
    expect(stages.map(({ name }) => name)).to.deep.equal(['bundle', 'tools', null]);
    expect(valuesOf(image, 'CMD')).to.deep.equal(['["node", "dist/main.js"]']);
    expect(copiesOf(image).flatMap(({ sources }) => sources)).to.deep.equal([
      ...['package.json', 'LICENSE', 'NOTICE', 'generated', 'distributions'],
      ...['src/db/migrations', 'src/db/additions', 'src/root-routes/assets'],
    ]);
  });

  it('has one copy of the program: the bundle, and the packages that it does not contain', () => {
    expect(copiedPackagesOf(image)).to.have.members([...UNBUNDLED]);
  });

  it('runs everything as a user that is not root, set by its number', () => {
    for (const stage of stages.slice(1)) expect(valuesOf(stage, 'USER')).to.deep.equal(['1000']);
  });

  it('installs the versions of the lockfile', () => {
    for (const stage of stages.slice(0, 2)) expect(valuesOf(stage, 'RUN')[0]).to.match(/^npm ci /);
  });

  it('has a base image of the Node version that the project runs on', () => {
    const major = /^(\d+)/.exec(process.versions.node)?.[1];
    const bases = readFileSync(join(ROOT, 'Dockerfile'), 'utf8').match(/^FROM [^@\s]+/gm);
    expect(bases).to.deep.equal(stages.map(() => `FROM docker.io/library/node:${major}-slim`));
  });

  it('names its base image by digest, the same one in every stage', () => {
    const images = baseImagesOf(readFileSync(join(ROOT, 'Dockerfile'), 'utf8'));
    expect(images).to.have.lengthOf(stages.length);
    expect(new Set(images.map(({ digest }) => digest))).to.have.property('size', 1);
  });

  it('has everything in the stage of the bundle that the build needs', async () => {
    const stage = stages[0] as Stage;
    const work = mkdtempSync(join(ROOT, 'dist-stage-'));
    try {
      for (const { sources, target } of copiesOf(stage))
        for (const source of sources) {
          const isFile = statSync(join(ROOT, source)).isFile();
          const name = isFile ? (source.split('/').at(-1) ?? '') : '';
          cpSync(join(ROOT, source), join(work, target, name), { recursive: true });
        }
      symlinkSync(join(ROOT, 'node_modules'), join(work, 'node_modules'));
      const { status, stderr } = spawnSync('npm', ['run', 'build'], {
        ...{
          cwd: work,
          encoding: 'utf8',
          env: { ...process.env, ...ARGS, BUILDER_ID: 'https://ci.example.com/pipeline' },
        },
      });
      expect(status, stderr).to.equal(0);
      const read = (path: string) => JSON.parse(readFileSync(join(work, 'dist-statements', path), 'utf8'));
      const { subject, predicate } = read('provenance.json');
      expect(subject.map(({ name }: { name: string }) => name)).to.include('dist/main.js');
      expect(existsSync(join(work, 'site/index.html'))).to.equal(true);
      expect(predicate.buildDefinition.externalParameters.commit).to.equal(ARGS.BUILD_COMMIT);
      expect(predicate.runDetails.builder.id).to.equal('https://ci.example.com/pipeline');
      expect(read('sbom.cdx.json').metadata.timestamp).to.equal(ARGS.BUILD_TIME);
    } finally {
      rmSync(work, { recursive: true });
    }
  });

  it('is sent what it copies, and nothing else', () => {
    const lines = readFileSync(join(ROOT, '.dockerignore'), 'utf8').split('\n');
    const rules = lines.filter((line) => line !== '' && !line.startsWith('#'));
    expect(rules[0]).to.equal('*');
    const sent = rules.slice(1).map((rule) => rule.replace(/^!/, ''));
    expect(rules.slice(1).every((rule) => rule.startsWith('!'))).to.equal(true);
    const copied = stages
      .flatMap(copiesOf)
      .flatMap(({ sources }) => sources.map((path) => normalize(path).split('/')[0]));
    expect(sent).to.have.members([...new Set(copied)]);
  });
});

describe('the container image', () => {
  let directory: TemporaryDirectory;
  let app = '';
  const options = (env: Readonly<Record<string, string>>) => ({
    ...{ env: { ...ENV, ...env }, cwd: app, root: app, user: asUser() },
  });
  const run = async (args: readonly string[], env: Readonly<Record<string, string>>) => {
    using running = startProgram('dist/main.js', { ...options(env), args });
    return await running.ended;
  };

  before(async () => {
    directory = createDirectory();
    app = await makeImage(directory);
  });
  after(() => {
    eachFile(directory.path, (path) => chmodSync(path, 0o755));
    chmodSync(directory.path, 0o755);
    directory[Symbol.dispose]();
  });

  it('cannot be written to by its user', () => {
    const { status } = spawnSync('sh', ['-c', 'touch file || touch dist/file || mkdir directory'], {
      ...{ cwd: app, stdio: 'ignore', ...asUser() },
    });
    expect(status).not.to.equal(0);
  });

  it('serves requests without an upstream, and reports its version', async () => {
    using service = startProgram('dist/main.js', options({ LISTEN_ADDRESS: '127.0.0.1:0' }));
    const [, port] = await service.said(/"port":(\d+)\},"msg":"listening"/);
    using clients = createClients(Number(port));
    const root = clients.create('');
    const api = clients.create(API_PATH, { 'x-rh-identity': identityHeader() });
    expect((await root.get('/status')).body).to.deep.equal({
      ...{ version: '1.0', build_commit: ARGS.BUILD_COMMIT.slice(0, 7), build_time: ARGS.BUILD_TIME },
    });
    for (const path of [
      '/metrics',
      '/openapi.json',
      '/docs',
      '/docs/tutorial.html',
      '/docs/assets/site.js',
      '/front.js',
      '/tokens.css',
    ])
      expect((await root.get(path)).status, path).to.equal(200);
    for (const path of ['/distributions', '/packages?distribution=centos-9&architecture=x86_64&search=vim'])
      expect((await api.get(path)).status, path).to.equal(200);
    service.child.kill('SIGTERM');
    expect(await service.ended).to.include({ code: 0, stderr: '' });
  });

  it('has a health check that succeeds', async () => {
    using service = startProgram('dist/main.js', options({ LISTEN_ADDRESS: '127.0.0.1:0' }));
    const [, port] = await service.said(/"port":(\d+)\},"msg":"listening"/);
    const [, command = ''] = /CMD (\[.*\])$/.exec(valuesOf(image, 'HEALTHCHECK')[0] ?? '') ?? [];
    const [node, ...args] = JSON.parse(command) as string[];
    expect(node).to.equal('node');
    const health = (listen: string): number | null =>
      spawnSync(process.execPath, args, { env: { LISTEN_ADDRESS: listen }, stdio: 'ignore' }).status;
    expect(health(`0.0.0.0:${port}`)).to.equal(0);
    expect(health(`0.0.0.0:${await unusedPort()}`)).to.equal(1);
  });

  it('migrates a database, and has nothing to do the second time', async () => {
    await using database = await createTestDatabase({ empty: true });
    const { host, port, user, password, sslMode, database: name } = database.config;
    const env = {
      ...{ PGHOST: host, PGPORT: String(port), PGUSER: user, PGPASSWORD: password, PGSSLMODE: sslMode },
      PGDATABASE: name,
    };
    expect(await run(['migrate'], env)).to.include({ code: 0, stderr: '' });
    const again = await run(['migrate'], env);
    expect(again).to.include({ code: 0, stderr: '' });
    expect(again.stdout).to.include('the schema is current');
    expect(await run(['maintenance'], { ...env, ENABLE_DB_MAINTENANCE: 'true' })).to.include({
      ...{ code: 0, stderr: '' },
    });
  });

  it('prints its configuration, without secrets', async () => {
    const { code, stdout } = await run(['config'], { PGPASSWORD: 'a-password' });
    expect(code).to.equal(0);
    expect(stdout).to.include('"PGPASSWORD": "[set]"').and.not.to.include('a-password');
  });

  it('gives the heap 60 % of its memory', () => {
    const program = 'console.log(v8.getHeapStatistics().heap_size_limit / os.totalmem())';
    const { stdout } = spawnSync(process.execPath, ['-e', program], { env: ENV, encoding: 'utf8' });
    // What limits the memory of the tests themselves may make it smaller.
    expect(Number(stdout)).to.be.within(0.01, 0.65);
  });

  it('refuses a command that it does not have', async () => {
    const { code, stderr } = await run(['migrates'], {});
    expect(code).to.equal(2);
    expect(stderr).to.match(/^usage: .*serve \| migrate \| maintenance \| config/);
  });
});

describe('the Dockerfile for Red Hat’s base images', () => {
  const ubi = readStages('Dockerfile.ubi');
  const NODE = '--from=bundle /app/node_modules/node/bin/node /usr/local/bin/node';

  it('makes the same image on another base, with the Node version of the lockfile', () => {
    const [builder, result] = ubi as [Stage, Stage];
    expect(ubi).to.have.lengthOf(2);
    const withoutNode = result.instructions.filter(({ value }) => value !== NODE);
    expect(withoutNode).to.deep.equal(image.instructions);
    expect(withoutNode).to.have.lengthOf(result.instructions.length - 1);
    const afterInstall = ({ instructions }: Stage) =>
      instructions.slice(instructions.findIndex(({ name }) => name === 'RUN') + 1);
    expect(afterInstall(builder)).to.deep.equal(afterInstall(stages[0] as Stage));
  });

  it('has base images of UBI 9', () => {
    const bases = readFileSync(join(ROOT, 'Dockerfile.ubi'), 'utf8').match(/^FROM \S+/gm);
    expect(bases?.every((base) => base.startsWith('FROM registry.access.redhat.com/ubi9/'))).to.equal(true);
  });
});

/** The Dockerfile, with a base image of this machine if one is named: registries of images cannot be reached everywhere. */
const withBaseImage = (base: string | undefined): string => {
  const text = readFileSync(join(ROOT, 'Dockerfile'), 'utf8');
  return base === undefined ? text : text.replaceAll(/^FROM \S+/gm, `FROM ${base}`);
};

describe('the image that a builder makes', () => {
  it('serves requests', function () {
    const builder = BUILDERS.find(([command, ...args]) => spawnSync(command, args).status === 0);
    if (builder === undefined) {
      console.warn('    SKIPPED: there is no builder of images that works: buildah, podman or docker');
      this.skip();
    }
    this.timeout(15 * 60_000);
    const [command] = builder;
    const tag = `image-builder-test:${process.pid}`;
    const call = (...args: readonly string[]) => spawnSync(command, args, { cwd: ROOT, encoding: 'utf8' });
    using directory = createDirectory({ Dockerfile: withBaseImage(process.env['TEST_BASE_IMAGE']) });
    const built = call(command === 'buildah' ? 'bud' : 'build', '-f', directory.file('Dockerfile'), '-t', tag, '.');
    if (built.status !== 0 && /manifest|registry|lookup|dial tcp|timeout/i.test(built.stderr)) {
      console.warn(`    SKIPPED: the base image cannot be pulled: ${built.stderr.trim().split('\n').at(-1)}`);
      this.skip();
    }
    expect(built.status, built.stderr).to.equal(0);
    try {
      const program = ['node', 'dist/main.js', 'config'];
      const run = () => {
        if (command !== 'buildah') return call('run', '--rm', '--memory', '512m', tag, ...program);
        const container = call('from', '--pull-never', tag).stdout.trim();
        const ended = call('run', container, '--', ...program);
        call('rm', container);
        return ended;
      };
      const { status, stdout, stderr } = run();
      expect(status, stderr).to.equal(0);
      expect(stdout).to.include('"LISTEN_ADDRESS": "0.0.0.0:8086"');
    } finally {
      call('rmi', '-f', tag);
    }
  });
});
