import { expect } from 'chai';
import { describe, it } from 'mocha';
import type { Customizations, ImageRequest } from '../../../src/domain/compose-requests/types.ts';
import { CONTENT_PERMISSION } from '../../../src/domain/build-inputs/content-sources.ts';
import { findRepositories } from '../../../src/domain/build-inputs/repositories.ts';
import { APPSTREAM, BASEOS, gcpImage, identity, planOf, refusalFrom } from '../compose-requests/support.ts';
import {
  mockService,
  caller,
  mockContentSources,
  CONTENT_SOURCES,
  ctx,
  logged,
  barrierOf,
  type ContentMock,
} from './support.ts';

type Parts = Parameters<typeof planOf>[0];

const find = (parts: Parts, as: typeof caller | null = caller) => findRepositories(ctx, planOf(parts), identity(), as);

const SUBSCRIPTION = { organization: 1, 'activation-key': '', 'server-url': '', 'base-url': '', insights: false };
const PAYLOAD: Customizations = { payload_repositories: [{ rhsm: false, id: 'p' }] };
const CUSTOM: Customizations = { custom_repositories: [{ id: 'c' }, { id: 'crb' }] };
const BY_ID = { ...PAYLOAD, ...CUSTOM };
const BY_URL: Customizations = { payload_repositories: [{ rhsm: false, baseurl: 'http://p.test' }] };
const BOOTC = { reference: 'registry.test/rhel-9' };
const DATED: Partial<ImageRequest> = { snapshot_date: '2026-01-02' };
const TEMPLATE: Partial<ImageRequest> = { content_template: 't' };

/** Content sources for the requests below. */
const CONTENT: ContentMock = {
  redHat: [
    { uuid: 'baseos', url: BASEOS, label: 'rhel-baseos' },
    { uuid: 'appstream', url: APPSTREAM, label: 'rhel-appstream' },
    { uuid: 'crb', url: 'https://cdn.test/crb', label: 'codeready' },
  ],
  external: [
    { uuid: 'p', url: 'http://p.test', origin: 'external' },
    { uuid: 'c', url: 'http://c.test', origin: 'external' },
  ],
  templates: {
    t: {
      repository_uuids: ['baseos', 'p'],
      snapshots: ['baseos', 'p'].map((uuid) => ({ repository_uuid: uuid, repository_path: `/${uuid}` })),
    },
  },
  snapshots: Object.fromEntries(
    ['baseos', 'appstream', 'crb', 'p', 'c'].map((uuid) => [
      uuid,
      { repository_path: `/${uuid}`, url: `http://s.test/${uuid}` },
    ]),
  ),
};

const BASE = `red_hat url=${BASEOS},${APPSTREAM}`;
const EXTERNAL = 'external,upload,community';
const AT = 'for_date 2026-01-02T00:00:00Z';

