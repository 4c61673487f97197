import { expect } from 'chai';
import { describe, it } from 'mocha';
import nock from 'nock';
import type { LookupKeys } from '../../../src/domain/compose-requests/content-keys.ts';
import {
  CONTENT_PERMISSION,
  findSnapshots,
  lookUpRedHat,
  lookUpRepositories,
  readTemplate,
} from '../../../src/domain/build-inputs/content-sources.ts';
import { refusalFrom } from '../compose-requests/support.ts';
import {
  mockService,
  caller,
  contentSources,
  mockContentSources,
  CONTENT_SOURCES,
  barrierOf,
  TRACE,
  type Reply,
} from './support.ts';

const NONE: LookupKeys = { urls: [], uuids: [] };
const uuids = (count: number): string[] => Array.from({ length: count }, (_, index) => `uuid-${index}`);
const lookUp = (redHat: Partial<LookupKeys>, external: Partial<LookupKeys> = {}) =>
  lookUpRepositories(contentSources, caller, { redHat: { ...NONE, ...redHat }, external: { ...NONE, ...external } });
const lookUpOne = () => lookUpRedHat(contentSources, caller, ['u']);
const snapshotsOf = (wanted: readonly string[]) =>
  findSnapshots(contentSources, caller, '2026-01-02T00:00:00Z', wanted);
const template = (id = 't') => readTemplate(contentSources, caller, id);

/** Mocks content sources with one response to all calls. */
const always = (...reply: Reply): void => {
  mockService(CONTENT_SOURCES, 'GET', () => reply);
  mockService(CONTENT_SOURCES, 'POST', () => reply);
};

const QUESTIONS: readonly (readonly [what: string, ask: () => Promise<unknown>])[] = [
  ['unable to retrieve repositories', lookUpOne],
  ['unable to retrieve snapshots', () => snapshotsOf(['u'])],
  ['unable to retrieve template', () => template()],
];

describe('looking repositories up', () => {
  it("sends the caller's identity and trace id", async () => {
    nock(CONTENT_SOURCES)
      .get('/repositories/')
      .query({ origin: 'red_hat', uuid: 'a,b', limit: '100', offset: '0' })
      .matchHeader('x-rh-identity', 'the-header')
      .matchHeader('x-strc-trace-id', TRACE)
      .matchHeader('x-strc-span-id', /^0000000\./)
      .reply(200, { data: [{ uuid: 'b', label: 'l' }] });
    const found = await lookUpRedHat(contentSources, caller, ['a', 'b']);
    expect(found.map(({ uuid, label }) => [uuid, label])).to.deep.equal([['b', 'l']]);
  });

  it('makes no call without keys', async () => {
    const asked = mockContentSources();
    const { redHat, external } = await lookUp({});
    expect([redHat.all, external.all, asked]).to.deep.equal([[], [], []]);
  });

  it('makes one call for each origin and kind of key, all concurrently', async () => {
    const meeting = barrierOf(4);
    const asked = mockContentSources({
      redHat: [{ uuid: 'r', url: 'http://r.test' }],
      external: [{ uuid: 'e', url: 'http://e.test' }],
      before: meeting.arrive,
    });
    const found = await lookUp(
      { urls: ['http://r.test'], uuids: ['r'] },
      { urls: ['http://e.test'], uuids: ['e', 'f'] },
    );
    expect([...asked].sort()).to.deep.equal([
      ...['external,upload,community url=http://e.test', 'external,upload,community uuid=e,f'],
      ...['red_hat url=http://r.test', 'red_hat uuid=r'],
    ]);
    expect(found.redHat.byUuid('r')?.url).to.equal('http://r.test');
    expect(found.external.byUrl('http://e.test/')?.uuid).to.equal('e');
    expect(found.external.byUuid('r')).to.equal(undefined);
  });

  for (const [count, sizes] of [
    [99, [99]],
    [100, [100]],
    [101, [100, 1]],
    [250, [100, 100, 50]],
  ] as const) {
    it(`of ${count} keys takes ${sizes.length} calls, all at the same time`, async () => {
      const meeting = barrierOf(sizes.length);
      const all = uuids(count);
      const asked = mockContentSources({ redHat: all.map((uuid) => ({ uuid })), before: meeting.arrive });
      const found = await lookUpRedHat(contentSources, caller, all);
      const sent = asked.map((words) => words.replace('red_hat uuid=', '').split(','));
      expect(sent.map(({ length }) => length).sort((a, b) => b - a)).to.deep.equal(sizes);
      expect(sent.flat().sort()).to.deep.equal([...all].sort());
      expect(found.map(({ uuid }) => uuid).sort()).to.deep.equal([...all].sort());
    });
  }

  for (const [count, offsets] of [
    [0, ['0']],
    [100, ['0']],
    [101, ['0', '100']],
    [250, ['0', '100', '200']],
  ] as const) {
    it(`reads ${offsets.length} pages when ${count} repositories have the same address`, async () => {
      const seen: (string | null)[] = [];
      mockService(CONTENT_SOURCES, 'GET', (request) => {
        const { searchParams } = new URL(request.url);
        seen.push(searchParams.get('offset'));
        const data = uuids(count)
          .slice(Number(searchParams.get('offset')))
          .slice(0, 100);
        return [200, { data: data.map((uuid) => ({ uuid })), meta: { count } }];
      });
      const { redHat } = await lookUp({ urls: ['http://r.test'] });
      expect(seen).to.deep.equal(offsets);
      expect(redHat.all).to.have.lengthOf(count);
    });
  }

  it('stops at an empty page even if the announced count is larger', async () => {
    let asked = 0;
    mockService(CONTENT_SOURCES, 'GET', () => {
      asked += 1;
      return [200, { data: asked === 1 ? [{ uuid: 'a' }] : [], meta: { count: 1_000_000 } }];
    });
    expect(await lookUpOne()).to.have.lengthOf(1);
    expect(asked).to.equal(2);
  });

  for (const [title, body, found] of [
    ['no list', {}, 0],
    ['a list that is null', { data: null, meta: null }, 0],
    ['a list without number', { data: [{ uuid: 'a' }] }, 1],
    ['a number that is a text', { data: [{ uuid: 'a' }], meta: { count: '9' } }, 1],
    ['entries that are none', { data: [null, 5, 'x', {}, { uuid: '' }, { uuid: 'a' }] }, 1],
  ] as const) {
    it(`finds ${found} in a response with ${title}`, async () => {
      always(200, body);
      expect(await lookUpOne()).to.have.lengthOf(found);
    });
  }
});

