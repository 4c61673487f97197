import { pathToFileURL } from 'node:url';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import { checkDirectory, type CheckOptions } from '../../../packages/distribution-tools/src/check/check.ts';
import { architecturesOf, readDefinition } from '../../../packages/distribution-tools/src/definition.ts';
import { findDirectories } from '../../../packages/distribution-tools/src/directory.ts';
import { readContractFacts } from '../../../packages/distribution-tools/src/check/contract.ts';
import { describeIssue } from '../../../packages/distribution-tools/src/check/issue.ts';
import { probeRepository } from '../../../packages/distribution-tools/src/sources/repository-index.ts';
import { createTransport } from '../../../packages/distribution-tools/src/sources/transport.ts';
import { keyOne, keyTwo } from '../openpgp-fixtures.ts';
import { metadata, primaryXml, repositoryFiles, SETTINGS, writeRepository } from '../sources/repositories.ts';
import { createDirectory, type TemporaryDirectory } from '../../domain/distributions/support.ts';

const FACTS = readContractFacts();
const PREFIX = 'xccdf_org.ssgproject.content_profile_';
const NO_DATA = /^warning: \.: has no data of distributions that the contract names: /;
const NO_PROFILES = /^warning: \S+\/oscap: lacks profiles that npm run distributions:oscap makes/;

type Json = Record<string, unknown>;

const repository = (more: object = {}): Json => ({
  id: 'base',
  baseurl: 'https://vendor.test/os/',
  rhsm: false,
  ...more,
});
const architecture = (more: object = {}): Json => ({
  image_types: ['guest-image', 'gcp'],
  repositories: [repository()],
  ...more,
});
const definition = (more: object = {}): Json => ({
  module_platform_id: 'platform:el9',
  oscap_name: 'cs9',
  distribution: { name: 'centos-9', description: 'CentOS Stream 9', no_package_list: true },
  x86_64: architecture(),
  ...more,
});

/** Issues of a directory, except for missing data of other distributions and missing security profiles. */
const check = async (directory: TemporaryDirectory, options: Partial<CheckOptions> = {}): Promise<string[]> => {
  const issues = await checkDirectory({ dir: directory.path, facts: FACTS, probe: null, parallel: 4, ...options });
  return issues.map(describeIssue).filter((line) => !NO_DATA.test(line) && !NO_PROFILES.test(line));
};

const checkDefinition = async (content: unknown): Promise<string[]> => {
  using directory = createDirectory({ 'centos-9/centos-9.json': content });
  return (await check(directory)).map((line) => line.replace(' centos-9/centos-9.json', ''));
};

describe('distributions:check', () => {
  it('reports no error in the built-in directory', async () => {
    const dir = new URL('../../../distributions', import.meta.url).pathname;
    const issues = await checkDirectory({ dir, facts: FACTS, probe: null, parallel: 1 });
    expect(issues.filter(({ severity }) => severity === 'error').map(describeIssue)).to.deep.equal([]);
  });

  it('reports no image type of the built-in directory that no request can name', async () => {
    const dir = new URL('../../../distributions', import.meta.url).pathname;
    const { directories, problems } = await findDirectories(dir);
    expect(problems).to.deep.equal([]);
    const types: string[] = [];
    for (const directory of directories) {
      for (const [architecture, content] of architecturesOf(await readDefinition(directory))) {
        const offered = [...(content.image_types ?? []), ...(content.bootc ?? []).map(({ type }) => type)];
        types.push(...offered.map((type) => `${directory.name} ${architecture} ${type}`));
      }
    }
    expect(types).to.have.length.greaterThan(500);
    expect(types.filter((type) => !FACTS.imageTypes.has(type.split(' ')[2] ?? ''))).to.deep.equal([]);
  });

  it('reports no issue in a valid directory', async () => {
    using directory = createDirectory({ 'centos-9/centos-9.json': definition() });
    expect(await check(directory)).to.deep.equal([]);
  });

  it('names distributions of the contract without data, and missing profiles', async () => {
    using directory = createDirectory({ 'centos-9/centos-9.json': definition() });
    const issues = await checkDirectory({ dir: directory.path, facts: FACTS, probe: null, parallel: 1 });
    const lines = issues.map(describeIssue);
    expect(lines).to.have.length(2);
    expect(lines[0]).to.match(NO_DATA).and.include('rhel-9.6').and.not.include('centos-9');
    expect(lines[1]).to.equal(
      'warning: centos-9/oscap: lacks profiles that npm run distributions:oscap makes: ' +
        'anssi_bp28_enhanced, anssi_bp28_high, anssi_bp28_intermediary, anssi_bp28_minimal, ccn_advanced, ccn_basic, ' +
        'ccn_intermediate, cis, cis_server_l1, cis_workstation_l1, cis_workstation_l2, cui, e8, hipaa, ism_o, ospp, ' +
        'pci-dss, stig, stig_gui',
    );
  });

  it('checks only the requested distributions, by name or alias', async () => {
    using directory = createDirectory({
      'rhel-9.8/rhel-9.8.json': definition({ distribution: { name: 'wrong', no_package_list: true } }),
      'centos-9/centos-9.json': '{',
    });
    directory.link('rhel-9', 'rhel-9.8');
    expect(await check(directory, { distributions: ['rhel-9'] })).to.deep.equal([
      'error: rhel-9/rhel-9.8.json /distribution/name: "wrong" is not the name of the directory, rhel-9.8',
    ]);
  });

  it('reports a missing directory', async () => {
    using directory = createDirectory();
    const lines = await check(directory, { dir: directory.file('nowhere') });
    expect(lines).to.have.length(1);
    expect(lines[0]).to.match(/^error: \.: ENOENT/);
  });

  it('names entries that do not belong into the directory', async () => {
    using directory = createDirectory({
      'centos-9/centos-9.json': definition(),
      'windows-11/windows-11.json': definition({ distribution: { name: 'windows-11', no_package_list: true } }),
      README: 'two words',
      'empty/x': '',
    });
    directory.link('rhel-9', 'gone');
    const lines = await check(directory);
    expect(lines).to.have.members([
      'error: README: must be a directory or an alias of one',
      'error: rhel-9: leads nowhere',
      'error: empty: is no distribution of the contract: no request can name it',
      lines.find((line) => /^error: empty\/empty\.json: ENOENT/.test(line)),
      'error: windows-11: is no distribution of the contract: no request can name it',
    ]);
  });
});