const CALLS: readonly (readonly [title: string, parts: Parts, calls: readonly string[]])[] = [
  ['CentOS', { distribution: 'centos-9' }, []],
  ['CentOS for a cloud with tools of its own', { distribution: 'centos-9', image: gcpImage }, []],
  [
    'CentOS with a repository by address',
    { distribution: 'centos-9', customizations: BY_URL },
    ['red_hat url=http://p.test'],
  ],
  [
    'CentOS with a repository by id',
    { distribution: 'centos-9', customizations: PAYLOAD },
    ['red_hat uuid=p', `${EXTERNAL} uuid=p`],
  ],
  ['RHEL', {}, [BASE]],
  ['RHEL for a cloud with tools of its own', { image: gcpImage }, [BASE]],
  ['RHEL with a subscription', { customizations: { subscription: SUBSCRIPTION } }, [BASE]],
  ['RHEL with a repository by address', { customizations: BY_URL }, [`${BASE},http://p.test`]],
  [
    'RHEL with repositories by id',
    { customizations: BY_ID },
    [BASE, 'red_hat uuid=p,c,crb', `${EXTERNAL} uuid=p,c,crb`],
  ],
  [
    'RHEL with repositories by id and a subscription, whose labels come along',
    { customizations: { ...BY_ID, subscription: SUBSCRIPTION } },
    [BASE, 'red_hat uuid=p,c,crb', `${EXTERNAL} uuid=p,c,crb`],
  ],
  [
    'RHEL with keys that are empty or would be several',
    { customizations: { payload_repositories: [{ rhsm: false, id: 'p,c', baseurl: '' }] } },
    [BASE],
  ],
  ['RHEL of a date', { image: DATED }, [BASE, `${AT} baseos,appstream`]],
  [
    'RHEL of a date with repositories by id',
    { image: DATED, customizations: BY_ID },
    [BASE, 'red_hat uuid=p,c,crb', `${EXTERNAL} uuid=p,c,crb`, `${AT} baseos,appstream,crb,p,c`],
  ],
  [
    'RHEL of a date with a repository by address',
    { image: DATED, customizations: BY_URL },
    [`${BASE},http://p.test`, `${EXTERNAL} url=http://p.test`, `${AT} baseos,appstream,p`],
  ],
  ['RHEL of a template', { image: TEMPLATE }, ['template t', 'red_hat uuid=baseos,p', `${EXTERNAL} uuid=baseos,p`]],
  [
    'RHEL of a template with repositories that are not used',
    { image: TEMPLATE, customizations: BY_ID },
    ['template t', 'red_hat uuid=baseos,p', `${EXTERNAL} uuid=baseos,p`],
  ],
  [
    'RHEL of a template with repositories whose labels are',
    { image: TEMPLATE, customizations: { ...BY_ID, subscription: SUBSCRIPTION } },
    ['red_hat uuid=c,crb', 'template t', 'red_hat uuid=baseos,p', `${EXTERNAL} uuid=baseos,p`],
  ],
  ['image mode', { bootc: BOOTC }, []],
  ['image mode of a date, without repositories', { bootc: BOOTC, image: DATED }, []],
  [
    'image mode with a repository by id',
    { bootc: BOOTC, customizations: PAYLOAD },
    ['red_hat uuid=p', `${EXTERNAL} uuid=p`],
  ],
  [
    'image mode of a date with a repository',
    { bootc: BOOTC, image: DATED, customizations: PAYLOAD },
    ['red_hat uuid=p', `${EXTERNAL} uuid=p`, `${AT} p`],
  ],
  [
    'image mode of a template',
    { bootc: BOOTC, image: TEMPLATE },
    ['template t', 'red_hat uuid=baseos,p', `${EXTERNAL} uuid=baseos,p`],
  ],
];

describe('content sources is called', () => {
  for (const [title, parts, calls] of CALLS) {
    it(`${calls.length} times for ${title}`, async () => {
      const asked = mockContentSources(CONTENT);
      await find(parts);
      expect([...asked].sort()).to.deep.equal([...calls].sort());
    });
  }

  it('concurrently for the latest content', async () => {
    const meeting = barrierOf(3);
    mockContentSources({ ...CONTENT, before: meeting.arrive });
    await find({ customizations: BY_ID });
    expect(meeting.arrived()).to.equal(3);
  });

  it('concurrently for a date, as far as calls are independent', async () => {
    const meeting = barrierOf(4);
    const customizations = { payload_repositories: [{ rhsm: false, id: 'p', baseurl: 'http://p.test' }] };
    // Snapshots are requested after the repositories are known.
    const before = (words: string) => (words.startsWith('for_date') ? Promise.resolve() : meeting.arrive());
    const asked = mockContentSources({ ...CONTENT, before });
    await find({ image: DATED, customizations });
    expect(asked).to.have.lengthOf(5);
    expect(asked[4]).to.match(/^for_date/);
  });

  it('concurrently for a template, as far as calls are independent', async () => {
    const first = barrierOf(2);
    const second = barrierOf(2);
    const isFirst = (words: string) => words === 'template t' || words === 'red_hat uuid=c,crb';
    const asked = mockContentSources({ ...CONTENT, before: (words) => (isFirst(words) ? first : second).arrive() });
    await find({ image: TEMPLATE, customizations: { ...BY_ID, subscription: SUBSCRIPTION } });
    expect(asked).to.have.lengthOf(4);
  });
});

