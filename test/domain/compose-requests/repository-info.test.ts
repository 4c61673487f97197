import { expect } from 'chai';
import { describe, it } from 'mocha';
import {
  datedRepository,
  indexRepositories,
  latestRepository,
  publishedRepository,
  toRepositoryInfo,
  toSnapshotInfo,
} from '../../../src/domain/compose-requests/repository-info.ts';
import { contentHost, repositoryInfo } from './support.ts';

const NOTHING_KNOWN = {
  ...{ uuid: 'u', url: '', origin: null, name: undefined, label: '', gpgKey: '', snapshotsDisabled: false },
  ...{ metadataVerification: undefined, moduleHotfixes: undefined, latestSnapshotUrl: '' },
};

describe('a repository of content sources', () => {
  it('is read with all that matters of it', () => {
    expect(
      toRepositoryInfo({
        ...{
          uuid: 'u',
          url: 'http://r.test',
          origin: 'external',
          name: 'n',
          label: 'l',
          gpg_key: 'k',
          snapshot: false,
        },
        ...{ metadata_verification: true, module_hotfixes: false, latest_snapshot_url: 'http://s.test/p', packages: 5 },
      }),
    ).to.deep.equal({
      ...{
        uuid: 'u',
        url: 'http://r.test',
        origin: 'external',
        name: 'n',
        label: 'l',
        gpgKey: 'k',
        snapshotsDisabled: true,
      },
      ...{ metadataVerification: true, moduleHotfixes: false, latestSnapshotUrl: 'http://s.test/p' },
    });
  });

  it('may be no more than an identifier', () => expect(toRepositoryInfo({ uuid: 'u' })).to.deep.equal(NOTHING_KNOWN));

  it('may have members of the wrong kind, which count as absent', () => {
    const wrong = {
      url: 1,
      origin: {},
      name: 2,
      label: null,
      gpg_key: [],
      snapshot: 'no',
      metadata_verification: 'yes',
    };
    expect(toRepositoryInfo({ uuid: 'u', ...wrong, module_hotfixes: 1, latest_snapshot_url: null })).to.deep.equal(
      NOTHING_KNOWN,
    );
  });

  for (const entry of [{}, { uuid: '' }, { uuid: null }, { uuid: 5 }, { url: 'http://r.test' }]) {
    it(`is none without identifier (${JSON.stringify(entry)})`, () => expect(toRepositoryInfo(entry)).to.equal(null));
  }

  for (const [snapshot, disabled] of [
    [false, true],
    [true, false],
    [null, false],
    [undefined, false],
  ] as const) {
    it(`${disabled ? 'is not' : 'counts as'} snapshotted for ${String(snapshot)}`, () => {
      expect(repositoryInfo({ uuid: 'u', snapshot }).snapshotsDisabled).to.equal(disabled);
    });
  }
});

describe('a snapshot of content sources', () => {
  for (const [entry, snapshot] of [
    [
      { repository_path: '/p', url: 'http://s.test/p', detected_os_version: '9.6', uuid: 's' },
      { repositoryPath: '/p', url: 'http://s.test/p', detectedOsVersion: '9.6' },
    ],
    [{ repository_path: '/p' }, { repositoryPath: '/p', url: '', detectedOsVersion: '' }],
    [{ repository_path: '' }, null],
    [{ url: 'http://s.test/p' }, null],
    [{ repository_path: 5 }, null],
    [null, null],
    [undefined, null],
    ['/p', null],
  ] as const) {
    it(`${JSON.stringify(entry)} is ${snapshot ? 'one' : 'none'}`, () => {
      expect(toSnapshotInfo(entry)).to.deep.equal(snapshot);
    });
  }
});

describe('repositories', () => {
  const [a, b] = [
    repositoryInfo({ uuid: 'a', url: 'http://a.test/x/' }),
    repositoryInfo({ uuid: 'b', url: 'http://b.test' }),
  ];
  const index = indexRepositories([a, b]);

  it('are found by identifier', () => {
    expect(index.byUuid('a')).to.equal(a);
    expect(index.byUuid('c')).to.equal(undefined);
    expect(index.byUuid(undefined)).to.equal(undefined);
  });

  for (const url of ['http://a.test/x', 'http://a.test/x/']) {
    it(`are found by address, with or without a slash at its end (${url})`, () => expect(index.byUrl(url)).to.equal(a));
  }

  for (const url of ['http://a.test', 'http://a.test/X', 'https://a.test/x', '', undefined]) {
    it(`are not found by ${url}`, () => expect(index.byUrl(url)).to.equal(undefined));
  }

  it('without an address are not found by an empty one', () => {
    expect(indexRepositories([repositoryInfo({ uuid: 'u' })]).byUrl('')).to.equal(undefined);
  });

  it('are each there once', () => {
    const again = repositoryInfo({ uuid: 'a', url: 'http://other.test' });
    expect(indexRepositories([a, b, again]).all).to.deep.equal([again, b]);
  });
});

describe('a repository at composer', () => {
  const SNAPSHOT = { repositoryPath: '/domain/r/', url: '', detectedOsVersion: '' };
  const VERIFIED: readonly (readonly [title: string, entry: object, verification: object])[] = [
    ['nothing about verification', {}, {}],
    ['a key', { gpg_key: 'k' }, { gpgkey: 'k', check_gpg: true }],
    ['an empty key, which is none', { gpg_key: '' }, {}],
    ['verified metadata, with or without a key', { metadata_verification: true }, { check_repo_gpg: true }],
    [
      'unverified metadata',
      { metadata_verification: false, gpg_key: 'k' },
      { check_repo_gpg: false, gpgkey: 'k', check_gpg: true },
    ],
    ['hotfixes', { module_hotfixes: true }, { module_hotfixes: true }],
    ['no hotfixes', { module_hotfixes: false }, { module_hotfixes: false }],
  ];
  for (const [title, entry, verification] of VERIFIED) {
    const repository = repositoryInfo({
      ...{ uuid: 'u', url: 'https://cdn.test/r', latest_snapshot_url: 'http://public.test/latest/r/' },
      ...entry,
    });

    it(`of a date has ${title}`, () => {
      expect(datedRepository(contentHost, repository, SNAPSHOT)).to.deep.equal({
        ...{ baseurl: 'https://content.test/api/pulp/domain/r/', rhsm: false },
        ...verification,
      });
    });

    it(`of the latest content has ${title}`, () => {
      expect(latestRepository(contentHost, repository)).to.deep.equal({
        ...{ baseurl: 'https://content.test/latest/r/', rhsm: false },
        ...verification,
      });
    });

    it(`as it is published has ${title}`, () => {
      expect(publishedRepository(repository)).to.deep.equal({
        baseurl: 'https://cdn.test/r',
        rhsm: true,
        ...verification,
      });
    });
  }

  it('of the latest content does not exist without a snapshot', () => {
    expect(latestRepository(contentHost, repositoryInfo({ uuid: 'u', url: 'https://cdn.test/r' }))).to.equal(null);
  });
});