describe('the check of a definition', () => {
  const cases: readonly (readonly [title: string, content: unknown, ...lines: readonly string[]])[] = [
    ['a list', [], 'error:: must be object'],
    ['no distribution', { x86_64: architecture() }, "error:: must have required property 'distribution'"],
    ['no architecture', definition({ x86_64: null }), 'error:: has no architecture'],
    [
      'wrong types, all of them',
      definition({ x86_64: { image_types: 'ami', repositories: [{ id: 'a', rhsm: 'yes' }] }, oscap_name: 7 }),
      'error: /oscap_name: must be string',
      'error: /x86_64/image_types: must be array',
      'error: /x86_64/repositories/0/rhsm: must be boolean',
    ],
    [
      'unknown members',
      definition({ x86_64: architecture({ repositorys: [] }), name: 'x' }),
      'warning: /name: is an unknown member without effect',
      'warning: /x86_64/repositorys: is an unknown member without effect',
    ],
    [
      'another name than that of its directory',
      definition({ distribution: { name: 'centos-10', no_package_list: true } }),
      'error: /distribution/name: "centos-10" is not the name of the directory, centos-9',
    ],
    [
      'an unknown image type',
      definition({ x86_64: architecture({ image_types: ['guest-image', 'guest-imge', 'gcp'] }) }),
      'error: /x86_64/image_types/1: "guest-imge" is no image type of the contract',
    ],
    [
      'image types that are built and that no request can name',
      definition({ aarch64: architecture({ image_types: ['iot-commit', 'openstack'] }) }),
      'warning: /aarch64/image_types/0: "iot-commit" is built, but no request can name it: the contract does not have it',
      'warning: /aarch64/image_types/1: "openstack" is built, but no request can name it: the contract does not have it',
    ],
    [
      'an image type twice',
      definition({ x86_64: architecture({ image_types: ['aws', 'gcp', 'aws'] }) }),
      'error: /x86_64/image_types/2: "aws" is listed before, at /0',
    ],
    [
      'image types and no repository',
      definition({ x86_64: architecture({ repositories: [] }) }),
      'error: /x86_64/repositories: is empty, and the image types need packages',
    ],
    [
      'an architecture of nothing',
      definition({ aarch64: {} }),
      'warning: /aarch64: offers neither image types nor bootc images',
    ],
    [
      'a repository without address',
      definition({ x86_64: architecture({ repositories: [{ id: 'a' }, { id: 'b', mirrorlist: 'https://m.test/' }] }) }),
      'error: /x86_64/repositories/0: must have either baseurl or metalink: the service knows no other address',
      'error: /x86_64/repositories/1: must have either baseurl or metalink: the service knows no other address',
    ],
    [
      'a repository with two addresses',
      definition({ x86_64: architecture({ repositories: [repository({ metalink: 'https://m.test/l' })] }) }),
      'error: /x86_64/repositories/0: must have either baseurl or metalink: the service knows no other address',
    ],
    [
      'an address that is none',
      definition({ x86_64: architecture({ repositories: [repository({ baseurl: 'vendor.test/os' })] }) }),
      'error: /x86_64/repositories/0/baseurl: must match pattern "^(?:https?://[^/\\s]+|file:///)\\S*$"',
    ],
    [
      'an id that is no part of a file name',
      definition({ x86_64: architecture({ repositories: [repository({ id: '../x' })] }) }),
      'error: /x86_64/repositories/0/id: must match pattern "^[A-Za-z0-9][A-Za-z0-9._+-]*$"',
    ],
    [
      'two repositories with one id, and with one address',
      definition({
        x86_64: architecture({
          repositories: [
            ...[repository(), repository({ baseurl: 'https://vendor.test/other' })],
            repository({ id: 'third', baseurl: 'https://vendor.test/os' }),
          ],
        }),
      }),
      'error: /x86_64/repositories/1/id: "base" is also that of /0, and names the lists of both',
      'error: /x86_64/repositories/2: has the same address as /0',
    ],
    [
      'a tag that is no image type here',
      definition({
        x86_64: architecture({
          repositories: [
            repository(),
            repository({ id: 'g', baseurl: 'https://g.test/', image_type_tags: ['gcp', 'azure'] }),
          ],
        }),
      }),
      'error: /x86_64/repositories/1/image_type_tags/1: "azure" is no image type of the architecture',
    ],
    [
      'no key although packages are verified',
      definition({ x86_64: architecture({ repositories: [repository({ check_gpg: true })] }) }),
      'warning: /x86_64/repositories/0/gpgkey: is not there, though packages are to be verified (npm run distributions:keys fetches it)',
    ],
    [
      'a key that is none',
      definition({ x86_64: architecture({ repositories: [repository({ gpgkey: 'https://vendor.test/key' })] }) }),
      'error: /x86_64/repositories/0/gpgkey: is no public key: no OpenPGP public key found',
    ],
    [
      'another key than that of the fingerprint',
      definition({
        x86_64: architecture({
          repositories: [
            repository({
              gpgkey: keyOne.armored,
              gpgkey_url: 'https://v.test/k',
              gpgkey_fingerprints: [keyTwo.fingerprint],
            }),
          ],
        }),
      }),
      `error: /x86_64/repositories/0/gpgkey: holds no key ${keyTwo.fingerprint}`,
    ],
    [
      'a key with its fingerprint, and a fingerprint without the address of the key',
      definition({
        x86_64: architecture({
          repositories: [
            repository({
              gpgkey: keyOne.armored,
              gpgkey_url: 'https://v.test/k',
              gpgkey_fingerprints: keyOne.fingerprint,
            }),
            repository({ id: 'b', baseurl: 'https://b.test', gpgkey_fingerprints: keyOne.fingerprint }),
          ],
        }),
      }),
      'error: /x86_64/repositories/1/gpgkey_url: needs gpgkey_fingerprints beside it, and the other way round',
    ],
    [
      'a bootc image twice, and one of an unknown type',
      definition({
        x86_64: architecture({
          bootc: [
            ...[
              { type: 'guest-image', reference: 'r' },
              { type: 'guest-image', reference: 'r' },
            ],
            { type: 'guest', reference: 'r', iso_payload_references: ['p'] },
          ],
        }),
      }),
      'error: /x86_64/bootc/2/type: "guest" is no image type of the contract',
      'error: /x86_64/bootc/1: is the same as /0',
    ],
  ];
  for (const [title, content, ...lines] of cases) {
    it(`reports ${title}`, async () => {
      expect(await checkDefinition(content)).to.have.members(lines);
    });
  }

  it('reports a file that is no JSON', async () => {
    const [line, ...others] = await checkDefinition('{"distribution": ');
    expect(line).to.match(/^error:: Unexpected end of JSON input/);
    expect(others).to.deep.equal([]);
  });
});

