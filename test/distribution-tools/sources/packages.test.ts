import { readdirSync, statSync } from 'node:fs';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import { createTransport } from '../../../packages/distribution-tools/src/sources/transport.ts';
import { openCache } from '../../../packages/distribution-tools/src/sources/cache.ts';
import { useRealConnections } from '../../upstream/loopback.ts';
import { createDirectory, type TemporaryDirectory } from '../../domain/distributions/support.ts';
import { serveFiles } from './file-server.ts';
import {
  definitionOf,
  metadata,
  primaryXml,
  readList,
  repositoryFiles,
  runPackages,
  SETTINGS,
  writeDefinitions,
  writeRepository,
  type MetadataEntry,
} from './repositories.ts';

/** A repository in the directory of a test; gives its address. */
const addRepository = (directory: TemporaryDirectory, name: string, ...entries: readonly MetadataEntry[]): string => {
  writeRepository(directory.file(name), repositoryFiles(...entries));
  return pathToFileURL(directory.file(name)).href;
};

const listOf = (...names: readonly string[]): MetadataEntry =>
  metadata('primary', primaryXml(...names.map((name) => ({ name }))));

const namesIn = (directory: TemporaryDirectory, distribution: string, list: string): unknown[] =>
  (readList(directory, distribution, list) as { name: unknown }[]).map(({ name }) => name);

