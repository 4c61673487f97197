import { expect } from 'chai';
import { describe, it } from 'mocha';
import type { ComposePlan } from '../../../src/domain/compose-requests/compose-plan.ts';
import { datedRepositories, selectDated } from '../../../src/domain/compose-requests/dated-repositories.ts';
import { latestRepositories } from '../../../src/domain/compose-requests/latest-repositories.ts';
import {
  templateRepositories,
  type ContentTemplate,
} from '../../../src/domain/compose-requests/template-repositories.ts';
import type { FoundRepositories } from '../../../src/domain/compose-requests/repository-items.ts';
import type { SnapshotInfo } from '../../../src/domain/compose-requests/repository-info.ts';
import type {
  CustomRepository,
  Customizations,
  PayloadRepository,
} from '../../../src/domain/compose-requests/types.ts';
import {
  APPSTREAM,
  BASEOS,
  contentHost,
  GCE_TOOLS,
  gcpImage,
  indexOf,
  KEY,
  planOf,
  refusalOf,
  withCustomizations,
} from './support.ts';

type Entry = Readonly<Record<string, unknown>>;

const found = (redHat: readonly Entry[], external: readonly Entry[] = []): FoundRepositories => ({
  ...{ redHat: indexOf(redHat), external: indexOf(external) },
});

/** Base repositories in content sources; the second URL has a trailing slash that the distribution lacks. */
const BASE: readonly Entry[] = [
  { uuid: 'baseos', url: BASEOS, gpg_key: 'rh', latest_snapshot_url: 'http://public.test/latest/baseos/' },
  {
    uuid: 'appstream',
    url: `${APPSTREAM}/`,
    gpg_key: 'rh',
    latest_snapshot_url: 'http://public.test/latest/appstream/',
  },
];
const CRB: Entry = {
  ...{ uuid: 'crb', url: 'https://cdn.test/crb/os', origin: 'red_hat', gpg_key: 'rh', module_hotfixes: false },
  latest_snapshot_url: 'http://public.test/latest/crb/',
};

const CDN_BASEOS = { baseurl: BASEOS, check_gpg: true, gpgkey: KEY, rhsm: true };
const CDN_APPSTREAM = { baseurl: APPSTREAM, check_gpg: true, gpgkey: KEY, rhsm: true };
const snapshot = (path: string) => ({
  baseurl: `https://content.test${path}`,
  rhsm: false,
  gpgkey: 'rh',
  check_gpg: true,
});
const LATEST_BASEOS = snapshot('/latest/baseos/');
const LATEST_APPSTREAM = snapshot('/latest/appstream/');
const LATEST_CRB = { ...snapshot('/latest/crb/'), module_hotfixes: false };

const IMAGE_MODE = { bootc: { reference: 'registry.test/rhel-9' } };

const latest = (plan: ComposePlan, known = found(BASE)) => latestRepositories(contentHost, plan, known);
const latestOf = (customizations: Customizations, known = found([...BASE, CRB])) =>
  latest(withCustomizations(customizations), known);

describe('base repositories of the latest content', () => {
  it('are the latest snapshots, whether or not an address ends with a slash', () => {
    expect(latest(planOf()).image).to.deep.equal([LATEST_BASEOS, LATEST_APPSTREAM]);
  });

  it('are those of the CDN where content sources knows none', () => {
    expect(latest(planOf(), found([])).image).to.deep.equal([CDN_BASEOS, CDN_APPSTREAM]);
  });

  it('are those of the CDN where there is no snapshot yet', () => {
    const [baseos, appstream] = BASE;
    const known = found([
      { ...baseos, latest_snapshot_url: '' },
      { ...appstream, latest_snapshot_url: undefined },
    ]);
    expect(latest(planOf(), known).image).to.deep.equal([CDN_BASEOS, CDN_APPSTREAM]);
  });

  it('have the tools of the cloud among them, unchanged and in the order of the file', () => {
    expect(latest(planOf({ image: gcpImage })).image).to.deep.equal([LATEST_BASEOS, GCE_TOOLS, LATEST_APPSTREAM]);
  });

  it('are not looked for where no subscription is needed', () => {
    const centos = { baseurl: 'http://mirror.test/baseos', check_gpg: true, gpgkey: KEY, rhsm: false };
    const known = found([{ uuid: 'u', url: centos.baseurl, latest_snapshot_url: 'http://public.test/x/' }]);
    expect(latest(planOf({ distribution: 'centos-9' }), known).image).to.deep.equal([centos]);
  });

  it('may be known by a metalink alone', () => {
    const plan = planOf({ distribution: 'fedora-42' }, { orgId: '000001' });
    expect(latest(plan, found([])).image).to.deep.equal([
      { metalink: 'https://mirrors.test/fedora-42', check_gpg: true, rhsm: false },
    ]);
  });

  it('have no detected version', () => expect(latest(planOf()).detectedVersions).to.deep.equal([]));
});