describe('the check of lists', () => {
  const LIST = 'centos-9/centos-9-x86_64-base-packages.json';
  const withLists = { 'centos-9/centos-9.json': definition({ distribution: { name: 'centos-9' } }) };
  const bash = { name: 'bash', summary: 'Shell' };

  const cases: readonly (readonly [title: string, files: Json, ...lines: readonly string[]])[] = [
    ['nothing wrong', { [LIST]: [bash, { name: 'Vim', summary: '' }, { name: 'zsh', summary: 'Z' }] }],
    ['a missing list', {}, `error: ${LIST}: is not there (npm run distributions:packages makes it)`],
    ['an object', { [LIST]: {} }, `error: ${LIST}: must be array`],
    ['an empty list', { [LIST]: [] }, `warning: ${LIST}: is empty`],
    [
      'items that are none',
      { [LIST]: [bash, { name: '', summary: 1 }, 'x', { name: 'a b', summary: '' }, { summary: '' }] },
      `error: ${LIST} /1/name: must NOT have fewer than 1 characters`,
      `error: ${LIST} /1/name: must match pattern "^\\S+$"`,
      `error: ${LIST} /1/summary: must be string`,
      `error: ${LIST} /2: must be object`,
      `error: ${LIST} /3/name: must match pattern "^\\S+$"`,
      `error: ${LIST} /4: must have required property 'name'`,
    ],
    [
      'an unknown member',
      { [LIST]: [{ ...bash, version: '5' }] },
      `warning: ${LIST} /0/version: is an unknown member without effect`,
    ],
    ['a package twice', { [LIST]: [bash, bash] }, `error: ${LIST} /1/name: "bash" is listed before, at /0`],
    [
      'packages out of order',
      { [LIST]: [{ name: 'zsh', summary: '' }, bash] },
      `warning: ${LIST} /1/name: is not where it belongs by name, and users see the order of the file`,
    ],
    [
      'lists of no repository',
      {
        [LIST]: [bash],
        'centos-9/centos-9-x86_64-gone-packages.json': [],
        'centos-9/centos-9-x86_64-gone-modules.json': [],
      },
      'warning: centos-9/centos-9-x86_64-gone-packages.json: belongs to no repository of the definition',
      'warning: centos-9/centos-9-x86_64-gone-modules.json: belongs to no repository of the definition',
    ],
    [
      'wrong groups, environments and modules',
      {
        [LIST]: [bash],
        'centos-9/centos-9-x86_64-base-groups.json': [
          { id: 'a', name: 'A', description: '' },
          { id: 'a', name: 'A', description: '' },
        ],
        'centos-9/centos-9-x86_64-base-environments.json': [{ id: 'e', name: 'E' }],
        'centos-9/centos-9-x86_64-base-modules.json': [{ name: 'm', stream: 1, summary: '', default: 'no' }],
      },
      'error: centos-9/centos-9-x86_64-base-groups.json /1/id: "a" is listed before, at /0',
      "error: centos-9/centos-9-x86_64-base-environments.json /0: must have required property 'description'",
      'error: centos-9/centos-9-x86_64-base-modules.json /0/stream: must be string',
      'error: centos-9/centos-9-x86_64-base-modules.json /0/default: must be boolean',
    ],
  ];
  for (const [title, files, ...lines] of cases) {
    it(`reports ${title}`, async () => {
      using directory = createDirectory({ ...withLists, ...files });
      expect(await check(directory)).to.have.members(lines);
    });
  }

  it('reports a file that is no JSON', async () => {
    using directory = createDirectory({ ...withLists, [LIST]: '[' });
    const [line, ...others] = await check(directory);
    expect(line).to.match(/^error: centos-9\/centos-9-x86_64-base-packages\.json: Unexpected end of JSON input/);
    expect(others).to.deep.equal([]);
  });

  it('reports lists that are not read', async () => {
    using directory = createDirectory({ 'centos-9/centos-9.json': definition(), [LIST]: [bash] });
    expect(await check(directory)).to.deep.equal([`warning: ${LIST}: is not read: the definition has no_package_list`]);
  });
});