describe('repositories of a compose', () => {
  it("are found together with their labels, in the caller's order", async () => {
    mockContentSources(CONTENT);
    const custom_repositories = [{ id: 'crb' }, { id: 'c' }, { id: 'baseos' }];
    const found = await find({ customizations: { subscription: SUBSCRIPTION, custom_repositories } });
    expect(found.labels).to.deep.equal(['codeready', 'rhel-baseos']);
    expect(found.custom.map(({ id }) => id)).to.deep.equal(['c']);
    expect(found.image.map(({ baseurl }) => baseurl)).to.deep.equal([BASEOS, APPSTREAM, 'https://cdn.test/crb']);
    expect(found.detected).to.equal(null);
  });

  it('have no labels without a subscription', async () => {
    mockContentSources(CONTENT);
    expect((await find({ customizations: CUSTOM })).labels).to.deep.equal([]);
  });

  for (const image of [DATED, TEMPLATE]) {
    it(`have labels whatever they are frozen at (${Object.keys(image).join()})`, async () => {
      mockContentSources(CONTENT);
      const found = await find({ image, customizations: { subscription: SUBSCRIPTION, ...CUSTOM } });
      expect(found.labels).to.deep.equal(['codeready']);
    });
  }

  it('of a template are found although their labels are not, which is logged', async () => {
    const before = logged.length;
    mockService(CONTENT_SOURCES, 'GET', (request) => {
      const { pathname, searchParams } = new URL(request.url);
      if (pathname.endsWith('/templates/t')) return [200, CONTENT.templates?.['t']];
      if (searchParams.get('uuid') === 'c,crb') return [401];
      return [200, { data: searchParams.get('origin') === 'red_hat' ? CONTENT.redHat : CONTENT.external }];
    });
    const found = await find({ image: TEMPLATE, customizations: { subscription: SUBSCRIPTION, ...CUSTOM } });
    expect(found.labels).to.deep.equal([]);
    expect(found.image).to.have.lengthOf(1);
    expect(logged.slice(before).map(({ msg }) => msg)).to.deep.equal([
      'labels of custom repositories cannot be looked up',
    ]);
  });

  it('must be some in package mode', async () => {
    mockContentSources({ templates: { t: { repository_uuids: [], snapshots: [] } } });
    expect(await refusalFrom(find({ image: TEMPLATE }))).to.deep.equal({
      ...{ kind: 'invalid', text: 'there is no repository to build rhel-9.6 from' },
    });
  });

  it('may be none in image mode', async () => {
    mockContentSources({ templates: { t: { repository_uuids: [], snapshots: [] } } });
    const found = await find({ bootc: BOOTC, image: TEMPLATE });
    expect(found).to.deep.equal({ image: [], payload: [], custom: [], labels: [], detected: null });
  });

  for (const [title, content, parts] of [
    ['of the latest content', { redHat: [{ uuid: 'b', url: BASEOS, latest_snapshot_url: 'mailto:x' }] }, {}],
    [
      'of a date',
      { ...CONTENT, snapshots: { ...CONTENT.snapshots, baseos: { repository_path: '/a%zz' } } },
      { image: DATED },
    ],
    [
      'of a template',
      {
        ...CONTENT,
        templates: { t: { repository_uuids: ['p'], snapshots: [{ repository_uuid: 'p', repository_path: '/a%zz' }] } },
      },
      { image: TEMPLATE },
    ],
  ] as const) {
    it(`${title} with an invalid URL fail, and the error does not contain the URL`, async () => {
      mockContentSources(content);
      expect(await refusalFrom(find(parts))).to.deep.equal({
        ...{
          kind: 'internal',
          text: 'Unable to build customizations: a repository has an address that cannot be used',
        },
      });
    });
  }

  for (const [title, parts] of [
    ['RHEL', {}],
    ['CentOS with a repository', { distribution: 'centos-9', customizations: PAYLOAD }],
    ['a date', { image: DATED }],
    ['a template', { image: TEMPLATE }],
  ] as const) {
    it(`are refused to a caller without permission (${title})`, async () => {
      mockService(CONTENT_SOURCES, 'GET', () => [401]);
      const refusal = await refusalFrom(find(parts));
      expect(refusal.kind).to.equal('forbidden');
      expect(refusal.text.endsWith(CONTENT_PERMISSION)).to.equal(true);
    });
  }
});