describe('Red Hat repositories that the caller adds to the latest content', () => {
  const CUSTOM_BY_ID: CustomRepository = { id: 'crb', name: 'mine', enabled: true };
  const CUSTOM_BY_URL: CustomRepository = { id: 'anything', baseurl: ['https://cdn.test/crb/os/'] };
  const PAYLOAD_BY_ID: PayloadRepository = { id: 'crb', rhsm: true };
  const PAYLOAD_BY_URL: PayloadRepository = { rhsm: false, baseurl: 'https://cdn.test/crb/os' };
  const ways: readonly (readonly [title: string, Customizations])[] = [
    ['to the image by id', { custom_repositories: [CUSTOM_BY_ID] }],
    ['to the image by address', { custom_repositories: [CUSTOM_BY_URL] }],
    ['to the build by id', { payload_repositories: [PAYLOAD_BY_ID] }],
    ['to the build by address', { payload_repositories: [PAYLOAD_BY_URL] }],
    ['to both, once', { custom_repositories: [CUSTOM_BY_ID], payload_repositories: [PAYLOAD_BY_ID] }],
    [
      'to both in different ways, once',
      { custom_repositories: [CUSTOM_BY_URL], payload_repositories: [PAYLOAD_BY_ID] },
    ],
    ['twice, once', { payload_repositories: [PAYLOAD_BY_URL, PAYLOAD_BY_ID] }],
  ];
  for (const [title, customizations] of ways) {
    it(`${title}, are used like those of the distribution and nowhere else`, () => {
      expect(latestOf(customizations)).to.deep.equal({
        image: [LATEST_BASEOS, LATEST_APPSTREAM, LATEST_CRB],
        ...{ payload: [], custom: [], detectedVersions: [] },
      });
    });
  }

  it('come in the order given, those of the image before those of the build', () => {
    const known = found([...BASE, CRB, { ...CRB, uuid: 'x', latest_snapshot_url: 'http://public.test/latest/x/' }]);
    const { image } = latestOf({ payload_repositories: [PAYLOAD_BY_ID], custom_repositories: [{ id: 'x' }] }, known);
    expect(image.slice(2).map(({ baseurl }) => baseurl)).to.deep.equal([
      ...['https://content.test/latest/x/', 'https://content.test/latest/crb/'],
    ]);
  });

  it('are taken from the CDN where there is no snapshot', () => {
    const { image } = latestOf(
      { custom_repositories: [CUSTOM_BY_ID] },
      found([...BASE, { ...CRB, latest_snapshot_url: '' }]),
    );
    expect(image[2]).to.deep.equal({
      ...{ baseurl: 'https://cdn.test/crb/os', rhsm: true, gpgkey: 'rh', check_gpg: true, module_hotfixes: false },
    });
  });

  for (const custom of [{ id: 'baseos' }, { id: 'x', baseurl: [BASEOS] }] satisfies CustomRepository[]) {
    it(`are not used twice when they are of the base system already (${JSON.stringify(custom)})`, () => {
      const { image, custom: left } = latestOf({ custom_repositories: [custom] });
      expect(image).to.deep.equal([LATEST_BASEOS, LATEST_APPSTREAM]);
      expect(left).to.deep.equal([]);
    });
  }

  it('serve the build in image mode, where there is nothing else to add them to', () => {
    const other: PayloadRepository = { rhsm: false, baseurl: 'http://other.test' };
    const customizations = { payload_repositories: [other], custom_repositories: [CUSTOM_BY_ID] };
    expect(latest(planOf({ ...IMAGE_MODE, customizations }), found([CRB]))).to.deep.equal({
      ...{ image: [], payload: [other, LATEST_CRB], custom: [], detectedVersions: [] },
    });
  });
});