describe('updatePackages', () => {
  it('sorts by name without letter case, and writes nothing but ASCII', async () => {
    using directory = createDirectory();
    const packages = ['b', 'C', 'a', 'B', 'a-b', 'a_b', 'A', 'a1'].map((name) => ({
      name,
      summary: `${name} – ü🐧\n  <&>`,
    }));
    const baseurl = addRepository(directory, 'repository', metadata('primary', primaryXml(...packages)));
    writeDefinitions(directory, definitionOf('centos-9', [{ id: 'base', baseurl }]));
    await runPackages(directory);
    expect(namesIn(directory, 'centos-9', 'x86_64-base-packages')).to.deep.equal([
      ...['A', 'a', 'a-b', 'a1', 'a_b', 'B', 'b', 'C'],
    ]);
    const text = directory.read('data/centos-9/centos-9-x86_64-base-packages.json');
    expect(text).to.match(/^[\x20-\x7e\n]*$/);
    expect(
      text.startsWith('[\n  {\n    "name": "A",\n    "summary": "A \\u2013 \\u00fc\\ud83d\\udc27 <&>"\n  },\n'),
    ).to.equal(true);
    expect(text.endsWith('\n  }\n]\n')).to.equal(true);
  });

  it('prefers the architecture itself among packages of one version', async () => {
    using directory = createDirectory();
    const variants = ['i686', 'noarch', 'x86_64', 'aarch64', 'src', 's390x'];
    const packages = [variants, variants.toReversed()].flatMap((arches, index) =>
      arches.map((arch) => ({ name: `p${index}`, arch, summary: arch })),
    );
    const baseurl = addRepository(directory, 'repository', metadata('primary', primaryXml(...packages)));
    writeDefinitions(directory, definitionOf('centos-9', [{ id: 'base', baseurl }]));
    await runPackages(directory);
    expect(readList(directory, 'centos-9', 'x86_64-base-packages')).to.deep.equal([
      { name: 'p0', summary: 'x86_64' },
      { name: 'p1', summary: 'x86_64' },
    ]);
  });

  it('takes a newer package of another architecture that the system can use', async () => {
    using directory = createDirectory();
    const baseurl = addRepository(
      directory,
      'repository',
      metadata(
        'primary',
        primaryXml(
          { name: 'p', summary: 'ours' },
          { name: 'p', arch: 'noarch', version: '2', summary: 'newer' },
          { name: 'p', arch: 'src', version: '3' },
        ),
      ),
    );
    writeDefinitions(directory, definitionOf('centos-9', [{ id: 'base', baseurl }]));
    await runPackages(directory);
    expect(readList(directory, 'centos-9', 'x86_64-base-packages')).to.deep.equal([{ name: 'p', summary: 'newer' }]);
  });

  it('writes groups, environments and modules where there are any, and removes them where there are none any more', async () => {
    using directory = createDirectory();
    const comps =
      '<comps><group><id>b</id><name>B</name><description>of b</description></group><group><id>a</id><name>A</name>' +
      '<name xml:lang="de">Ä</name></group><group><id>a</id><name>Again</name></group>' +
      '<environment><id>e</id><name>E</name></environment></comps>';
    const modules = ['2', '10', '1']
      .map(
        (stream) =>
          `---\ndocument: modulemd\nversion: 2\ndata: {name: m, stream: ${stream}, version: 1, summary: S}\n...\n`,
      )
      .join('');
    const defaults = '---\ndocument: modulemd-defaults\nversion: 1\ndata: {module: m, stream: 10}\n...\n';
    const baseurl = addRepository(
      directory,
      'repository',
      ...[listOf('bash'), metadata('group', comps), metadata('modules', modules + defaults)],
    );
    writeDefinitions(directory, definitionOf('centos-9', [{ id: 'base', baseurl }]));

    const { lines } = await runPackages(directory);
    expect(lines).to.deep.equal([
      'centos-9 x86_64 base: 1 package, 2 groups, 1 environment, 3 module streams; written',
    ]);
    expect(readList(directory, 'centos-9', 'x86_64-base-groups')).to.deep.equal([
      { id: 'a', name: 'A', description: '' },
      { id: 'b', name: 'B', description: 'of b' },
    ]);
    expect(readList(directory, 'centos-9', 'x86_64-base-environments')).to.deep.equal([
      { id: 'e', name: 'E', description: '' },
    ]);
    expect(readList(directory, 'centos-9', 'x86_64-base-modules')).to.deep.equal([
      { name: 'm', stream: '1', summary: 'S', default: false },
      { name: 'm', stream: '10', summary: 'S', default: true },
      { name: 'm', stream: '2', summary: 'S', default: false },
    ]);
    expect((await runPackages(directory)).unchanged).to.equal(1);

    addRepository(directory, 'repository', listOf('bash'));
    expect((await runPackages(directory)).changed).to.equal(1);
    expect(readdirSync(directory.file('data/centos-9')).sort()).to.deep.equal([
      'centos-9-x86_64-base-packages.json',
      'centos-9.json',
    ]);
  });

  it('does not write unchanged lists', async () => {
    using directory = createDirectory();
    const baseurl = addRepository(directory, 'repository', listOf('b', 'a'));
    writeDefinitions(directory, definitionOf('centos-9', [{ id: 'base', baseurl }]));
    await runPackages(directory);
    const list = directory.file('data/centos-9/centos-9-x86_64-base-packages.json');
    const before = statSync(list, { bigint: true });
    addRepository(directory, 'repository', listOf('a', 'b'));
    const { lines, unchanged } = await runPackages(directory);
    expect({ lines, unchanged }).to.deep.equal({
      lines: ['centos-9 x86_64 base: 2 packages, 0 groups, 0 environments, 0 module streams; unchanged'],
      unchanged: 1,
    });
    const { ino, mtimeNs } = statSync(list, { bigint: true });
    expect({ ino, mtimeNs }).to.deep.equal({ ino: before.ino, mtimeNs: before.mtimeNs });
    expect(statSync(list).mode & 0o777).to.equal(0o644 & ~process.umask());
  });

  it('updates the requested distributions (by name or alias), architectures and repositories only', async () => {
    using directory = createDirectory();
    const baseurl = addRepository(directory, 'repository', listOf('bash'));
    const repositories = [
      { id: 'base', baseurl, rhsm: false },
      { id: 'extra', baseurl: `${baseurl}/`, rhsm: false },
    ];
    for (const name of ['rhel-9.8', 'centos-9']) {
      writeDefinitions(directory, definitionOf(name, repositories, { aarch64: { image_types: [], repositories } }));
    }
    directory.link('data/rhel-9', 'rhel-9.8');
    const lists = (): string[] =>
      ['rhel-9.8', 'centos-9'].flatMap((name) =>
        readdirSync(directory.file(`data/${name}`)).filter((file) => file.endsWith('-packages.json')),
      );

    await runPackages(directory, { distributions: ['rhel-9'], architectures: ['aarch64'], repositories: ['extra'] });
    expect(lists()).to.deep.equal(['rhel-9.8-aarch64-extra-packages.json']);
    await runPackages(directory, { distributions: ['rhel-9', 'rhel-9.8'] });
    expect(lists()).to.have.length(4);
    expect((await runPackages(directory)).repositories).to.equal(8);
  });

  it('skips distributions with no_package_list, and reports that', async () => {
    using directory = createDirectory();
    const baseurl = addRepository(directory, 'repository', listOf('bash'));
    const definition = definitionOf('centos-9', [{ id: 'base', baseurl }]);
    writeDefinitions(directory, { ...definition, distribution: { name: 'centos-9', no_package_list: true } });
    const { lines, ...result } = await runPackages(directory);
    expect(lines).to.deep.equal([
      'centos-9: skipped, because its definition has no_package_list (--enable includes it)',
    ]);
    expect(result).to.deep.equal({ repositories: 0, unchanged: 0, changed: 0, problems: 0 });
  });

  it('writes lists for distributions with no_package_list on demand, and removes the mark once all lists exist', async () => {
    using directory = createDirectory();
    const good = addRepository(directory, 'good', listOf('bash'));
    const members = { module_platform_id: 'platform:el9', other: { kept: [1, null] } };
    const distribution = { name: 'centos-9', no_package_list: true, description: 'Größe' };
    const define = (second: string): void =>
      writeDefinitions(directory, {
        ...members,
        ...{
          distribution,
          x86_64: {
            image_types: [],
            repositories: [
              { id: 'a', baseurl: good },
              { id: 'b', baseurl: second },
            ],
          },
        },
      });
    const isOff = (): unknown => JSON.parse(directory.read('data/centos-9/centos-9.json')).distribution.no_package_list;

    define(pathToFileURL(directory.file('nowhere')).href);
    expect((await runPackages(directory, { enable: true })).problems).to.equal(1);
    expect(isOff()).to.equal(true);
    define(addRepository(directory, 'second', listOf('vim')));
    await runPackages(directory, { enable: true, repositories: ['a'] });
    expect(isOff()).to.equal(true);

    const { lines, problems } = await runPackages(directory, { enable: true });
    expect(problems).to.equal(0);
    expect(lines.at(-1)).to.equal('centos-9: has package lists from now on');
    const after = JSON.parse(directory.read('data/centos-9/centos-9.json'));
    expect(Object.keys(after)).to.deep.equal(['module_platform_id', 'other', 'distribution', 'x86_64']);
    expect(after.distribution).to.deep.equal({ ...distribution, no_package_list: false });
    expect(after.other).to.deep.equal(members.other);
  });

  it('removes the mark of starter lists once it has written all lists of a distribution', async () => {
    using directory = createDirectory();
    const repositories = ['a', 'b'].map((id) => ({ id, baseurl: addRepository(directory, id, listOf('bash')) }));
    const distribution = { name: 'centos-9', no_package_list: false, starter_package_list: true };
    writeDefinitions(directory, { distribution, x86_64: { image_types: [], repositories } });
    const read = (): unknown => JSON.parse(directory.read('data/centos-9/centos-9.json')).distribution;

    await runPackages(directory, { repositories: ['a'] });
    expect(read()).to.deep.equal(distribution);
    const { lines } = await runPackages(directory, {});
    expect(lines.at(-1)).to.equal('centos-9: has complete package lists from now on');
    expect(read()).to.deep.equal({ name: 'centos-9', no_package_list: false });
  });

  for (const [title, change, message] of [
    ['is not there', () => ['elsewhere'], /^elsewhere: no such distribution$/],
    [
      'has a definition that is no JSON',
      (d) => d.write('data/broken/broken.json', '{'),
      /^broken: Expected property name/,
    ],
    ['has no definition', (d) => d.write('data/broken/other.json', {}), /^broken: ENOENT/],
    [
      'has no name',
      (d) => d.write('data/broken/broken.json', { distribution: {} }),
      /^broken: broken\.json \/distribution: must have required property 'name'$/,
    ],
    ['is a stray file', (d) => d.write('data/broken', 'two words'), /^broken: must be a directory or an alias of one$/],
    ['is an alias of nothing', (d) => d.link('data/broken', 'gone'), /^broken: leads nowhere$/],
  ] as const satisfies readonly (readonly [string, (d: TemporaryDirectory) => unknown, RegExp])[]) {
    it(`continues with the other distributions where one ${title}`, async () => {
      using directory = createDirectory();
      const baseurl = addRepository(directory, 'repository', listOf('bash'));
      writeDefinitions(directory, definitionOf('centos-9', [{ id: 'base', baseurl }]));
      const names: unknown = (change as (d: TemporaryDirectory) => unknown)(directory);
      const { lines, problems, changed } = await runPackages(
        directory,
        Array.isArray(names) ? { distributions: ['centos-9', ...(names as string[])] } : {},
      );
      expect({ problems, changed }).to.deep.equal({ problems: 1, changed: 1 });
      expect(lines[0]).to.match(message);
    });
  }

  it('reports a missing directory', async () => {
    using directory = createDirectory();
    const { lines, problems } = await runPackages(directory, { dir: directory.file('nowhere') });
    expect(problems).to.equal(1);
    expect(lines[0]).to.match(/nowhere: ENOENT/);
  });

  it('reports a list that cannot be written', async () => {
    using directory = createDirectory();
    const baseurl = addRepository(directory, 'repository', listOf('bash'));
    writeDefinitions(directory, definitionOf('centos-9', [{ id: 'base', baseurl }]));
    directory.write('data/centos-9/centos-9-x86_64-base-packages.json/in-the-way', '');
    const { lines, problems } = await runPackages(directory);
    expect(problems).to.equal(1);
    expect(lines[0]).to.match(/^centos-9 x86_64 base: EISDIR/);
  });

  it('has exclusive use of its cache', async () => {
    using directory = createDirectory();
    using _ = await openCache(directory.file('cache'));
    const problem = await runPackages(directory).catch((error: unknown) => error);
    expect(String(problem)).to.match(/cache: process \d+ uses this cache \(--cache names another one\)$/);
  });
});