describe('snapshots of a date', () => {
  it('are requested by date and repositories', async () => {
    nock(CONTENT_SOURCES)
      .post('/snapshots/for_date/', { date: '2026-01-02T00:00:00Z', repository_uuids: ['b', 'a'] })
      .matchHeader('x-rh-identity', 'the-header')
      .matchHeader('content-type', 'application/json')
      .reply(200, {
        data: [{ repository_uuid: 'a', match: { repository_path: '/a', url: 'u', detected_os_version: '9.6' } }],
      });
    expect([...(await snapshotsOf(['b', 'a']))]).to.deep.equal([
      ['a', { repositoryPath: '/a', url: 'u', detectedOsVersion: '9.6' }],
    ]);
  });

  it('are not requested without repositories', async () => {
    const asked = mockContentSources();
    expect((await snapshotsOf([])).size).to.equal(0);
    expect(asked).to.deep.equal([]);
  });

  it('are requested in several concurrent calls when there are more repositories than fit into one', async () => {
    const meeting = barrierOf(3);
    const all = uuids(2_001);
    const asked = mockContentSources({
      snapshots: Object.fromEntries(all.map((uuid) => [uuid, { repository_path: `/${uuid}` }])),
      before: meeting.arrive,
    });
    const found = await snapshotsOf(all);
    expect(asked.map((words) => words.split(',').length).sort((a, b) => b - a)).to.deep.equal([1_000, 1_000, 1]);
    expect([...found.keys()].sort()).to.deep.equal([...all].sort());
  });

  for (const [title, data, found] of [
    ['nothing', undefined, []],
    ['null', null, []],
    ['no match', [{ repository_uuid: 'a', match: null }, { repository_uuid: 'b' }], []],
    ['a match without path', [{ repository_uuid: 'a', match: { url: 'u' } }], []],
    [
      'no repository',
      [{ match: { repository_path: '/a' } }, { repository_uuid: 5, match: { repository_path: '/a' } }],
      [],
    ],
    ['what is no entry', [null, 'x', { repository_uuid: 'a', match: { repository_path: '/a' } }], ['/a']],
    [
      'two for one repository, of which the first counts',
      [
        { repository_uuid: 'a', match: { repository_path: '/1' } },
        { repository_uuid: 'a', match: { repository_path: '/2' } },
      ],
      ['/1'],
    ],
  ] as const) {
    it(`are ${found.length} in a response with ${title}`, async () => {
      always(200, { data });
      expect([...(await snapshotsOf(['a'])).values()].map(({ repositoryPath }) => repositoryPath)).to.deep.equal(found);
    });
  }
});

