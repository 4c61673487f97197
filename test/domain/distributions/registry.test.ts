import { rmSync } from 'node:fs';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import { warnAboutMissingKeys } from '../../../src/domain/distributions/missing-keys.ts';
import { loadDistributions } from '../../../src/domain/distributions/registry.ts';
import { createDirectory } from './support.ts';

const BUILT_IN = new URL('../../../distributions', import.meta.url).pathname;
const ENTITLED = { entitled: true };
const UNENTITLED = { entitled: false };

interface Options {
  readonly name?: string;
  readonly composer_name?: string;
  readonly rhsm?: boolean;
  readonly lists?: boolean;
}

const definition = (key: string, { name = key, composer_name, rhsm = false, lists = false }: Options = {}) => ({
  distribution: { name, no_package_list: !lists, ...(composer_name === undefined ? {} : { composer_name }) },
  x86_64: { image_types: ['aws'], repositories: [{ id: 'base', baseurl: 'http://r.test', rhsm }] },
});

/** A directory with a file for each distribution. */
const directoryOf = (definitions: Readonly<Record<string, unknown>>) =>
  createDirectory(
    Object.fromEntries(Object.entries(definitions).map(([key, content]) => [`${key}/${key}.json`, content])),
  );

const FILES = { 'rhel-9.6': definition('rhel-9.6', { rhsm: true }), 'centos-9': definition('centos-9') };

describe('the registry of distributions', () => {
  it('holds distributions by the names of their directories, sorted', () => {
    using directory = directoryOf({ b: definition('b'), a: definition('a'), 'a-1': definition('a-1') });
    const { all } = loadDistributions(directory.path);
    expect(all.map(({ key }) => key)).to.deep.equal(['a', 'a-1', 'b']);
  });

  it("holds the service's own data", () => {
    const { all } = loadDistributions(new URL('../../../distributions', import.meta.url).pathname);
    expect(all.map(({ key }) => key)).to.include.members(['centos-9', 'rhel-8', 'rhel-9', 'rhel-10']);
  });

  for (const [title, options, expected] of [
    ['its own name', {}, 'rhel-9.6'],
    ['another if it has one', { composer_name: 'rhel-9-6' }, 'rhel-9-6'],
    ['its own name if the other is empty', { composer_name: '' }, 'rhel-9.6'],
    ['its own name though the directory has another', { name: 'own' }, 'own'],
  ] as const) {
    it(`knows what composer calls a distribution: ${title}`, () => {
      using directory = directoryOf({ 'rhel-9.6': definition('rhel-9.6', options) });
      expect(loadDistributions(directory.path).find('rhel-9.6', ENTITLED)?.nameAtComposer).to.equal(expected);
    });
  }
});

describe('an alias', () => {
  it('may be a symbolic link', () => {
    using directory = directoryOf(FILES);
    directory.link('rhel-9', 'rhel-9.6');
    const { find, all } = loadDistributions(directory.path);
    expect(all.map(({ key }) => key)).to.deep.equal(['centos-9', 'rhel-9', 'rhel-9.6']);
    expect(find('rhel-9', ENTITLED)).to.deep.equal({ ...find('rhel-9.6', ENTITLED), key: 'rhel-9' });
  });

  it('may be a file with the name of its target, which is what git makes of a link where there are none', () => {
    using directory = directoryOf(FILES);
    directory.write('rhel-9', 'rhel-9.6');
    const { find } = loadDistributions(directory.path);
    expect(find('rhel-9', ENTITLED)).to.deep.equal({ ...find('rhel-9.6', ENTITLED), key: 'rhel-9' });
  });

  it('may be a link to such a file', () => {
    using directory = directoryOf(FILES);
    directory.write('rhel-9', 'rhel-9.6');
    directory.link('latest', 'rhel-9');
    expect(loadDistributions(directory.path).find('latest', ENTITLED)?.name).to.equal('rhel-9.6');
  });

  it('may lead out of the directory', () => {
    using elsewhere = directoryOf(FILES);
    using directory = directoryOf({ 'centos-9': definition('centos-9') });
    directory.link('rhel', elsewhere.file('rhel-9.6'));
    expect(loadDistributions(directory.path).find('rhel', ENTITLED)?.name).to.equal('rhel-9.6');
  });

  it('shares the data of its target in memory', () => {
    using directory = directoryOf(FILES);
    directory.link('rhel-9', 'rhel-9.6');
    const { find } = loadDistributions(directory.path);
    expect(find('rhel-9', ENTITLED)?.packages).to.equal(find('rhel-9.6', ENTITLED)?.packages);
  });

  it('is refused when a link leads nowhere', () => {
    using directory = directoryOf(FILES);
    directory.link('rhel-9', 'rhel-9.7');
    expect(() => loadDistributions(directory.path)).to.throw(`${directory.file('rhel-9')}: leads nowhere`);
  });

  it('is refused when a file names no distribution', () => {
    using directory = directoryOf(FILES);
    directory.write('rhel-9', 'rhel-9.7');
    expect(() => loadDistributions(directory.path)).to.throw(`${directory.file('rhel-9')}: leads nowhere`);
  });

  it('is refused when it leads to itself', () => {
    using directory = directoryOf(FILES);
    directory.link('loop', 'loop');
    expect(() => loadDistributions(directory.path)).to.throw(`${directory.file('loop')}: leads nowhere`);
  });
});