const EXTERNAL: Entry = {
  ...{ uuid: 'e', url: 'http://e.test/', origin: 'external', name: 'known', gpg_key: 'known key' },
  ...{ metadata_verification: true, module_hotfixes: true },
};
const KEYLESS: Entry = { ...EXTERNAL, uuid: 'k', url: 'http://k.test/', gpg_key: '' };

describe('payload repositories of the latest content', () => {
  const FULL: PayloadRepository = {
    ...{ rhsm: false, baseurl: 'http://own.test', gpgkey: 'own key', check_gpg: false, check_repo_gpg: false },
    ...{
      ignore_ssl: true,
      module_hotfixes: false,
      metalink: 'http://own.test/metalink',
      mirrorlist: 'http://own.test/list',
    },
  };
  const KNOWN = { baseurl: 'http://e.test/', gpgkey: 'known key', check_gpg: true, module_hotfixes: true };
  const cases: readonly (readonly [title: string, PayloadRepository, sent: object])[] = [
    ['as the caller describes them', FULL, FULL],
    ['as the caller describes them, also where content sources knows better', { ...FULL, id: 'e' }, FULL],
    ['as content sources knows them', { id: 'e', rhsm: false }, { ...KNOWN, check_repo_gpg: true, rhsm: false }],
    [
      "with the caller's word on metadata",
      { id: 'e', rhsm: true, check_repo_gpg: false },
      { ...KNOWN, check_repo_gpg: false, rhsm: true },
    ],
    [
      'without verification where no key is known',
      { id: 'k', rhsm: false },
      { baseurl: 'http://k.test/', module_hotfixes: true, rhsm: false },
    ],
    [
      'with the known key in place of an empty one',
      { id: 'e', rhsm: false, gpgkey: '', check_repo_gpg: false },
      { ...KNOWN, check_repo_gpg: false, rhsm: false },
    ],
    [
      'without an empty key',
      { rhsm: false, baseurl: 'http://own.test', gpgkey: '' },
      { rhsm: false, baseurl: 'http://own.test' },
    ],
    ['with a metalink alone', { rhsm: false, metalink: 'http://m.test' }, { rhsm: false, metalink: 'http://m.test' }],
    [
      'with a list of mirrors alone',
      { rhsm: false, mirrorlist: 'http://m.test' },
      { rhsm: false, mirrorlist: 'http://m.test' },
    ],
    [
      'without a source, when the id is not known: composer refuses them',
      { id: 'unknown', rhsm: false },
      { rhsm: false },
    ],
  ];
  for (const [title, item, sent] of cases) {
    it(`are sent ${title}`, () => {
      const { payload, image } = latestOf({ payload_repositories: [item] }, found(BASE, [EXTERNAL, KEYLESS]));
      expect(payload).to.deep.equal([sent]);
      expect(image).to.have.lengthOf(2);
    });
  }

  it('keep their order and duplicates', () => {
    const a = { rhsm: false, baseurl: 'http://a.test' };
    const b = { rhsm: false, baseurl: 'http://b.test' };
    expect(latestOf({ payload_repositories: [b, a, b] }).payload).to.deep.equal([b, a, b]);
  });
});

describe('custom repositories of the latest content', () => {
  const FULL: CustomRepository = {
    ...{ id: 'own', name: 'n', filename: 'f', baseurl: ['http://own.test', 'http://second.test'], gpgkey: ['a', 'b'] },
    ...{
      check_gpg: false,
      check_repo_gpg: true,
      ssl_verify: false,
      module_hotfixes: false,
      priority: 0,
      enabled: false,
    },
    ...{ metalink: 'http://own.test/metalink', mirrorlist: 'http://own.test/list' },
  };
  const KNOWN = {
    name: 'known',
    baseurl: ['http://e.test/'],
    gpgkey: ['known key'],
    check_gpg: true,
    module_hotfixes: true,
  };
  const cases: readonly (readonly [title: string, CustomRepository, sent: object])[] = [
    ['as the caller describes them', FULL, FULL],
    [
      'as the caller describes them, also where content sources knows better',
      { ...FULL, id: 'e' },
      { ...FULL, id: 'e' },
    ],
    ['as content sources knows them', { id: 'e' }, { id: 'e', ...KNOWN, check_repo_gpg: true }],
    [
      'with an empty list of addresses if that is given',
      { id: 'e', baseurl: [] },
      { id: 'e', ...KNOWN, baseurl: [], check_repo_gpg: true },
    ],
    [
      'without verification where no key is known',
      { id: 'k' },
      { id: 'k', name: 'known', baseurl: ['http://k.test/'], module_hotfixes: true },
    ],
    ['with no more than an id that is not known', { id: 'unknown' }, { id: 'unknown' }],
  ];
  for (const [title, item, sent] of cases) {
    it(`are sent ${title}`, () => {
      const { custom } = latestOf({ custom_repositories: [item] }, found(BASE, [EXTERNAL, KEYLESS]));
      expect(custom).to.deep.equal([sent]);
    });
  }
});

