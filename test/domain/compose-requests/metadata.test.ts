import { expect } from 'chai';
import { describe, it } from 'mocha';
import { toComposeMetadata } from '../../../src/domain/compose-requests/metadata.ts';

const PACKAGE = { type: 'rpm', name: 'vim', version: '9', release: '1.el9', arch: 'x86_64', sigmd5: 'a' };

describe('the metadata of an image', () => {
  const cases: readonly (readonly [title: string, unknown, unknown])[] = [
    ['packages and commit', { packages: [PACKAGE], ostree_commit: 'c' }, { packages: [PACKAGE], ostree_commit: 'c' }],
    ['no packages', { packages: [] }, { packages: [] }],
    ['no list of packages', {}, {}],
    ['packages that are null', { packages: null, ostree_commit: null }, {}],
    ['an empty commit', { ostree_commit: '' }, { ostree_commit: '' }],
    ['an epoch and a signature', { packages: [{ ...PACKAGE, epoch: '1', signature: 's' }] }, null],
    [
      'members that are not published',
      { href: '/x', id: 'i', kind: 'k', request: {}, packages: [{ ...PACKAGE, checksum: 'x' }] },
      { packages: [PACKAGE] },
    ],
    ['an epoch that is null', { packages: [{ ...PACKAGE, epoch: null, signature: null }] }, { packages: [PACKAGE] }],
    [
      'a package with a name and nothing else',
      { packages: [{ name: 'vim' }] },
      { packages: [{ type: '', name: 'vim', version: '', release: '', arch: '', sigmd5: '' }] },
    ],
  ];
  for (const [title, answer, shown] of cases) {
    it(`contains ${title}`, () => expect(toComposeMetadata(answer)).to.deep.equal(shown ?? answer));
  }

  it("contains the packages in composer's order", () => {
    const names = ['c', 'a', 'b'];
    const { packages } = toComposeMetadata({ packages: names.map((name) => ({ ...PACKAGE, name })) }) ?? {};
    expect(packages?.map(({ name }) => name)).to.deep.equal(names);
  });

  for (const answer of [
    undefined,
    null,
    'x',
    5,
    [],
    { packages: {} },
    { packages: 'x' },
    { packages: [null] },
    { packages: ['vim'] },
  ]) {
    it(`cannot be read from ${JSON.stringify(answer)}`, () => expect(toComposeMetadata(answer)).to.equal(null));
  }
});