describe('a content template', () => {
  it('is its repositories and their snapshots', async () => {
    const path = { repository_path: '/a', detected_os_version: '9.4', url: 'u' };
    nock(CONTENT_SOURCES)
      .get('/templates/t')
      .matchHeader('x-rh-identity', 'the-header')
      .reply(200, { name: 'n', repository_uuids: ['a', 5, 'b'], snapshots: [{ ...path, repository_uuid: 'a' }] });
    expect(await template()).to.deep.equal({
      repositoryUuids: ['a', 'b'],
      snapshots: [{ repositoryUuid: 'a', snapshot: { repositoryPath: '/a', url: 'u', detectedOsVersion: '9.4' } }],
    });
  });

  it('may be empty', async () => {
    always(200, { repository_uuids: [], snapshots: [] });
    expect(await template()).to.deep.equal({ repositoryUuids: [], snapshots: [] });
  });

  for (const [id, path] of [
    ['../repositories', '/templates/..%2Frepositories'],
    ['a?b#c', '/templates/a%3Fb%23c'],
    ['%2e%2e', '/templates/%252e%252e'],
    ['/t/', '/templates/%2Ft%2F'],
  ] as const) {
    it(`with the id ${id} is asked for by that id and leads nowhere else`, async () => {
      let asked = '';
      mockService(CONTENT_SOURCES, 'GET', (request) => {
        asked = new URL(request.url).pathname + new URL(request.url).search;
        return [404];
      });
      expect(await refusalFrom(template(id))).to.deep.equal({
        kind: 'invalid',
        text: `content template ${id} not found`,
      });
      expect(asked).to.equal(new URL(CONTENT_SOURCES).pathname + path);
    });
  }

  for (const id of ['', '.', '..']) {
    it(`with the id ${JSON.stringify(id)} is refused without a call`, async () => {
      const asked = mockContentSources();
      expect(await refusalFrom(template(id))).to.deep.equal({
        kind: 'invalid',
        text: `content template ${id} not found`,
      });
      expect(asked).to.deep.equal([]);
    });
  }

  for (const [title, body, text] of [
    ['no repositories', { snapshots: [] }, 'template t has no repositories'],
    ['repositories that are null', { repository_uuids: null, snapshots: [] }, 'template t has no repositories'],
    ['no snapshots', { repository_uuids: [] }, 'template t has no snapshots'],
    ['snapshots that are null', { repository_uuids: [], snapshots: null }, 'template t has no snapshots'],
    [
      'a snapshot of no repository',
      { repository_uuids: [], snapshots: [{ repository_path: '/a' }] },
      'no repository UUID is associated with this snapshot',
    ],
    [
      'a snapshot without path',
      { repository_uuids: [], snapshots: [{ repository_uuid: 'a' }] },
      'a snapshot of template t has no path',
    ],
  ] as const) {
    it(`cannot be used with ${title}`, async () => {
      always(200, body);
      expect(await refusalFrom(template())).to.deep.equal({
        kind: 'internal',
        text: `unable to retrieve template: ${text}`,
      });
    });
  }
});

describe('content sources', () => {
  for (const [what, ask] of QUESTIONS) {
    for (const status of [401, 403]) {
      it(`responds with ${status} to a caller without permission: ${what}`, async () => {
        always(status, { errors: [{ detail: 'secret' }] });
        expect(await refusalFrom(ask())).to.deep.equal({ kind: 'forbidden', text: `${what}: ${CONTENT_PERMISSION}` });
      });
    }

    for (const status of [204, 400, 429, 500, 502, 503]) {
      it(`fails with status ${status}: ${what}`, async () => {
        always(status, status === 204 ? '' : { errors: [{ detail: 'http://secret.internal' }] });
        expect(await refusalFrom(ask())).to.deep.equal({
          kind: 'internal',
          text: `${what}: content sources answered ${status}`,
        });
      });
    }

    for (const body of ['', '<html>', '{"data": [', 'null', '[]', '"x"', '5']) {
      it(`fails with the body ${JSON.stringify(body)}: ${what}`, async () => {
        always(200, body);
        expect(await refusalFrom(ask())).to.deep.equal({
          kind: 'internal',
          text: `${what}: content sources answered with what is no JSON object`,
        });
      });
    }

    it(`fails without a response, and the error does not contain its address: ${what}`, async () => {
      const method = what.endsWith('snapshots') ? 'POST' : 'GET';
      nock(new URL(CONTENT_SOURCES).origin)
        .intercept(/.*/, method)
        .replyWithError(Object.assign(new Error('x'), { code: 'ECONNREFUSED' }));
      expect(await refusalFrom(ask())).to.deep.equal({
        kind: 'internal',
        text: `${what}: content sources did not answer`,
      });
    });
  }

  for (const [what, ask] of QUESTIONS.slice(0, 2)) {
    it(`fails with status 404: ${what}`, async () => {
      always(404, {});
      expect(await refusalFrom(ask())).to.deep.equal({
        kind: 'internal',
        text: `${what}: content sources answered 404`,
      });
    });

    for (const data of ['x', 5, {}, true]) {
      it(`fails with ${JSON.stringify(data)} in place of a list: ${what}`, async () => {
        always(200, { data });
        expect(await refusalFrom(ask())).to.deep.equal({
          ...{ kind: 'internal', text: `${what}: content sources answered with what is no list` },
        });
      });
    }
  }
});
