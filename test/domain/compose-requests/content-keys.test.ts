import { expect } from 'chai';
import { describe, it } from 'mocha';
import {
  customKeys,
  datedKeys,
  eligibleRepositories,
  isCloudTools,
  itemKeys,
  labelKeys,
  latestKeys,
  payloadKeys,
} from '../../../src/domain/compose-requests/content-keys.ts';
import type { Customizations } from '../../../src/domain/compose-requests/types.ts';
import { APPSTREAM, BASEOS, gcpImage, planOf, withCustomizations } from './support.ts';

const SUBSCRIPTION = { organization: 1, 'activation-key': '', 'server-url': '', 'base-url': '', insights: false };
const BASE = [BASEOS, APPSTREAM];
const NOTHING = { urls: [], uuids: [] };

const ITEMS: Customizations = {
  payload_repositories: [
    { rhsm: false, id: 'p1' },
    { rhsm: false, id: 'p2', baseurl: 'http://p2.test' },
    { rhsm: false, metalink: 'http://m.test' },
  ],
  custom_repositories: [{ id: 'c1' }, { id: 'p1' }, { id: 'c2', baseurl: ['http://c2.test', 'http://never.test'] }],
};
const URLS = ['http://p2.test', 'http://c2.test'];
const UUIDS = ['p1', 'p2', 'c1', 'c2'];

describe('repositories that an image is made from', () => {
  for (const [title, plan, ids] of [
    ['those for all images', planOf(), ['baseos', 'appstream']],
    [
      'those for its type as well, in the order of the file',
      planOf({ image: gcpImage }),
      ['baseos', 'gce', 'appstream'],
    ],
    ['none in image mode', planOf({ bootc: { reference: 'registry.test/rhel-9' } }), []],
  ] as const) {
    it(`are ${title}`, () => expect(eligibleRepositories(plan).map(({ id }) => id)).to.deep.equal(ids));
  }

  it('are tools when they are for some image types and need no subscription', () => {
    expect(eligibleRepositories(planOf({ image: gcpImage })).map(isCloudTools)).to.deep.equal([false, true, false]);
    expect(isCloudTools({ id: '', rhsm: true, imageTypeTags: ['gcp'], gpgkeyFingerprints: [] })).to.equal(false);
    expect(isCloudTools({ id: '', rhsm: false, imageTypeTags: [], gpgkeyFingerprints: [] })).to.equal(false);
  });
});

describe('keys of a repository of the caller', () => {
  for (const [item, keys] of [
    [
      { id: 'i', baseurl: 'u' },
      { id: 'i', url: 'u' },
    ],
    [
      { id: '', baseurl: '' },
      { id: undefined, url: undefined },
    ],
    [{}, { id: undefined, url: undefined }],
  ] as const) {
    it(`for the build are ${JSON.stringify(keys)} for ${JSON.stringify(item)}`, () => {
      expect(payloadKeys(item)).to.deep.equal(keys);
    });
  }

  for (const [item, keys] of [
    [
      { id: 'i', baseurl: ['u', 'v'] },
      { id: 'i', url: 'u' },
    ],
    [
      { id: 'i', baseurl: [] },
      { id: 'i', url: undefined },
    ],
    [
      { id: '', baseurl: [''] },
      { id: undefined, url: undefined },
    ],
    [{ id: 'i' }, { id: 'i', url: undefined }],
  ] as const) {
    it(`of the image are ${JSON.stringify(keys)} for ${JSON.stringify(item)}`, () => {
      expect(customKeys(item)).to.deep.equal(keys);
    });
  }

  it('come for the build first, in the order given', () => {
    expect(itemKeys(withCustomizations(ITEMS)).map(({ id }) => id)).to.deep.equal([
      'p1',
      'p2',
      undefined,
      'c1',
      'p1',
      'c2',
    ]);
  });
});

describe('keys to look up', () => {
  it('for the latest content are Red Hat addresses and all identifiers, each once', () => {
    expect(latestKeys(withCustomizations(ITEMS))).to.deep.equal({
      redHat: { urls: [...BASE, ...URLS], uuids: UUIDS },
      external: { urls: [], uuids: UUIDS },
    });
  });

  it('for a date are all addresses and identifiers of both origins', () => {
    expect(datedKeys(withCustomizations(ITEMS))).to.deep.equal({
      redHat: { urls: [...BASE, ...URLS], uuids: UUIDS },
      external: { urls: URLS, uuids: UUIDS },
    });
  });

  for (const [title, keysOf] of [
    ['the latest content', latestKeys],
    ['a date', datedKeys],
  ] as const) {
    it(`for ${title} leave the tools of a cloud out`, () => {
      expect(keysOf(planOf({ image: gcpImage }))).to.deep.equal({
        redHat: { urls: BASE, uuids: [] },
        external: NOTHING,
      });
    });

    it(`for ${title} are none in image mode without repositories`, () => {
      expect(keysOf(planOf({ bootc: { reference: 'registry.test/rhel-9' } }))).to.deep.equal({
        redHat: NOTHING,
        external: NOTHING,
      });
    });

    it(`for ${title} hold no empty key, and none with a comma: that would be two`, () => {
      const plan = withCustomizations({
        payload_repositories: [
          { rhsm: false, id: '', baseurl: '' },
          { rhsm: false, id: 'a,b', baseurl: 'http://a.test/,http://b.test/' },
        ],
        custom_repositories: [
          { id: '', baseurl: [] },
          { id: ',', baseurl: ['http://c.test/?x=1,2'] },
        ],
      });
      expect(keysOf(plan)).to.deep.equal({ redHat: { urls: BASE, uuids: [] }, external: NOTHING });
    });

    it(`for ${title} hold an address of the base system once, although it was listed again`, () => {
      const plan = withCustomizations({ custom_repositories: [{ id: 'c', baseurl: [BASEOS] }] });
      expect(keysOf(plan).redHat.urls).to.deep.equal(BASE);
    });
  }

  it('for the latest content of an open distribution are none', () => {
    expect(latestKeys(planOf({ distribution: 'centos-9' }))).to.deep.equal({ redHat: NOTHING, external: NOTHING });
  });

  it('for a date of an open distribution are its addresses, so that the refusal can name them', () => {
    expect(datedKeys(planOf({ distribution: 'centos-9' })).redHat.urls).to.deep.equal(['http://mirror.test/baseos']);
  });
});

describe('keys of labels', () => {
  it('are the identifiers of the repositories of the image, when it is registered', () => {
    expect(labelKeys(withCustomizations({ ...ITEMS, subscription: SUBSCRIPTION }))).to.deep.equal(['c1', 'p1', 'c2']);
  });

  for (const customizations of [{}, ITEMS, { subscription: SUBSCRIPTION }]) {
    it(`are none for ${Object.keys(customizations).join(' and ') || 'nothing'}`, () => {
      expect(labelKeys(withCustomizations(customizations))).to.deep.equal([]);
    });
  }
});