describe('the RHEL version of pinned content', () => {
  it('may have a major version of two digits', async () => {
    const redHat = ['baseos', 'appstream'].map((name) => {
      return { uuid: name, url: `https://cdn.test/rhel-10.1/x86_64/${name}/os`, label: name };
    });
    const path = (uuid: string) => ({ repository_path: `/${uuid}`, detected_os_version: '10.1' });
    const snapshots = { baseos: path('baseos'), appstream: path('appstream') };
    mockContentSources({ ...CONTENT, redHat, snapshots });
    const { detected } = await find({ distribution: 'rhel-10.1', image: DATED });
    expect(detected).to.deep.equal({ nameAtComposer: 'rhel-10.1', version: { major: 10, minor: 1 } });
  });

  const versions: readonly (readonly [detected: readonly [string, string], parts: Parts, name: string | null])[] = [
    [['9.4', ''], {}, 'rhel-94'],
    [['', '9.4'], {}, 'rhel-94'],
    [['9.5', '9.4'], {}, 'rhel-9.5'],
    [['9.6', ''], {}, 'rhel-9.6'],
    [['9.4', ''], { distribution: 'rhel-9' }, 'rhel-94'],
    [['', ''], {}, null],
    [['9.9', ''], {}, null],
    [['8.10', ''], {}, null],
    [['10.1', ''], {}, null],
    [['9', '9.4'], {}, null],
    [['9.4.1', ''], {}, null],
    [['x.y', ''], {}, null],
    [['9.4\n', ''], {}, null],
  ];
  for (const [[first, second], parts, name] of versions) {
    const title = `${JSON.stringify([first, second])} of ${parts?.distribution ?? 'rhel-9.6'}`;
    const minor = name === 'rhel-94' ? 4 : name === 'rhel-9.5' ? 5 : 6;
    const detected = name === null ? null : { nameAtComposer: name, version: { major: 9, minor } };

    it(`decides what is built: ${title} of a date is ${name ?? 'what was asked for'}`, async () => {
      const at = (path: string, detected_os_version: string) => ({ repository_path: path, detected_os_version });
      mockContentSources({ ...CONTENT, snapshots: { baseos: at('/b', first), appstream: at('/a', second) } });
      expect((await find({ ...parts, image: DATED })).detected).to.deep.equal(detected);
    });

    it(`decides what is built: ${title} of a template is ${name ?? 'what was asked for'}`, async () => {
      const snapshots = [
        { repository_uuid: 'baseos', repository_path: '/b', detected_os_version: first },
        { repository_uuid: 'appstream', repository_path: '/a', detected_os_version: second },
      ];
      mockContentSources({ ...CONTENT, templates: { t: { repository_uuids: ['baseos', 'appstream'], snapshots } } });
      expect((await find({ ...parts, image: TEMPLATE })).detected).to.deep.equal(detected);
    });
  }

  it('is ignored for another system', async () => {
    const snapshots = [{ repository_uuid: 'baseos', repository_path: '/b', detected_os_version: '9.4' }];
    mockContentSources({ ...CONTENT, templates: { t: { repository_uuids: ['baseos'], snapshots } } });
    expect((await find({ distribution: 'centos-9', image: TEMPLATE })).detected).to.equal(null);
  });

  it('is not read from custom or unknown repositories', async () => {
    const snapshots = ['p', 'unknown', 'baseos'].map((uuid) => ({
      ...{ repository_uuid: uuid, repository_path: '/x', detected_os_version: uuid === 'baseos' ? '' : '9.4' },
    }));
    mockContentSources({ ...CONTENT, templates: { t: { repository_uuids: ['baseos', 'p'], snapshots } } });
    expect((await find({ image: TEMPLATE })).detected).to.equal(null);
  });
});

describe('a compose without a platform identity', () => {
  const centos = { distribution: 'centos-9' } as const;

  it('makes no call, and uses repositories with their own source', async () => {
    const asked = mockContentSources(CONTENT);
    const customizations: Customizations = {
      payload_repositories: [
        { rhsm: false, baseurl: 'http://p.test' },
        { rhsm: false, metalink: 'http://m.test' },
        { rhsm: false, mirrorlist: 'http://l.test', id: 'p' },
      ],
      custom_repositories: [{ id: 'c', baseurl: ['http://c.test'] }],
    };
    const { payload, custom, image, labels } = await find({ ...centos, customizations }, null);
    expect(asked).to.deep.equal([]);
    expect(image.map(({ baseurl }) => baseurl)).to.deep.equal(['http://mirror.test/baseos']);
    expect(payload).to.have.lengthOf(3);
    expect(custom).to.deep.equal([{ id: 'c', baseurl: ['http://c.test'] }]);
    expect(labels).to.deep.equal([]);
  });

  it('uses the CDN in place of snapshots', async () => {
    mockContentSources(CONTENT);
    expect((await find({}, null)).image.map(({ baseurl, rhsm }) => [baseurl, rhsm])).to.deep.equal([
      [BASEOS, true],
      [APPSTREAM, true],
    ]);
  });

  for (const customizations of [
    PAYLOAD,
    CUSTOM,
    { payload_repositories: [{ rhsm: false, id: 'p', baseurl: '' }] },
    { custom_repositories: [{ id: 'c', baseurl: [] }] },
  ] satisfies Customizations[]) {
    it(`cannot have repositories by their ids: ${JSON.stringify(customizations)}`, async () => {
      mockContentSources(CONTENT);
      const refusal = await refusalFrom(find({ ...centos, customizations }, null));
      expect(refusal.kind).to.equal('invalid');
      expect(refusal.text).to.match(/^repository [pc]: an id alone needs an identity of the platform; give a baseurl$/);
    });
  }

  for (const image of [DATED, TEMPLATE]) {
    it(`cannot be frozen (${Object.keys(image).join()})`, async () => {
      mockContentSources(CONTENT);
      expect(await refusalFrom(find({ ...centos, image }, null))).to.deep.equal({
        ...{ kind: 'invalid', text: 'snapshot_date and content_template need an identity of the platform' },
      });
    });
  }
});