describe('the check of security profiles', () => {
  const profile = `${PREFIX}cis`;
  const FILE = `centos-9/oscap/${profile}/customizations.json`;
  const openscap = { profile_id: profile, profile_name: 'CIS', profile_description: '' };

  const cases: readonly (readonly [title: string, content: unknown, ...lines: readonly string[]])[] = [
    [
      'nothing wrong',
      { openscap, packages: ['aide'], services: { enabled: ['a'], masked: ['b'] }, kernel: { append: '' } },
    ],
    ['a list', [], 'must be an object'],
    ['no profile in it', { packages: [] }, '/openscap: must be there: without it nothing is served'],
    [
      'another profile in it',
      { openscap: { ...openscap, profile_id: `${PREFIX}stig` } },
      `/openscap/profile_id: is "${PREFIX}stig", and the directory is of ${profile}`,
    ],
    [
      'what is no response of the contract',
      { openscap, services: { enabled: [] }, filesystem: [{ mountpoint: '/var' }], packages: 'aide' },
      '/services/enabled: must NOT have fewer than 1 items',
      "/filesystem/0: must have required property 'min_size'",
      '/packages: must be array',
    ],
  ];
  for (const [title, content, ...lines] of cases) {
    it(`reports ${title}`, async () => {
      using directory = createDirectory({ 'centos-9/centos-9.json': definition(), [FILE]: content });
      const separator = (line: string): string => (line.startsWith('/') ? ' ' : ': ');
      expect(await check(directory)).to.have.members(lines.map((line) => `error: ${FILE}${separator(line)}${line}`));
    });
  }

  it('reports profiles that the contract lacks, that no command creates, or that lack their file', async () => {
    using directory = createDirectory({
      'fedora-42/fedora-42.json': definition({
        ...{ distribution: { name: 'fedora-42', no_package_list: true }, oscap_name: 'fedora' },
      }),
      [`fedora-42/oscap/${profile}/customizations.json`]: { openscap },
      [`fedora-42/oscap/other/customizations.json`]: { openscap },
      [`fedora-42/oscap/${PREFIX}stig/x`]: '',
    });
    const lines = await check(directory);
    expect(lines).to.have.length(3);
    expect(lines).to.include.members([
      'error: fedora-42/oscap/other/customizations.json: "other" is no profile of the contract: no request can name it',
      'warning: fedora-42/oscap: holds profiles that npm run distributions:oscap does not make: cis, stig',
    ]);
    expect(
      lines.some((line) => line.startsWith(`error: fedora-42/oscap/${PREFIX}stig/customizations.json: ENOENT`)),
    ).to.equal(true);
  });

  it('reports packages that no list of an architecture has', async () => {
    using directory = createDirectory({
      'centos-9/centos-9.json': definition({ distribution: { name: 'centos-9' }, aarch64: architecture() }),
      'centos-9/centos-9-x86_64-base-packages.json': [
        { name: 'aide', summary: '' },
        { name: 'rear', summary: '' },
      ],
      'centos-9/centos-9-aarch64-base-packages.json': [{ name: 'aide', summary: '' }],
      [FILE]: { openscap, packages: ['aide', 'rear'] },
    });
    expect(await check(directory)).to.deep.equal([
      `warning: ${FILE} /packages: names what no package list of aarch64 has, so that images cannot be built: rear`,
    ]);
  });

  it('warns of profiles of a distribution that composer refuses them for', async () => {
    using directory = createDirectory({
      'rhel-84/rhel-84.json': definition({
        ...{ distribution: { name: 'rhel-84', no_package_list: true }, oscap_name: 'rhel8' },
      }),
      [`rhel-84/oscap/${profile}/customizations.json`]: { openscap },
    });
    expect(await check(directory)).to.deep.equal([
      'warning: rhel-84/oscap: holds profiles, and composer refuses them for the distribution',
    ]);
  });

  it('warns of profiles of a distribution whose definition names no product', async () => {
    using directory = createDirectory({
      'centos-9/centos-9.json': definition({ oscap_name: null }),
      [FILE]: { openscap },
    });
    expect(await check(directory)).to.deep.equal([
      'warning: centos-9/oscap: holds profiles that npm run distributions:oscap does not make: cis',
    ]);
  });
});