describe('the URL of the latest content of a repository', () => {
  const addressOf = (entry: Entry): string | undefined =>
    latestOf({ payload_repositories: [{ id: 'e', rhsm: false }] }, found([], [{ ...EXTERNAL, ...entry }])).payload[0]
      ?.baseurl;

  for (const origin of ['external', 'community', 'red_hat']) {
    it(`is the public one for the origin ${origin}`, () => expect(addressOf({ origin })).to.equal('http://e.test/'));
  }

  it('is its latest snapshot on the content host for an upload', () => {
    const entry = { origin: 'upload', latest_snapshot_url: 'http://public.test/uploads/e/' };
    expect(addressOf(entry)).to.equal('https://content.test/uploads/e/');
  });

  for (const [title, entry, kind, text] of [
    ['an upload without snapshot', { origin: 'upload' }, 'invalid', 'repository known (id: e) has no snapshot yet'],
    [
      'a nameless upload without snapshot',
      { origin: 'upload', name: undefined },
      ...(['invalid', 'repository e (id: e) has no snapshot yet'] as const),
    ],
    [
      'a repository of no origin',
      { origin: undefined },
      ...(['internal', 'unable to read origin from repository e'] as const),
    ],
    [
      'a repository of an unknown origin',
      { origin: 'moon' },
      'internal',
      'unknown origin on content sources repository e, origin: moon',
    ],
  ] as const) {
    it(`does not exist for ${title}`, () => {
      expect(refusalOf(() => addressOf(entry))).to.deep.equal({ kind, text });
    });
  }
});

const DATE = { snapshot_date: '2026-01-02' };
const dated = (more: Parameters<typeof planOf>[0] = {}): ComposePlan =>
  planOf({ ...more, image: { ...more.image, ...DATE } });

const snapshots = (paths: Readonly<Record<string, Partial<SnapshotInfo>>>): ReadonlyMap<string, SnapshotInfo> =>
  new Map(
    Object.entries(paths).map(([uuid, given]) => [
      uuid,
      { repositoryPath: `/dated/${uuid}`, url: `http://public.test/dated/${uuid}`, detectedOsVersion: '', ...given },
    ]),
  );
const ALL = snapshots({ baseos: {}, appstream: {}, crb: {}, e: {}, k: {} });
const KNOWN_TO_ALL = found([...BASE, CRB], [EXTERNAL, KEYLESS]);

const datedOf = (plan: ComposePlan, known = KNOWN_TO_ALL, at = ALL) =>
  datedRepositories(contentHost, plan, selectDated(plan, known), at);
const DATED_BASEOS = snapshot('/api/pulp/dated/baseos');
const DATED_APPSTREAM = snapshot('/api/pulp/dated/appstream');
const DATED_CRB = { ...snapshot('/api/pulp/dated/crb'), module_hotfixes: false };
const DATED_EXTERNAL = {
  ...{ baseurl: 'https://content.test/api/pulp/dated/e', rhsm: false, gpgkey: 'known key', check_gpg: true },
  ...{ module_hotfixes: true, check_repo_gpg: true },
};

