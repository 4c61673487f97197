import { expect } from 'chai';
import { describe, it } from 'mocha';
import { createPackageIndex } from '../../../src/domain/distributions/package-index.ts';
import { loadDistributions } from '../../../src/domain/distributions/registry.ts';
import { createDirectory } from './support.ts';

const DEFINITION = {
  distribution: { name: 'any' },
  x86_64: {
    repositories: [
      { id: 'base', baseurl: 'http://b.test' },
      { id: 'gce', baseurl: 'http://g.test', image_type_tags: ['gcp'] },
      { id: 'extra', baseurl: 'http://e.test' },
    ],
  },
};
const LISTS = {
  'any/any.json': DEFINITION,
  'any/any-x86_64-base-packages.json': [{ name: 'core-tools', summary: 'Tools' }],
  'any/any-x86_64-gce-packages.json': [],
  'any/any-x86_64-extra-packages.json': [],
};
const PAGE = { limit: 10, offset: 0 };

/** The results of a search: names and summaries. */
const search = (files: Readonly<Record<string, unknown>>, text: string): { count: number; found: string[][] } => {
  using directory = createDirectory({ ...LISTS, ...files });
  const index = loadDistributions(directory.path).find('any', { entitled: false })?.packages.get('x86_64');
  const { count = 0, items = [] } = index?.search(text, PAGE) ?? {};
  return { count, found: items.map((item) => Object.values(JSON.parse(item) as Record<string, string>)) };
};

describe('groups, environments and module streams', () => {
  const FILES = {
    'any/any-x86_64-base-groups.json': [
      { id: 'core', name: 'Core', description: '' },
      { id: 'web', name: 'Web Server', description: 'Serves.' },
    ],
    'any/any-x86_64-extra-groups.json': [
      { id: 'core', name: 'Core of another repository', description: '' },
      { id: 'desktop', name: '', description: '' },
    ],
    'any/any-x86_64-gce-groups.json': [{ id: 'gce', name: 'Not searched', description: '' }],
    'any/any-x86_64-extra-environments.json': [{ id: 'minimal', name: 'Minimal Install', description: 'Little.' }],
    'any/any-x86_64-base-modules.json': [{ name: 'nodejs', stream: '18', summary: 'Runtime', default: true }],
  };

  it('are found by a text that begins as their names in a request do', () => {
    expect(search(FILES, '@')).to.deep.equal({
      count: 5,
      found: [
        ['@core', 'Core'],
        ['@web', 'Web Server: Serves.'],
        ['@desktop', ''],
        ['@minimal', 'Minimal Install: Little.'],
        ['@nodejs:18', 'Module nodejs, stream 18: Runtime'],
      ],
    });
    expect(search(FILES, '@e').found.map(([name]) => name)).to.deep.equal(['@core', '@web', '@desktop', '@nodejs:18']);
    expect(search(FILES, '@nodejs:').count).to.equal(1);
    expect(search(FILES, '@Core').count).to.equal(0);
  });

  it('are not among packages', () => {
    expect(search(FILES, '')).to.deep.equal({ count: 1, found: [['core-tools', 'Tools']] });
    expect(search(FILES, 'core')).to.deep.equal({ count: 1, found: [['core-tools', 'Tools']] });
  });

  it('need not be there', () => {
    expect(search({}, '@')).to.deep.equal({ count: 0, found: [] });
  });

  it('come in pages as packages do', () => {
    const groups = ['a', 'ab', 'abc', 'b'].map((name) => ({ name, summary: '' }));
    const { count, items } = createPackageIndex(() => ({ packages: [], groups })).search('@a', { limit: 1, offset: 1 });
    expect({ count, items }).to.deep.equal({ count: 3, items: ['{"name":"@ab","summary":""}'] });
  });

  for (const [file, content, problem] of [
    ['groups', '[', ': is not JSON'],
    ['groups', {}, ': must be a list'],
    ['environments', [null], ': /0: must be an object'],
    ['groups', [{ id: 'a' }, { id: 5 }], ': /1/id: must be a string'],
    ['environments', [{ id: 'a', description: [] }], ': /0/description: must be a string'],
    ['modules', [{ name: 'a', stream: 18 }], ': /0/stream: must be a string'],
  ] as const) {
    it(`are refused with ${JSON.stringify(content)} for ${file}: file and field are named`, async () => {
      const name = `any/any-x86_64-extra-${file}.json`;
      using directory = createDirectory({ ...LISTS, [name]: content });
      const failure = await loadDistributions(directory.path)
        .loadPackages()
        .catch((error: unknown) => (error as Error).message);
      expect(failure).to.contain(directory.file(name) + problem);
    });
  }
});
