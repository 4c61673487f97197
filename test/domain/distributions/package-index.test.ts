import { expect } from 'chai';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import {
  createPackageIndex,
  type ListedPackage,
  type PackageIndex,
} from '../../../src/domain/distributions/package-index.ts';

const indexOf = (packages: readonly (readonly ListedPackage[])[]): PackageIndex =>
  createPackageIndex(() => ({ packages, groups: [] }));

const names = (items: readonly string[]): string[] => items.map((item) => (JSON.parse(item) as ListedPackage).name);
const list = (...given: string[]): ListedPackage[] => given.map((name) => ({ name, summary: `about ${name}` }));
const EVERYTHING = { limit: 1_000, offset: 0 };

/** The expected results, by linear search. */
const filter = (lists: readonly (readonly ListedPackage[])[], text: string, { limit, offset }: typeof EVERYTHING) => {
  const found = lists.flat().filter(({ name }) => name.includes(text));
  return {
    count: found.length,
    items: found.slice(offset, offset + limit).map(({ name, summary }) => JSON.stringify({ name, summary })),
  };
};

describe('packages', () => {
  const index = indexOf([list('vim', 'vim-enhanced', 'nano'), list('neovim', 'Vim')]);

  for (const [text, found] of [
    ['', ['vim', 'vim-enhanced', 'nano', 'neovim', 'Vim']],
    ['vim', ['vim', 'vim-enhanced', 'neovim']],
    ['Vim', ['Vim']],
    ['n', ['vim-enhanced', 'nano', 'neovim']],
    ['vim-', ['vim-enhanced']],
    ['emacs', []],
    ['\n', []],
    ['vim\nvim', []],
    ['.', []],
  ] as const) {
    it(`that contain ${JSON.stringify(text)} are ${found.join(', ') || 'none'}`, () => {
      const page = index.search(text, EVERYTHING);
      expect(names(page.items)).to.deep.equal(found);
      expect(page.count).to.equal(found.length);
    });
  }

  it('are returned as JSON with name and summary only', () => {
    const odd = [{ name: '"quoted"', summary: 'größe \u2028', version: '1' } as ListedPackage];
    expect(
      indexOf([odd])
        .search('"', EVERYTHING)
        .items.map((item) => JSON.parse(item) as unknown),
    ).to.deep.equal([{ name: '"quoted"', summary: 'größe \u2028' }]);
  });

  for (const [page, found] of [
    [{ limit: 2, offset: 0 }, ['vim', 'vim-enhanced']],
    [{ limit: 2, offset: 1 }, ['vim-enhanced', 'neovim']],
    [{ limit: 2, offset: 2 }, ['neovim']],
    [{ limit: 2, offset: 3 }, []],
    [{ limit: 0, offset: 0 }, []],
  ] as const) {
    it(`come in pages, here ${page.limit} from ${page.offset} on, and the count is of all`, () => {
      const { count, items } = index.search('vim', page);
      expect([names(items), count]).to.deep.equal([found, 3]);
    });
  }

  it('may be none', () => {
    for (const empty of [indexOf([]), indexOf([[], []])]) {
      expect(empty.search('', EVERYTHING)).to.deep.equal({ count: 0, items: [] });
      expect(empty.search('a', EVERYTHING)).to.deep.equal({ count: 0, items: [] });
    }
  });

  it('are the same as filtering one by one returns, for any names', () => {
    // Few letters, so that names repeat, overlap and contain one another.
    const name = fc.oneof(
      fc.string({ unit: fc.constantFrom('a', 'b', '-'), maxLength: 5 }),
      fc.string({ unit: 'grapheme', maxLength: 4 }).filter((text) => !text.includes('\n')),
    );
    const lists = fc.array(fc.array(fc.record({ name, summary: fc.string() }), { maxLength: 12 }), { maxLength: 4 });
    const wanted = fc.string({ unit: fc.constantFrom('a', 'b', '-'), maxLength: 3 });
    const page = fc.record({ limit: fc.nat(6), offset: fc.nat(6) });
    fc.assert(
      fc.property(lists, wanted, page, (given, text, range) => {
        expect(indexOf(given).search(text, range)).to.deep.equal(filter(given, text, range));
      }),
      { numRuns: 2_000 },
    );
  });

  it('are the same as filtering returns for a part of a name', () => {
    const name = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 8 }).filter((text) => !text.includes('\n'));
    const packages = fc.array(fc.record({ name, summary: fc.constant('') }), { minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(packages, fc.nat(), fc.nat(8), fc.nat(8), (given, which, from, to) => {
        const text = given[which % given.length]?.name.slice(from, to) ?? '';
        expect(indexOf([given]).search(text, EVERYTHING)).to.deep.equal(filter([given], text, EVERYTHING));
      }),
      { numRuns: 1_000 },
    );
  });
});