describe('the check online', () => {
  it('probes every repository once, and names unreachable ones', async () => {
    using directory = createDirectory();
    writeRepository(directory.file('good'), repositoryFiles(metadata('primary', primaryXml())));
    const [good, bad] = ['good', 'bad'].map((name) => pathToFileURL(directory.file(name)).href);
    const repositories = [repository({ id: 'bad', baseurl: bad }), repository({ id: 'good', baseurl: good })];
    for (const name of ['centos-9', 'centos-10']) {
      const distribution = { name, no_package_list: true };
      directory.write(
        `data/${name}/${name}.json`,
        definition({ distribution, x86_64: architecture({ repositories }) }),
      );
    }
    const asked: string[] = [];
    const transport = createTransport(SETTINGS);
    const lines = await check(directory, {
      dir: directory.file('data'),
      probe: ({ id, baseurl = null }) => {
        asked.push(id);
        return probeRepository({ baseurl, metalink: null, mirrorlist: null, subscribed: false }, { transport });
      },
    });
    expect(asked).to.deep.equal(['bad', 'good']);
    expect(lines).to.have.length(2);
    for (const name of ['centos-9', 'centos-10']) {
      const line = lines.find((each) => each.startsWith(`error: ${name}/${name}.json /x86_64/repositories/0: `));
      expect(line).to.match(/bad cannot be reached: ENOENT/);
    }
  });
});