describe('a repository of several distributions', () => {
  useRealConnections();

  it('is read once', async () => {
    using directory = createDirectory();
    await using server = await serveFiles(repositoryFiles(listOf('agent')));
    const repository = { id: 'tools', baseurl: server.url };
    writeDefinitions(
      directory,
      definitionOf('centos-9', [repository]),
      definitionOf('rhel-9.8', [{ ...repository, id: 'same' }]),
    );
    const { repositories, changed } = await runPackages(directory);
    expect({ repositories, changed }).to.deep.equal({ repositories: 2, changed: 2 });
    expect(server.requests).to.have.length(2);
    expect(namesIn(directory, 'rhel-9.8', 'x86_64-same-packages')).to.deep.equal(['agent']);
  });

  it('is one of as many as are to be fetched at a time', async () => {
    using directory = createDirectory();
    const repositories = Array.from({ length: 6 }, (_, index) => `r${index}`).map((id) => ({
      id,
      baseurl: addRepository(directory, id, listOf(id)),
    }));
    writeDefinitions(directory, definitionOf('centos-9', repositories));
    const transport = createTransport(SETTINGS);
    let open = 0;
    let most = 0;
    const { problems } = await runPackages(directory, {
      parallel: 2,
      transport: {
        ...transport,
        bytes: async (...args) => {
          open += 1;
          most = Math.max(most, open);
          await nextTurn();
          open -= 1;
          return transport.bytes(...args);
        },
      },
    });
    expect({ problems, most }).to.deep.equal({ problems: 0, most: 2 });
  });
});