describe('a directory of distributions', () => {
  for (const content of ['', 'two words', '../x', 'rhel-9.6\n', 'x'.repeat(1_000), '{"name": "x"}']) {
    it(`is refused for a stray file with ${JSON.stringify(content.slice(0, 20))}`, () => {
      using directory = directoryOf(FILES);
      directory.write('README', content);
      expect(() => loadDistributions(directory.path)).to.throw(
        `${directory.file('README')}: must be a directory or an alias of one`,
      );
    });
  }

  it('is refused for an alias of a file', () => {
    using directory = directoryOf(FILES);
    directory.write('README', 'x'.repeat(1_000));
    directory.link('AAA', 'README');
    expect(() => loadDistributions(directory.path)).to.throw(
      `${directory.file('AAA')}: must be a directory or an alias of one`,
    );
  });

  it('is refused when it is empty', () => {
    using directory = createDirectory();
    expect(() => loadDistributions(directory.path)).to.throw(`${directory.path}: holds no distribution`);
  });

  it('is refused when it does not exist', () => {
    using directory = createDirectory();
    expect(() => loadDistributions(directory.file('nowhere'))).to.throw(directory.file('nowhere'));
  });

  it('is refused for a distribution without a definition', () => {
    using directory = createDirectory({ 'centos-9/centos-8.json': definition('centos-8') });
    expect(() => loadDistributions(directory.path)).to.throw(
      `${directory.file('centos-9/centos-9.json')}: cannot be read`,
    );
  });

  it('is refused for a definition that is not JSON', () => {
    using directory = directoryOf({ 'centos-9': '{"distribution": ' });
    expect(() => loadDistributions(directory.path)).to.throw(
      `${directory.file('centos-9/centos-9.json')}: is not JSON: `,
    );
  });

  it('is refused for an invalid definition, naming file and field', () => {
    using directory = directoryOf({
      ...FILES,
      zz: { x86_64: { repositories: [{ baseurl: 'http://r.test', rhsm: 1 }] } },
    });
    expect(() => loadDistributions(directory.path)).to.throw(
      `${directory.file('zz/zz.json')}: /x86_64/repositories/0/rhsm: must be boolean`,
    );
  });
});