describe('repositories of a date', () => {
  it('are snapshots of the base system, in the order of its data', () => {
    expect(datedOf(dated())).to.deep.equal({
      ...{ image: [DATED_BASEOS, DATED_APPSTREAM], payload: [], custom: [], detectedVersions: ['', ''] },
    });
  });

  it('have the tools of the cloud first, as they are', () => {
    expect(datedOf(dated({ image: gcpImage })).image).to.deep.equal([GCE_TOOLS, DATED_BASEOS, DATED_APPSTREAM]);
  });

  it('have the detected versions of the base system only', () => {
    const at = snapshots({ baseos: { detectedOsVersion: '9.4' }, appstream: {}, crb: { detectedOsVersion: '9.5' } });
    const plan = dated({ customizations: { custom_repositories: [{ id: 'crb' }] } });
    expect(datedOf(plan, KNOWN_TO_ALL, at).detectedVersions).to.deep.equal(['9.4', '']);
  });

  it('have the detected versions in the order of content sources', () => {
    const at = snapshots({ appstream: { detectedOsVersion: '9.5' }, baseos: { detectedOsVersion: '9.4' } });
    expect(datedOf(dated(), KNOWN_TO_ALL, at).detectedVersions).to.deep.equal(['9.5', '9.4']);
  });

  it('have only the known members of a custom repository', () => {
    const known = found(BASE, [{ uuid: 'e', url: 'http://e.test' }]);
    expect(datedOf(dated({ customizations: { custom_repositories: [{ id: 'e' }] } }), known).custom).to.deep.equal([
      { id: 'e', baseurl: ['http://public.test/dated/e'], enabled: false },
    ]);
  });

  it('are requested in the order of the request, each once', () => {
    const customizations: Customizations = {
      payload_repositories: [
        { id: 'k', rhsm: false },
        { id: 'crb', rhsm: false },
      ],
      custom_repositories: [{ id: 'e' }, { id: 'k' }, { id: 'crb' }, { id: 'baseos' }],
    };
    const { uuids } = selectDated(dated({ customizations }), KNOWN_TO_ALL);
    expect(uuids).to.deep.equal(['baseos', 'appstream', 'crb', 'k', 'e']);
  });

  for (const [title, customizations] of [
    ['to the image by id', { custom_repositories: [{ id: 'crb' }] }],
    ['to the image by address', { custom_repositories: [{ id: 'x', baseurl: ['https://cdn.test/crb/os/'] }] }],
    ['to the build', { payload_repositories: [{ rhsm: false, baseurl: 'https://cdn.test/crb/os' }] }],
    ['to both', { custom_repositories: [{ id: 'crb' }], payload_repositories: [{ id: 'crb', rhsm: false }] }],
  ] satisfies [string, Customizations][]) {
    it(`have Red Hat repositories that the caller adds ${title} behind the base system, once`, () => {
      expect(datedOf(dated({ customizations }))).to.deep.include({
        ...{ image: [DATED_BASEOS, DATED_APPSTREAM, DATED_CRB], payload: [], custom: [] },
      });
    });
  }

  it('do not have a repository of the base system twice that the caller adds', () => {
    const customizations = { custom_repositories: [{ id: 'baseos' }, { id: 'x', baseurl: [APPSTREAM] }] };
    expect(datedOf(dated({ customizations })).image).to.deep.equal([DATED_BASEOS, DATED_APPSTREAM]);
  });

  it('discard what the caller says of a repository of the build, and have it once', () => {
    const item: PayloadRepository = {
      rhsm: true,
      baseurl: 'http://e.test',
      gpgkey: 'own',
      check_gpg: false,
      ignore_ssl: true,
    };
    const customizations = { payload_repositories: [item, { id: 'e', rhsm: false }] };
    expect(datedOf(dated({ customizations })).payload).to.deep.equal([DATED_EXTERNAL]);
  });

  it('configure the public snapshot in the image, switched off, and discard what the caller says of it', () => {
    const item: CustomRepository = {
      id: 'e',
      name: 'own',
      enabled: true,
      priority: 1,
      gpgkey: ['own'],
      check_gpg: false,
    };
    const customizations = { custom_repositories: [item, { id: 'x', baseurl: ['http://e.test/'] }, { id: 'k' }] };
    expect(datedOf(dated({ customizations })).custom).to.deep.equal([
      {
        ...{ id: 'e', name: 'known', baseurl: ['http://public.test/dated/e'], enabled: false, gpgkey: ['known key'] },
        ...{ check_gpg: true, module_hotfixes: true, check_repo_gpg: true },
      },
      {
        ...{ id: 'k', name: 'known', baseurl: ['http://public.test/dated/k'], enabled: false },
        ...{ module_hotfixes: true, check_repo_gpg: true },
      },
    ]);
  });

  for (const source of ['metalink', 'mirrorlist'] as const) {
    it(`use a repository with only a ${source} as requested`, () => {
      const item = { [source]: 'http://m.test' };
      const customizations: Customizations = {
        payload_repositories: [
          { ...item, rhsm: false },
          { ...item, rhsm: false, id: 'unknown' },
        ],
        custom_repositories: [{ ...item, id: 'unknown', priority: 5 }],
      };
      const { payload, custom } = datedOf(dated({ customizations }));
      expect(payload).to.deep.equal([
        { ...item, rhsm: false },
        { ...item, rhsm: false },
      ]);
      expect(custom).to.deep.equal([{ ...item, id: 'unknown', priority: 5 }]);
    });
  }

  it("serve the build in image mode, Red Hat's as well", () => {
    const customizations: Customizations = {
      payload_repositories: [{ id: 'e', rhsm: false }],
      custom_repositories: [{ id: 'crb' }, { id: 'k' }],
    };
    const { image, payload, custom } = datedOf(dated({ ...IMAGE_MODE, customizations }));
    expect(image).to.deep.equal([]);
    expect(payload).to.deep.equal([DATED_EXTERNAL, DATED_CRB]);
    expect(custom.map(({ id }) => id)).to.deep.equal(['k']);
  });

  const byId = { payload_repositories: [{ id: 'e', rhsm: false }] };
  const refused: readonly (readonly [
    title: string,
    plan: ComposePlan,
    known: FoundRepositories,
    at: typeof ALL,
    text: RegExp,
  ])[] = [
    [
      'a distribution that content sources does not know',
      dated({ distribution: 'centos-9' }),
      ...([KNOWN_TO_ALL, ALL, /^snapshots are not available for centos-9: .* http:\/\/mirror\.test\/baseos$/] as const),
    ],
    [
      'a distribution known by metalinks',
      planOf({ distribution: 'fedora-42', image: DATE }, { orgId: '000001' }),
      ...([
        KNOWN_TO_ALL,
        ALL,
        /^snapshots are not available for fedora-42: .* https:\/\/mirrors\.test\/fedora-42$/,
      ] as const),
    ],
    ['a part of the base system that is not known', dated(), ...([found(BASE.slice(0, 1)), ALL, /appstream/] as const)],
    [
      'a base repository without snapshots',
      dated(),
      found([{ ...BASE[0], snapshot: false }, ...BASE.slice(1)]),
      ...([ALL, new RegExp(`^Repository ${BASEOS} \\(id: baseos\\) has snapshotting disabled$`)] as const),
    ],
    [
      'a repository of the build without snapshots',
      dated({ customizations: byId }),
      ...([found(BASE, [{ ...EXTERNAL, snapshot: false }]), ALL] as const),
      /^Repository http:\/\/e\.test\/ \(id: e\) has snapshotting disabled$/,
    ],
    [
      'an id that is not known',
      dated({ customizations: byId }),
      found(BASE),
      ALL,
      /^repository e is not known to content sources/,
    ],
    [
      'an address that is not known',
      dated({ customizations: { custom_repositories: [{ id: 'e', baseurl: ['http://x.test'] }] } }),
      ...([found(BASE), ALL, /^repository http:\/\/x\.test is not known to content sources/] as const),
    ],
    [
      'a key with a comma, which was not looked up',
      dated({ customizations: { payload_repositories: [{ rhsm: false, id: 'e,k' }] } }),
      ...([KNOWN_TO_ALL, ALL, /^repository e,k is not known/] as const),
    ],
    [
      'a base repository that has no snapshot of the date',
      dated(),
      ...([
        KNOWN_TO_ALL,
        snapshots({ baseos: {} }),
        /^repository https:.*appstream.* \(id: appstream\) has no snapshot$/,
      ] as const),
    ],
    [
      'a repository of the build that has no snapshot of the date',
      dated({ customizations: byId }),
      ...([
        KNOWN_TO_ALL,
        snapshots({ baseos: {}, appstream: {} }),
        /^repository known \(id: e\) has no snapshot$/,
      ] as const),
    ],
    [
      'a repository of the image whose snapshot has no public address',
      dated({ customizations: { custom_repositories: [{ id: 'e' }] } }),
      KNOWN_TO_ALL,
      snapshots({ baseos: {}, appstream: {}, e: { url: '' } }),
      /^repository known has no snapshot that can be read$/,
    ],
  ];
  for (const [title, plan, known, at, text] of refused) {
    it(`do not exist for ${title}`, () => {
      const refusal = refusalOf(() => datedOf(plan, known, at));
      expect(refusal.kind).to.equal('invalid');
      expect(refusal.text).to.match(text);
    });
  }
});

