import { pathToFileURL } from 'node:url';
import { expect } from 'chai';
import { after, describe, it } from 'mocha';
import { createDirectory, type TemporaryDirectory } from '../../domain/distributions/support.ts';
import { definitionOf, readList, runPackages, writeDefinitions } from './repositories.ts';
import { addMetadata, buildPackages, createRepository, listByDnf, needTools, type PackageSpec } from './rpm-tools.ts';

interface StreamSpec {
  readonly name: string;
  readonly stream: string;
  readonly version?: number;
  readonly artifacts: readonly string[];
  readonly requires?: string;
  readonly demodularized?: readonly string[];
}

const list = (indent: string, items: readonly string[]): string => items.map((item) => `${indent}- ${item}\n`).join('');

const streamYaml = ({ name, stream, version = 10, artifacts, requires, demodularized }: StreamSpec): string => `---
document: modulemd
version: 2
data:
  name: ${name}
  stream: "${stream}"
  version: ${version}
  context: c0ffee00
  arch: x86_64
  summary: Module ${name} ${stream}
  description: Text
  license:
    module: [MIT]
  dependencies:
  - buildrequires:
      platform: [el9]
    requires:
      platform: [el9]
${requires === undefined ? '' : `      ${requires}\n`}  artifacts:
    rpms:
${list('    ', artifacts)}${demodularized === undefined ? '' : `  demodularized:\n    rpms:\n${list('    ', demodularized)}`}...
`;

const defaultYaml = (module: string, stream: string): string => `---
document: modulemd-defaults
version: 1
data:
  module: ${module}
  stream: "${stream}"
  profiles:
    "${stream}": [common]
...
`;

/** Modules of one repository, with the packages that make the difference. */
const CASES: readonly {
  readonly title: string;
  readonly packages: readonly PackageSpec[];
  readonly modules: string;
  readonly expected: readonly string[];
}[] = [
  {
    title: 'a default stream is to be had, older than packages outside of it though it is, and another stream is not',
    packages: [
      { name: 'app', version: '1' },
      { name: 'app', version: '2' },
      { name: 'app', version: '5' },
      { name: 'app-old', version: '1' },
      { name: 'app-new', version: '2' },
      { name: 'app-new', version: '0.5' },
      { name: 'plain', version: '1' },
    ],
    modules:
      streamYaml({ name: 'app', stream: '1', artifacts: ['app-0:1-1.x86_64', 'app-old-0:1-1.x86_64'] }) +
      streamYaml({ name: 'app', stream: '2', artifacts: ['app-0:2-1.x86_64', 'app-new-0:2-1.x86_64'] }) +
      defaultYaml('app', '1'),
    expected: ['app 0:1-1', 'app-new 0:0.5-1', 'app-old 0:1-1', 'plain 0:1-1'],
  },
  {
    title: 'without a default stream nothing of a module is',
    packages: [
      { name: 'app', version: '3' },
      { name: 'app', version: '2' },
      { name: 'app-only', version: '3' },
    ],
    modules: streamYaml({ name: 'app', stream: '3', artifacts: ['app-0:3-1.x86_64', 'app-only-0:3-1.x86_64'] }),
    expected: ['app 0:2-1'],
  },
  {
    title: 'all versions of a default stream are to be had, the newest package whichever it is in',
    packages: [
      { name: 'app', version: '2' },
      { name: 'app', version: '1' },
      { name: 'app-dropped', version: '2' },
    ],
    modules:
      streamYaml({
        name: 'app',
        stream: '1',
        version: 9,
        artifacts: ['app-0:2-1.x86_64', 'app-dropped-0:2-1.x86_64'],
      }) +
      streamYaml({ name: 'app', stream: '1', version: 10, artifacts: ['app-0:1-1.x86_64'] }) +
      defaultYaml('app', '1'),
    expected: ['app 0:2-1', 'app-dropped 0:2-1'],
  },
  {
    title: 'a stream that a default one needs is to be had, too',
    packages: [
      { name: 'app', version: '1' },
      { name: 'runtime', version: '3' },
      { name: 'runtime', version: '4' },
    ],
    modules:
      streamYaml({ name: 'app', stream: '1', artifacts: ['app-0:1-1.x86_64'], requires: 'runtime: ["3"]' }) +
      streamYaml({ name: 'runtime', stream: '3', artifacts: ['runtime-0:3-1.x86_64'] }) +
      streamYaml({ name: 'runtime', stream: '4', artifacts: ['runtime-0:4-1.x86_64'] }) +
      defaultYaml('app', '1'),
    expected: ['app 0:1-1', 'runtime 0:3-1'],
  },
  {
    title: 'what only provides the name of a package of a default stream is not',
    packages: [
      { name: 'app', version: '1' },
      { name: 'other', version: '1', provides: 'app = 9' },
      { name: 'third', version: '1', provides: 'something' },
    ],
    modules: streamYaml({ name: 'app', stream: '1', artifacts: ['app-0:1-1.x86_64'] }) + defaultYaml('app', '1'),
    expected: ['app 0:1-1', 'third 0:1-1'],
  },
  {
    title: 'what a stream gave back is to be had from outside of it',
    packages: [
      { name: 'app', version: '1' },
      { name: 'tool', version: '1' },
      { name: 'tool', version: '7' },
    ],
    modules:
      streamYaml({
        name: 'app',
        stream: '1',
        artifacts: ['app-0:1-1.x86_64', 'tool-0:1-1.x86_64'],
        demodularized: ['tool'],
      }) + defaultYaml('app', '1'),
    expected: ['app 0:1-1', 'tool 0:7-1'],
  },
];

describe('packages of a repository with modules', () => {
  const made: TemporaryDirectory[] = [];
  after(() => made.forEach((directory) => directory[Symbol.dispose]()));

  for (const { title, packages, modules, expected } of CASES) {
    let directory: TemporaryDirectory | null = null;
    const make = (): TemporaryDirectory => {
      if (directory !== null) return directory;
      directory = createDirectory({ 'modules.yaml': modules });
      made.push(directory);
      buildPackages(directory.file('repository'), packages);
      createRepository(directory.file('repository'));
      addMetadata(directory.file('repository'), 'modules', directory.file('modules.yaml'));
      return directory;
    };

    it(title, async function () {
      needTools(this, 'rpmbuild', 'createrepo_c', 'modifyrepo_c');
      const made = make();
      const baseurl = pathToFileURL(made.file('repository')).href;
      writeDefinitions(made, definitionOf('centos-9', [{ id: 'base', baseurl }]));
      const { lines, problems } = await runPackages(made);
      expect(problems, lines.join('\n')).to.equal(0);
      const found = readList(made, 'centos-9', 'x86_64-base-packages') as { summary: string }[];
      expect(found.map(({ summary }) => summary)).to.deep.equal(expected);
    });

    it(`${title}: dnf agrees`, function () {
      needTools(this, 'rpmbuild', 'createrepo_c', 'modifyrepo_c', 'dnf');
      const made = make();
      const found = listByDnf(made.file('repository'), made.file('dnf'));
      expect(found.map(([, summary]) => summary)).to.deep.equal(expected);
    });
  }
});