describe('package lists', () => {
  const withLists = {
    distribution: { name: 'any' },
    x86_64: {
      repositories: [
        { id: 'base', baseurl: 'http://b.test' },
        { id: 'gce', baseurl: 'http://g.test', image_type_tags: ['gcp'] },
        { id: 'extra', baseurl: 'http://e.test' },
      ],
    },
  };
  const lists = {
    'any/any-x86_64-base-packages.json': [{ name: 'bash', summary: 'shell' }, { name: 'vim' }],
    'any/any-x86_64-gce-packages.json': [{ name: 'google-agent', summary: '' }],
    'any/any-x86_64-extra-packages.json': null,
  };

  it('are searched, except those of tools for some image types, in the order of the repositories', () => {
    using directory = createDirectory({ 'any/any.json': withLists, ...lists });
    const packages = loadDistributions(directory.path).find('any', ENTITLED)?.packages;
    expect(packages?.get('x86_64')?.search('', { limit: 10, offset: 0 })).to.deep.equal({
      count: 2,
      items: ['{"name":"bash","summary":"shell"}', '{"name":"vim","summary":""}'],
    });
    expect(packages?.has('aarch64')).to.equal(false);
  });

  it('are read from the directory an alias leads to', () => {
    using directory = createDirectory({ 'any/any.json': withLists, ...lists });
    directory.link('alias', 'any');
    const packages = loadDistributions(directory.path).find('alias', ENTITLED)?.packages;
    expect(packages?.get('x86_64')?.search('vim', { limit: 10, offset: 0 }).count).to.equal(1);
  });

  it('are not looked for where a distribution says that it has none', () => {
    using directory = directoryOf({ any: { ...withLists, distribution: { name: 'any', no_package_list: true } } });
    expect(loadDistributions(directory.path).find('any', ENTITLED)?.packages.size).to.equal(0);
  });

  for (const name of ['base', 'gce', 'extra']) {
    it(`are all needed: the one of ${name} must be there`, () => {
      const file = `any/any-x86_64-${name}-packages.json`;
      const others = Object.entries(lists).filter(([key]) => key !== file);
      using directory = createDirectory({ 'any/any.json': withLists, ...Object.fromEntries(others) });
      expect(() => loadDistributions(directory.path)).to.throw(`${directory.file(file)}: cannot be read`);
    });
  }

  for (const [content, problem] of [
    ['[', ': is not JSON'],
    ['{}', ': must be a list of packages'],
    ['[{"name": "a"}, {"name": 5}]', ': /1/name: must be a string'],
    ['[{"name": "a", "summary": []}]', ': /0/summary: must be a string'],
    ['[{"name": "a"}, 5]', ': /1: must be an object'],
    ['["bash"]', ': /0: must be an object'],
    ['[[]]', ': /0: must be an object'],
    ['[null]', ''],
    ['[]', ''],
  ] as const) {
    it(`${problem === '' ? 'may have' : 'may not have'} the content ${content}`, async () => {
      const file = 'any/any-x86_64-base-packages.json';
      using directory = createDirectory({ 'any/any.json': withLists, ...lists, [file]: content });
      const { loadPackages, find } = loadDistributions(directory.path);
      const failure = await loadPackages().catch((error: unknown) => (error as Error).message);
      if (problem === '') expect(failure).to.equal(undefined);
      else {
        expect(failure).to.contain(directory.file(file) + problem);
        const search = () => find('any', ENTITLED)?.packages.get('x86_64')?.search('', { limit: 1, offset: 0 });
        expect(search).to.throw(directory.file(file) + problem);
      }
    });
  }

  it('are read once, on first use', async () => {
    using directory = createDirectory({ 'any/any.json': withLists, ...lists });
    const { loadPackages, find } = loadDistributions(directory.path);
    await loadPackages();
    rmSync(directory.file('any/any-x86_64-base-packages.json'));
    await loadPackages();
    expect(find('any', ENTITLED)?.packages.get('x86_64')?.search('', { limit: 1, offset: 0 }).count).to.equal(2);
  });
});

describe('the distributions that a caller can see', () => {
  using directory = directoryOf({
    ...FILES,
    'rhel-8.10': definition('rhel-8.10', { rhsm: true }),
    'rhel-95': definition('rhel-95'),
    // Needs an entitlement on one architecture only, and not on the first.
    mixed: {
      distribution: { name: 'mixed', no_package_list: true },
      x86_64: { image_types: ['aws'], repositories: [{ id: 'b', baseurl: 'http://r.test' }] },
      aarch64: { image_types: ['aws'], repositories: [{ id: 'b', baseurl: 'http://r.test', rhsm: true }] },
    },
  });
  const registry = loadDistributions(directory.path);

  it('are all of them with an entitlement', () => {
    expect(registry.available(ENTITLED)).to.equal(registry.all);
    expect(registry.find('rhel-9.6', ENTITLED)?.key).to.equal('rhel-9.6');
  });

  it('are those that need no entitlement, without one', () => {
    expect(registry.available(UNENTITLED).map(({ key }) => key)).to.deep.equal(['centos-9', 'rhel-95']);
    for (const key of ['rhel-9.6', 'mixed']) expect(registry.find(key, UNENTITLED)).to.equal(null);
    expect(registry.find('centos-9', UNENTITLED)?.key).to.equal('centos-9');
  });

  for (const key of ['', 'x', 'centos-9 ', 'CENTOS-9', '__proto__', 'constructor', '../centos-9']) {
    it(`do not include ${JSON.stringify(key)}`, () => expect(registry.find(key, ENTITLED)).to.equal(null));
  }

  for (const [version, caller, key] of [
    [{ major: 9, minor: 6 }, ENTITLED, 'rhel-9.6'],
    [{ major: 8, minor: 10 }, ENTITLED, 'rhel-8.10'],
    [{ major: 9, minor: 5 }, UNENTITLED, 'rhel-95'],
    [{ major: 9, minor: 6 }, UNENTITLED, undefined],
    [{ major: 9, minor: 7 }, ENTITLED, undefined],
    [{ major: 8, minor: 1 }, ENTITLED, undefined],
  ] as const) {
    it(`is ${key ?? 'nothing'} for RHEL ${version.major}.${version.minor}, entitled or not: ${caller.entitled}`, () => {
      expect(registry.findRhel(version, caller)?.key).to.equal(key);
    });
  }
});