describe('repositories of a template', () => {
  const template = (...uuids: (string | [string, Partial<SnapshotInfo>])[]): ContentTemplate => ({
    repositoryUuids: uuids.map((entry) => (typeof entry === 'string' ? entry : entry[0])),
    snapshots: uuids.map((entry) => {
      const [uuid, given] = typeof entry === 'string' ? [entry, {}] : entry;
      return { repositoryUuid: uuid, snapshot: snapshots({ [uuid]: given }).get(uuid) as SnapshotInfo };
    }),
  });
  const frozen = (more: Parameters<typeof planOf>[0] = {}) =>
    planOf({ ...more, image: { ...more.image, content_template: 't' } });
  const of = (plan: ComposePlan, given: ContentTemplate, known = KNOWN_TO_ALL) =>
    templateRepositories(contentHost, plan, given, known);

  it("are its snapshots: Red Hat's for the image, others for the build", () => {
    expect(of(frozen(), template('e', 'appstream', 'k', 'baseos'))).to.deep.equal({
      image: [DATED_APPSTREAM, DATED_BASEOS],
      payload: [
        DATED_EXTERNAL,
        { baseurl: 'https://content.test/api/pulp/dated/k', rhsm: false, module_hotfixes: true, check_repo_gpg: true },
      ],
      ...{ custom: [], detectedVersions: ['', ''] },
    });
  });

  for (const [title, entry, verification] of [
    ['nothing', {}, {}],
    ['an empty key, which is none', { gpg_key: '' }, {}],
    ['a key', { gpg_key: 'k' }, { gpgkey: 'k', check_gpg: true }],
    ['hotfixes', { module_hotfixes: true }, { module_hotfixes: true }],
    ['no hotfixes, which is not said', { module_hotfixes: false }, {}],
    ['verified metadata, which is not said', { metadata_verification: true }, {}],
  ] as const) {
    it(`of Red Hat have ${title}`, () => {
      const { image } = of(frozen(), template('r'), found([{ uuid: 'r', ...entry }]));
      expect(image).to.deep.equal([{ baseurl: 'https://content.test/api/pulp/dated/r', rhsm: false, ...verification }]);
    });
  }

  it('have the tools of the cloud first', () => {
    expect(of(frozen({ image: gcpImage }), template('baseos')).image).to.deep.equal([GCE_TOOLS, DATED_BASEOS]);
  });

  it('are external when they are known as both', () => {
    const { image, payload } = of(frozen(), template('e'), found([{ uuid: 'e' }], [EXTERNAL]));
    expect([image, payload]).to.deep.equal([[], [DATED_EXTERNAL]]);
  });

  it('are ignored with their version when content sources does not know them', () => {
    const given = template(['unknown', { detectedOsVersion: '9.4' }], ['e', { detectedOsVersion: '9.3' }]);
    expect(of(frozen(), given)).to.deep.include({ image: [], payload: [DATED_EXTERNAL], detectedVersions: [] });
  });

  it("have the detected versions of Red Hat's snapshots in order", () => {
    const given = template(['baseos', { detectedOsVersion: '9.4' }], ['appstream', { detectedOsVersion: '9.5' }]);
    expect(of(frozen(), given).detectedVersions).to.deep.equal(['9.4', '9.5']);
  });

  it('are the only ones: those of the caller are not used', () => {
    const customizations = { payload_repositories: [{ id: 'e', rhsm: false }], custom_repositories: [{ id: 'crb' }] };
    expect(of(frozen({ customizations }), template('baseos'))).to.deep.include({
      image: [DATED_BASEOS],
      payload: [],
      custom: [],
    });
  });

  it("of Red Hat have no place in image mode: the system is the container's", () => {
    expect(of(frozen(IMAGE_MODE), template('baseos', 'e'))).to.deep.include({ image: [], payload: [DATED_EXTERNAL] });
  });

  it('may be none at all', () => {
    expect(of(frozen(), template())).to.deep.equal({ image: [], payload: [], custom: [], detectedVersions: [] });
  });
});
