import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { expect } from 'chai';
import { after, describe, it } from 'mocha';
import { startService } from '../../support/service.ts';
import { createDirectory, type TemporaryDirectory } from '../../domain/distributions/support.ts';
import { definitionOf, metadata, readList, repositoryFiles, runPackages, writeDefinitions } from './repositories.ts';
import { addMetadata, buildPackages, createRepository, listByDnf, needTools, type PackageSpec } from './rpm-tools.ts';

/** Of each name the last one is the newest that a system of x86_64 can take. */
const PACKAGES: readonly PackageSpec[] = [
  { name: 'epochs', version: '9.0' },
  { name: 'epochs', epoch: 1, version: '1.0' },
  { name: 'tildes', version: '2.0~rc2' },
  { name: 'tildes', version: '2.0~rc10' },
  { name: 'tildes', version: '2.0' },
  { name: 'carets', version: '1.0' },
  { name: 'carets', version: '1.0^20260101git1' },
  { name: 'numbers', version: '1.9' },
  { name: 'numbers', version: '1.10' },
  { name: 'releases', version: '1', release: '9.el9' },
  { name: 'releases', version: '1', release: '10.el9' },
  { name: 'Upper', version: '1', arch: 'noarch', summary: 'Names keep their "letters" & <signs>' },
  { name: 'both', version: '2', arch: 'i686', summary: 'for others' },
  { name: 'both', version: '2', summary: 'for us' },
  { name: 'only-32', version: '1', arch: 'i686' },
  { name: 'umlaut', version: '1', summary: 'Größe, 大きさ and 🐧' },
  { name: 'elsewhere', version: '1', arch: 'aarch64' },
  { name: 'sources', version: '1', arch: 'src' },
];

const EXPECTED = [
  { name: 'both', summary: 'for us' },
  { name: 'carets', summary: 'carets 0:1.0^20260101git1-1' },
  { name: 'epochs', summary: 'epochs 1:1.0-1' },
  { name: 'numbers', summary: 'numbers 0:1.10-1' },
  { name: 'only-32', summary: 'only-32 0:1-1' },
  { name: 'releases', summary: 'releases 0:1-10.el9' },
  { name: 'tildes', summary: 'tildes 0:2.0-1' },
  { name: 'umlaut', summary: 'Größe, 大きさ and 🐧' },
  { name: 'Upper', summary: 'Names keep their "letters" & <signs>' },
];

const COMPS = `<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE comps PUBLIC "-//Red Hat, Inc.//DTD Comps info//EN" "comps.dtd">
<comps>
  <group>
    <id>web-server</id><name>Web Server</name><name xml:lang="de">Webserver</name>
    <description>Serves &amp; caches.</description><default>false</default><uservisible>true</uservisible>
    <packagelist><packagereq type="mandatory">httpd</packagereq></packagelist>
  </group>
  <group><id>core</id><name>Core</name><description/><packagelist/></group>
  <category><id>servers</id><name>Servers</name></category>
  <environment>
    <id>minimal-environment</id><name>Minimal Install</name><description>Basic functionality.</description>
    <grouplist><groupid>core</groupid></grouplist>
  </environment>
</comps>
`;

const MODULES = `---
document: modulemd
version: 2
data:
  name: nodejs
  stream: 1.10
  version: 8010020190612143724
  context: cdc1202b
  arch: x86_64
  summary: Javascript runtime
  description: Text
...
---
document: modulemd
version: 2
data:
  name: nodejs
  stream: "18"
  version: 9
  context: cdc1202b
  arch: x86_64
  summary: >-
    Javascript
    runtime
  description: Text
...
---
document: modulemd-defaults
version: 1
data:
  module: nodejs
  stream: "18"
...
`;

const TOOLS = ['rpmbuild', 'createrepo_c'] as const;

/** The packages above, built once: what differs between the tests is the metadata. */
let built: TemporaryDirectory | null = null;

after(() => built?.[Symbol.dispose]());

/** A repository of the packages in the directory of one test, without metadata. */
const copyPackages = (directory: TemporaryDirectory): string => {
  if (built === null) {
    built = createDirectory();
    buildPackages(built.file('packages'), PACKAGES);
  }
  cpSync(built.file('packages'), directory.file('repository'), { recursive: true });
  return directory.file('repository');
};

/** Replaces what createrepo_c wrote by the same list in a compression that it does not know everywhere. */
const recompress = (repository: string, suffix: '' | '.zst'): void => {
  const repodata = join(repository, 'repodata');
  const name = readdirSync(repodata).find((each) => each.endsWith('primary.xml.gz')) ?? 'none';
  const xml = gunzipSync(readFileSync(join(repodata, name))).toString();
  rmSync(repodata, { recursive: true });
  mkdirSync(repodata);
  for (const [path, data] of repositoryFiles(metadata('primary', xml, { suffix }))) {
    writeFileSync(join(repository, path), data);
  }
};

/** A definition that has the repository for both architectures. */
const define = (directory: TemporaryDirectory, name = 'centos-9'): void => {
  const baseurl = pathToFileURL(directory.file('repository')).href;
  const repositories = [{ id: 'base', baseurl, rhsm: false }];
  const more = { aarch64: { image_types: ['guest-image'], repositories } };
  writeDefinitions(directory, definitionOf(name, repositories, more));
};