describe('image mode', () => {
  const bootc = (...references: string[]) => references.map((reference) => ({ type: 'guest-image', reference }));

  it('has its base images by distribution, then architecture, then as they are listed', () => {
    using directory = directoryOf({
      b: { aarch64: { bootc: bootc('b-arm') }, x86_64: { bootc: bootc('b-2', 'b-1') } },
      a: { x86_64: { image_types: ['aws'], bootc: bootc('a') } },
      c: definition('c'),
    });
    directory.link('alias', 'b');
    const { bootcImages } = loadDistributions(directory.path);
    expect(
      bootcImages.map((image) => `${image.distribution.key} ${image.architecture} ${image.reference}`),
    ).to.deep.equal([
      ...['a x86_64 a', 'alias x86_64 b-2', 'alias x86_64 b-1', 'alias aarch64 b-arm'],
      ...['b x86_64 b-2', 'b x86_64 b-1', 'b aarch64 b-arm'],
    ]);
  });

  for (const [title, content, expected] of [
    ['base images and nothing else', { x86_64: { bootc: bootc('r') } }, true],
    [
      'base images for one architecture and image types for another',
      { x86_64: { bootc: bootc('r') }, aarch64: { image_types: ['aws'] } },
      false,
    ],
    ['base images and image types', { x86_64: { bootc: bootc('r'), image_types: ['aws'] } }, false],
    ['image types', { x86_64: { image_types: ['aws'] } }, false],
    ['neither', { x86_64: {} }, false],
    ['no architecture', {}, false],
  ] as const) {
    it(`is ${expected ? '' : 'not '}all that a distribution offers with ${title}`, () => {
      using directory = directoryOf({ any: { distribution: { no_package_list: true }, ...content } });
      expect(loadDistributions(directory.path).find('any', ENTITLED)?.imageModeOnly).to.equal(expected);
    });
  }

  it('works for distributions of one architecture', () => {
    using directory = directoryOf({
      any: { distribution: { name: 'any', no_package_list: true }, aarch64: { image_types: ['aws'] } },
    });
    const found = loadDistributions(directory.path).find('any', ENTITLED);
    expect([...(found?.architectures.keys() ?? [])]).to.deep.equal(['aarch64']);
  });
});

describe('keys that are missing', () => {
  it('are those of repositories that are to be verified, each once', () => {
    const repository = (id: string, more: object) => ({ id, baseurl: 'http://r.test', ...more });
    using directory = directoryOf({
      any: {
        distribution: { name: 'own', no_package_list: true },
        x86_64: {
          repositories: [
            repository('a', { check_gpg: true }),
            repository('b', { check_gpg: true, gpgkey: '' }),
            repository('c', { check_gpg: true, gpgkey: 'k' }),
            repository('d', { check_gpg: false }),
            repository('e', {}),
          ],
        },
        aarch64: { repositories: [repository('a', { check_gpg: true })] },
      },
    });
    directory.link('alias', 'any');
    expect(loadDistributions(directory.path).repositoriesWithoutKey).to.deep.equal([
      'own/x86_64/a',
      'own/x86_64/b',
      'own/aarch64/a',
    ]);
  });

  it('are a warning with the names of the repositories, and none where no key is missing', () => {
    const logged: unknown[] = [];
    const log = { warn: (...line: readonly unknown[]) => void logged.push(line[0]) };
    warnAboutMissingKeys({ distributions: { repositoriesWithoutKey: [] }, log });
    warnAboutMissingKeys({ distributions: { repositoriesWithoutKey: ['own/x86_64/a'] }, log });
    expect(logged).to.deep.equal([{ event: 'distributions.key_missing', repositories: ['own/x86_64/a'] }]);
  });
});

describe('the built-in definitions', () => {
  it('have the keys of all repositories but 16 of the tools for Google Cloud', () => {
    const { repositoriesWithoutKey } = loadDistributions(BUILT_IN);
    expect(repositoriesWithoutKey).to.have.length(16);
    expect(repositoriesWithoutKey.filter((name) => !name.endsWith('/x86_64/google-compute-engine'))).to.deep.equal([]);
  });

  it('verify the packages of every repository of Fedora', () => {
    const fedora = loadDistributions(BUILT_IN).all.filter(({ key }) => key.startsWith('fedora-'));
    expect(fedora).to.have.length(9);
    for (const { key, architectures } of fedora) {
      for (const { repositories } of architectures.values()) {
        expect(
          repositories.every(({ check_gpg, gpgkey }) => check_gpg === true && gpgkey),
          key,
        ).to.equal(true);
      }
    }
  });
});