describe('lists of a repository that createrepo_c made', () => {
  for (const [compression, options, suffix] of [
    ['gzip', ['--general-compress-type=gz'], null],
    ['xz', ['--general-compress-type=xz'], null],
    ['zstd', ['--general-compress-type=gz'], '.zst'],
    ['no compression', ['--general-compress-type=gz'], ''],
    ['checksums of sha512', ['--checksum=sha512'], null],
    ['simple file names', ['--simple-md-filenames'], null],
  ] as const) {
    it(`hold the newest package of each name, with ${compression}`, async function () {
      needTools(this, ...TOOLS);
      using directory = createDirectory();
      const repository = copyPackages(directory);
      createRepository(repository, ...options);
      if (suffix !== null) recompress(repository, suffix);
      define(directory);

      const { lines, ...result } = await runPackages(directory);

      expect(lines).to.have.members([
        'centos-9 x86_64 base: 9 packages, 0 groups, 0 environments, 0 module streams; written',
        'centos-9 aarch64 base: 2 packages, 0 groups, 0 environments, 0 module streams; written',
      ]);
      expect(result).to.deep.equal({ repositories: 2, unchanged: 0, changed: 2, problems: 0 });
      expect(readList(directory, 'centos-9', 'x86_64-base-packages')).to.deep.equal(EXPECTED);
      expect(readList(directory, 'centos-9', 'aarch64-base-packages')).to.deep.equal([
        { name: 'elsewhere', summary: 'elsewhere 0:1-1' },
        EXPECTED.at(-1),
      ]);
    });
  }

  it('are refused in a compression that is not supported, by its name', async function () {
    needTools(this, ...TOOLS);
    using directory = createDirectory();
    createRepository(copyPackages(directory), '--general-compress-type=bz2', '--simple-md-filenames');
    define(directory);
    const { lines, problems } = await runPackages(directory, { architectures: ['x86_64'] });
    expect(problems).to.equal(1);
    expect(lines).to.deep.equal([
      'centos-9 x86_64 base repodata/primary.xml.bz2: is compressed with bz2, which is not supported: gz, xz, zst or none is',
    ]);
  });

  it('do not change when the repository is made anew with the same packages', async function () {
    needTools(this, ...TOOLS);
    using directory = createDirectory();
    const repository = copyPackages(directory);
    createRepository(repository);
    define(directory);
    await runPackages(directory);
    const before = directory.read('data/centos-9/centos-9-x86_64-base-packages.json');

    rmSync(join(repository, 'repodata'), { recursive: true });
    createRepository(repository, '--general-compress-type=xz', '--revision=another');
    const { lines, ...result } = await runPackages(directory);

    expect(result).to.deep.equal({ repositories: 2, unchanged: 2, changed: 0, problems: 0 });
    expect(lines[0]).to.match(/; unchanged$/);
    expect(directory.read('data/centos-9/centos-9-x86_64-base-packages.json')).to.equal(before);
  });

  it('are served by the service, groups and module streams too', async function () {
    needTools(this, ...TOOLS, 'modifyrepo_c');
    using directory = createDirectory({ 'comps.xml': COMPS, 'modules.yaml': MODULES });
    const repository = copyPackages(directory);
    createRepository(repository, '--groupfile', directory.file('comps.xml'));
    addMetadata(repository, 'modules', directory.file('modules.yaml'));
    define(directory);
    expect((await runPackages(directory)).problems).to.equal(0);

    await using service = await startService({ env: { DISTRIBUTIONS_DIR: directory.file('data') } });
    const search = async (text: string) => {
      const query = new URLSearchParams({ distribution: 'centos-9', architecture: 'x86_64', search: text });
      const { status, body } = await service.as().get(`/packages?${query}`);
      expect(status).to.equal(200);
      expect(body.meta.count).to.equal(body.data.length);
      return body.data;
    };
    expect(await search('')).to.deep.equal(EXPECTED);
    expect(await search('es')).to.deep.equal(EXPECTED.filter(({ name }) => name.includes('es')));
    expect(await search('@')).to.deep.equal([
      { name: '@core', summary: 'Core' },
      { name: '@web-server', summary: 'Web Server: Serves & caches.' },
      { name: '@minimal-environment', summary: 'Minimal Install: Basic functionality.' },
      { name: '@nodejs:1.10', summary: 'Module nodejs, stream 1.10: Javascript runtime' },
      { name: '@nodejs:18', summary: 'Module nodejs, stream 18: Javascript runtime' },
    ]);
    expect(await search('@server')).to.deep.equal([{ name: '@web-server', summary: 'Web Server: Serves & caches.' }]);
  });

  it('are those that dnf sees', async function () {
    needTools(this, ...TOOLS, 'dnf');
    using directory = createDirectory();
    const repository = copyPackages(directory);
    createRepository(repository);
    define(directory);
    await runPackages(directory);
    const ours = readList(directory, 'centos-9', 'x86_64-base-packages') as { name: string; summary: string }[];
    const comparable = ours.filter(({ name }) => name !== 'only-32').map(({ name, summary }) => [name, summary]);
    expect(comparable.toSorted()).to.deep.equal(listByDnf(repository, directory.file('dnf')));
  });
});
