// Sorting and filtering of the lists of builds and blueprints.
import { randomUUID } from 'node:crypto';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import { composeRequest, guestImageRequest, type GivenCompose } from '../../support/given.ts';
import { startService, type TestService } from '../../support/service.ts';

const DAY = 24 * 3600 * 1000;
const ago = (milliseconds: number): Date => new Date(Date.now() - milliseconds);
const iso = (date: Date): string => date.toISOString();
const link = (query: string): string => `/api/image-builder/v1.0/${query}`;

const requestOf = (distribution: string, type: string) => ({
  distribution,
  image_requests: [{ ...guestImageRequest, image_type: type }],
});

/** Builds by name, each made so many minutes ago. */
const given = async (
  service: TestService,
  builds: Readonly<Record<string, GivenCompose & { readonly minutes?: number }>>,
): Promise<Readonly<Record<string, string>>> => {
  const ids: Record<string, string> = {};
  for (const [index, [name, { minutes = index + 1, ...build }]] of Object.entries(builds).entries()) {
    ids[name] = await service.given.compose({ imageName: name, createdAt: ago(minutes * 60_000), ...build });
  }
  return ids;
};

interface Listed {
  readonly data: readonly { readonly image_name?: string; readonly name?: string }[];
}
const names = ({ data }: Listed): (string | undefined)[] => data.map((item) => item.image_name ?? item.name);

const listed = async (service: TestService, path: string): Promise<unknown> => {
  const { status, body, text } = await service.as().get(path);
  expect(status, text).to.equal(200);
  expect(body.meta, path).to.deep.equal({ count: body.data.length });
  return names(body);
};

const setStatus = (service: TestService, id: string, status: string) =>
  service.sql.query(
    `INSERT INTO compose_statuses (job_id, org_id, created_at, status)
    SELECT job_id, org_id, created_at, $2 FROM composes WHERE job_id = $1`,
    [id, status],
  );

describe('the list of builds', () => {
  it('is sorted by time, newest or oldest first', async () => {
    await using service = await startService();
    await given(service, { new: {}, middle: {}, old: {} });
    expect(await listed(service, '/composes?sort=-created_at')).to.deep.equal(['new', 'middle', 'old']);
    expect(await listed(service, '/composes?sort=created_at')).to.deep.equal(['old', 'middle', 'new']);
    const page = (await service.as().get('/composes?sort=created_at&limit=1&offset=1')).body;
    expect([names(page), page.meta, page.links]).to.deep.equal([
      ['middle'],
      { count: 3 },
      {
        first: link('composes?sort=created_at&limit=1&offset=0'),
        last: link('composes?sort=created_at&limit=1&offset=2'),
      },
    ]);
  });

  it('can be that of a time, which may be longer ago than lists go back', async () => {
    await using service = await startService();
    const minutes = (days: number): number => days * 24 * 60;
    await given(service, {
      now: {},
      week: { minutes: minutes(7) },
      month: { minutes: minutes(30) },
      year: { minutes: minutes(365) },
    });
    const [twoWeeks, twoMonths, twoDays] = [14, 60, 2].map((days) => iso(ago(days * DAY)));
    expect(await listed(service, `/composes?created_after=${twoMonths}`)).to.deep.equal(['now', 'week', 'month']);
    expect(await listed(service, `/composes?created_before=${twoDays}`)).to.deep.equal(['week']);
    expect(await listed(service, `/composes?created_after=${twoMonths}&created_before=${twoWeeks}`)).to.deep.equal([
      'month',
    ]);
    expect(await listed(service, `/composes?created_after=${twoDays}&created_before=${twoMonths}`)).to.deep.equal([]);
    expect(await listed(service, '/composes?created_after=2000-01-01T00:00:00%2B02:00')).to.have.length(4);
  });

  it('has the builds of a moment in one of two times that meet there, not in both', async () => {
    await using service = await startService();
    await service.given.compose({ imageName: 'it', createdAt: new Date('2026-03-01T12:00:00.000Z') });
    const moment = '2026-03-01T12:00:00Z';
    expect(await listed(service, `/composes?created_after=${moment}`)).to.deep.equal(['it']);
    expect(
      await listed(service, `/composes?created_after=2000-01-01T00:00:00Z&created_before=${moment}`),
    ).to.deep.equal([]);
  });

  it('counts the builds of a time', async () => {
    await using service = await startService();
    const hours = [1, 5, 29, 30, 31, 32, 60];
    await given(service, Object.fromEntries(hours.map((hour) => [`${hour}`, { minutes: hour * 60 }])));
    const between = (from: number, to: number) =>
      `created_after=${iso(ago(from * 3600_000))}&created_before=${iso(ago(to * 3600_000))}`;
    for (const [from, to] of [
      [31.5, 28.5],
      [100, 0],
      [40, 4.5],
      [29.5, 1.5],
    ] as const) {
      const found = await listed(service, `/composes?${between(from, to)}`);
      expect(found).to.deep.equal(hours.filter((hour) => hour <= from && hour > to).map(String));
    }
  });

  it('can be that of a distribution and of an image type, as they were written', async () => {
    await using service = await startService();
    await given(service, {
      a: { request: requestOf('centos-9', 'aws') },
      b: { request: requestOf('rhel-9', 'ami') },
      c: { request: requestOf('centos-9', 'guest-image') },
      odd: { request: 'text' },
      bootc: { request: { bootc: { reference: 'x' }, image_requests: [] } },
      long: { request: requestOf('x'.repeat(5_000), 'x'.repeat(5_000)) },
    });
    expect(await listed(service, '/composes?distribution=centos-9')).to.deep.equal(['a', 'c']);
    expect(await listed(service, '/composes?image_type=aws')).to.deep.equal(['a']);
    expect(await listed(service, '/composes?image_type=ami')).to.deep.equal(['b']);
    expect(await listed(service, '/composes?distribution=centos-9&image_type=guest-image')).to.deep.equal(['c']);
    expect(await listed(service, '/composes?distribution=rhel-9&image_type=guest-image')).to.deep.equal([]);
    expect(await listed(service, '/composes?distribution=centos-9&ignoreImageTypes=aws')).to.deep.equal(['c']);
  });

  it('can be that of a status, as far as it is known', async () => {
    await using service = await startService();
    const ids = await given(service, { done: {}, failed: {}, fresh: {}, unknown: {} });
    await setStatus(service, ids['done'] ?? '', 'success');
    await setStatus(service, ids['failed'] ?? '', 'failure');
    await setStatus(service, ids['fresh'] ?? '', 'pending');
    expect(await listed(service, '/composes?status=failure')).to.deep.equal(['failed']);
    expect(await listed(service, '/composes?status=pending')).to.deep.equal(['fresh']);
    expect(await listed(service, '/composes?status=building')).to.deep.equal([]);
    await service.sql.query(`UPDATE compose_statuses SET status = 'building' WHERE status = 'pending'`);
    expect(await listed(service, '/composes?status=building')).to.deep.equal(['fresh']);
    await service.as().delete(`/composes/${ids['failed']}`);
    expect(await listed(service, '/composes?status=failure')).to.deep.equal([]);
  });

  it('knows the status of a build that it has started, and what is learned by reading it', async () => {
    await using service = await startService();
    service.composer.accepts();
    const { id } = (await service.as().post('/compose', { ...composeRequest, image_name: 'mine' })).body;
    expect(await listed(service, '/composes?status=pending')).to.deep.equal(['mine']);
    const elsewhere = await service.given.compose({ imageName: 'elsewhere' });
    service.composer.hasStatus(elsewhere, { id, status: 'failure', image_status: { status: 'failure' } });
    await service.as().get(`/composes/${elsewhere}`);
    expect(await listed(service, '/composes?status=failure')).to.deep.equal(['elsewhere']);
  });

  it('can be that of a blueprint, whichever of its versions', async () => {
    await using service = await startService();
    const blueprint = await service.given.blueprint({ versions: [{}, {}] });
    const other = await service.given.blueprint();
    const theirs = await service.given.blueprint({ orgId: '000001' });
    await given(service, {
      first: { blueprintVersionId: blueprint.versionIds[0]! },
      second: { blueprintVersionId: blueprint.versionIds[1]! },
      other: { blueprintVersionId: other.versionIds[0]! },
      none: {},
    });
    expect(await listed(service, `/composes?blueprint_id=${blueprint.id}`)).to.deep.equal(['first', 'second']);
    for (const id of [theirs.id, randomUUID()])
      expect(await listed(service, `/composes?blueprint_id=${id}`)).to.deep.equal([]);
  });

  it('can be that of labels, all of which are required', async () => {
    await using service = await startService();
    const ids = await given(service, { both: {}, one: {}, other: {}, none: {} });
    const label = (name: string, labels: object) => service.as().put(`/composes/${ids[name]}/labels`, { labels });
    await label('both', { team: 'web', url: 'http://x:1', empty: '' });
    await label('one', { team: 'web' });
    await label('other', { team: 'db' });
    expect(await listed(service, '/composes?label=team:web')).to.deep.equal(['both', 'one']);
    expect(await listed(service, '/composes?label=team:web&label=url:http://x:1')).to.deep.equal(['both']);
    expect(await listed(service, '/composes?label=empty:')).to.deep.equal(['both']);
    expect(await listed(service, '/composes?label=team:')).to.deep.equal([]);
    expect(await listed(service, '/composes?label=team:web&label=team:db')).to.deep.equal([]);
    expect(await listed(service, '/composes?label=team:WEB')).to.deep.equal([]);
  });

  it('hides builds of others and deleted ones from every filter', async () => {
    await using service = await startService();
    const ids = await given(service, { theirs: { orgId: '000001' }, deleted: {} });
    for (const id of Object.values(ids)) {
      await setStatus(service, id, 'failure');
      await service.sql.query(
        `INSERT INTO compose_labels SELECT job_id, 'team', 'web', org_id, created_at FROM composes WHERE job_id = $1`,
        [id],
      );
    }
    await service.as().delete(`/composes/${ids['deleted']}`);
    for (const filter of [
      ...['sort=created_at', 'created_after=2020-01-01T00:00:00Z', 'distribution=centos-9', 'image_type=guest-image'],
      ...['status=failure', 'label=team:web', 'cursor=start', 'status=failure&label=team:web&distribution=centos-9'],
    ])
      expect(await listed(service, `/composes?${filter}`), filter).to.deep.equal([]);
  });

  it('says where counting has ended, and pages as far', async () => {
    await using service = await startService();
    await service.sql.query(
      `INSERT INTO composes (job_id, request, created_at, account_number, org_id)
      SELECT gen_random_uuid(), $1, now() - number * interval '1 second', '', '000000' FROM generate_series(1, 1001) AS number`,
      [JSON.stringify(composeRequest)],
    );
    const many = (await service.as().get('/composes?distribution=centos-9&limit=100')).body;
    expect(many.meta).to.deep.equal({ count: 1_000, at_least: true });
    expect(many.links.last).to.equal(link('composes?distribution=centos-9&limit=100&offset=900'));
    const walked = (await service.as().get('/composes?distribution=centos-9&limit=1&cursor=start')).body;
    expect(walked.meta).to.include({ count: 1_000, at_least: true });
    const next = (await service.as().get(walked.links.next.slice('/api/image-builder/v1.0'.length))).body;
    expect(next.meta).to.include({ count: 1_000, at_least: true });
    for (const table of ['composes', 'compose_statuses'])
      await service.sql.query(`DELETE FROM ${table} WHERE job_id = $1`, [many.data[0].id]);
    expect((await service.as().get('/composes?distribution=centos-9')).body.meta).to.deep.equal({ count: 1_000 });
    expect((await service.as().get('/composes?sort=created_at')).body.meta).to.deep.equal({ count: 1_000 });
  });

  for (const [query, parameter] of [
    ['sort=name', 'sort'],
    ['sort=', 'sort'],
    ['sort=--created_at', 'sort'],
    ['sort=created_at&sort=created_at', 'sort'],
    ['created_after=yesterday', 'created_after'],
    ['created_before=2026-02-30T00:00:00Z', 'created_before'],
    ['created_before=2026-03-01T00:00:00+01:00', 'created_before'],
    ['distribution=debian-12', 'distribution'],
    ['image_type=floppy', 'image_type'],
    ['status=done', 'status'],
    ['blueprint_id=1', 'blueprint_id'],
    ['label=team', 'label'],
    ['label=:web', 'label'],
    [`label=${'k'.repeat(64)}:web`, 'label'],
    [`label=team:${'v'.repeat(400)}`, 'label'],
    [Array.from({ length: 11 }, (_, index) => `label=a:${index}`).join('&'), 'label'],
    ['label=a:%00', 'label'],
  ] as const) {
    it(`refuses ${query.slice(0, 60)}`, async () => {
      await using service = await startService();
      expect(await service.as().get(`/composes?${query}`)).to.be.refused(400, new RegExp(`parameter "?${parameter}"?`));
    });
  }
});

describe('the list of builds of a blueprint', () => {
  it('is sorted and filtered alike, within the versions that are asked for', async () => {
    await using service = await startService();
    const { id, versionIds } = await service.given.blueprint({ versions: [{}, {}] });
    await given(service, {
      new: { blueprintVersionId: versionIds[1]!, request: requestOf('centos-9', 'aws') },
      old: { blueprintVersionId: versionIds[0]!, request: requestOf('centos-9', 'gcp') },
      none: {},
    });
    const path = `/blueprints/${id}/composes`;
    expect(await listed(service, `${path}?sort=created_at`)).to.deep.equal(['old', 'new']);
    expect(await listed(service, `${path}?sort=created_at&blueprint_version=-1`)).to.deep.equal(['new']);
    expect(await listed(service, `${path}?cursor=start&blueprint_version=1`)).to.deep.equal(['old']);
    expect(await listed(service, `${path}?cursor=start&blueprint_version=7`)).to.deep.equal([]);
    expect(await listed(service, `${path}?image_type=gcp`)).to.deep.equal(['old']);
    const { links } = (await service.as().get(`${path}?sort=created_at&limit=1&cursor=`)).body;
    expect(links.first).to.equal(link(`blueprints/${id}/composes?sort=created_at&limit=1&offset=0`));
    expect(await listed(service, `${path}?sort=created_at`)).to.have.length(2);
    const next = await service.as().get(links.next.slice('/api/image-builder/v1.0'.length));
    expect(names(next.body)).to.deep.equal(['new']);
  });

  it('does not know a blueprint of others, whatever the filter', async () => {
    await using service = await startService();
    const { id } = await service.given.blueprint({ orgId: '000001' });
    const reply = await service.as().get(`/blueprints/${id}/composes?cursor=start`);
    expect(reply).to.be.refused(404, 'blueprint not found');
  });
});

const bodyOf = (distribution: string, ...types: readonly string[]) => ({
  ...{ distribution, customizations: {} },
  image_requests: types.map((type) => ({ ...guestImageRequest, image_type: type })),
});

describe('the list of blueprints', () => {
  it('is sorted by the last change or by name', async () => {
    await using service = await startService();
    for (const [index, name] of ['b', 'A', 'a', 'ä', 'Z'].entries())
      await service.given.blueprint({ name, createdAt: ago((index + 1) * 60_000) });
    expect(await listed(service, '/blueprints?sort=-last_modified_at')).to.deep.equal(['b', 'A', 'a', 'ä', 'Z']);
    expect(await listed(service, '/blueprints?sort=last_modified_at')).to.deep.equal(['Z', 'ä', 'a', 'A', 'b']);
    expect(await listed(service, '/blueprints?sort=name')).to.deep.equal(['A', 'Z', 'a', 'b', 'ä']);
    expect(await listed(service, '/blueprints?sort=-name')).to.deep.equal(['ä', 'b', 'a', 'Z', 'A']);
    const { body } = await service.as().get('/blueprints?sort=name&limit=2&offset=2');
    expect([names(body), body.links.last]).to.deep.equal([['a', 'b'], link('blueprints?sort=name&limit=2&offset=4')]);
  });

  it('can be that of what the newest version is for', async () => {
    await using service = await startService();
    await service.given.blueprint({ name: 'changed', versions: [bodyOf('centos-9', 'aws'), bodyOf('rhel-9', 'gcp')] });
    await service.given.blueprint({ name: 'two', versions: [bodyOf('centos-9', 'aws', 'guest-image', 'aws')] });
    for (const [index, body] of [null, 'text', [], { image_requests: 'x' }, bodyOf('x'.repeat(9_999), 'y')].entries())
      await service.given.blueprint({ name: `odd ${index}`, versions: [body ?? {}] });
    expect(await listed(service, '/blueprints?distribution=centos-9')).to.deep.equal(['two']);
    expect(await listed(service, '/blueprints?distribution=rhel-9')).to.deep.equal(['changed']);
    expect(await listed(service, '/blueprints?image_type=aws')).to.deep.equal(['two']);
    expect(await listed(service, '/blueprints?image_type=guest-image&distribution=centos-9')).to.deep.equal(['two']);
    expect(await listed(service, '/blueprints?image_type=guest-image&distribution=rhel-9')).to.deep.equal([]);
  });

  it('forgets what an earlier version was for when a blueprint is updated or restored', async () => {
    await using service = await startService();
    const body = { name: 'a', ...bodyOf('centos-9', 'aws', 'gcp') };
    const { id } = (await service.as().post('/blueprints', body)).body;
    const found = async () => {
      const filters = ['distribution=centos-9', 'distribution=rhel-9', 'image_type=aws', 'image_type=gcp'];
      const lists = await Promise.all(filters.map((filter) => listed(service, `/blueprints?${filter}`)));
      return filters.filter((_, index) => (lists[index] as unknown[]).length > 0);
    };
    expect(await found()).to.deep.equal(['distribution=centos-9', 'image_type=aws', 'image_type=gcp']);
    await service.as().put(`/blueprints/${id}`, { name: 'a', ...bodyOf('rhel-9', 'gcp') });
    expect(await found()).to.deep.equal(['distribution=rhel-9', 'image_type=gcp']);
    await service.as().post(`/blueprints/${id}/restore`, { version: 1 });
    expect(await found()).to.deep.equal(['distribution=centos-9', 'image_type=aws', 'image_type=gcp']);
  });

  it('can be that of a time of creation and of labels, together with a search or a name', async () => {
    await using service = await startService();
    const ids: Record<string, string> = {};
    for (const [index, name] of ['web 1', 'web 2', 'db'].entries())
      ids[name] = (await service.given.blueprint({ name, createdAt: ago((index + 1) * DAY) })).id;
    for (const name of ['web 2', 'db'])
      await service
        .as()
        .put(`/blueprints/${ids[name]}/labels`, { labels: { team: 'x', [name === 'db' ? 'a' : 'b']: '' } });
    const time = iso(ago(1.5 * DAY));
    expect(await listed(service, `/blueprints?created_after=${time}`)).to.deep.equal(['web 1']);
    expect(await listed(service, `/blueprints?created_before=${time}`)).to.deep.equal(['web 2', 'db']);
    expect(await listed(service, '/blueprints?label=team:x')).to.deep.equal(['web 2', 'db']);
    expect(await listed(service, '/blueprints?label=team:x&label=a:')).to.deep.equal(['db']);
    expect(await listed(service, '/blueprints?label=team:x&search=WEB')).to.deep.equal(['web 2']);
    expect(await listed(service, '/blueprints?label=team:x&name=web 1'.replace(' ', '+'))).to.deep.equal([]);
    expect(await listed(service, '/blueprints?label=team:x&name=db&search=')).to.deep.equal(['db']);
  });

  it('hides blueprints of others and deleted ones from every filter', async () => {
    await using service = await startService();
    const theirs = await service.given.blueprint({ orgId: '000001' });
    const gone = await service.given.blueprint();
    for (const [org, { id }] of [
      ['000001', theirs],
      ['000000', gone],
    ] as const)
      await service.sql.query(`INSERT INTO blueprint_attributes VALUES ($1, 'label', 'team', 'web', $2)`, [id, org]);
    await service.as().delete(`/blueprints/${gone.id}`);
    for (const filter of [
      ...['sort=name', 'created_after=2020-01-01T00:00:00Z', 'distribution=centos-9', 'image_type=guest-image'],
      ...['label=team:web', 'cursor=start', 'cursor=start&sort=name'],
    ])
      expect(await listed(service, `/blueprints?${filter}`), filter).to.deep.equal([]);
  });

  it('shows the newest versions that another implementation of the service stored, in every order', async () => {
    await using service = await startService();
    for (const name of ['b', 'd']) await service.given.blueprint({ name });
    await service.sql.query(
      `WITH made AS (
        INSERT INTO blueprints (id, org_id, account_number, name) SELECT gen_random_uuid(), '000000', '', name
        FROM unnest('{a,c,e}'::text[]) AS name RETURNING id, name
      )
      INSERT INTO blueprint_versions (id, blueprint_id, version, body)
      SELECT gen_random_uuid(), id, version, '{}' FROM made, generate_series(1, CASE name WHEN 'c' THEN 3 ELSE 1 END) AS version`,
    );
    for (const sort of ['name', '-name', 'last_modified_at', '-last_modified_at']) {
      const seen: Record<string, unknown> = {};
      for (let cursor: string | undefined = 'start'; cursor !== undefined;) {
        const { body }: { body: Listed & { meta: { next_cursor?: string } } } = await service
          .as()
          .get(`/blueprints?sort=${sort}&limit=1&cursor=${cursor}`);
        for (const { name, version } of body.data as { name: string; version: number }[]) seen[name] = version;
        cursor = body.meta.next_cursor;
      }
      expect(seen, sort).to.deep.equal({ a: 1, b: 1, c: 3, d: 1, e: 1 });
    }
  });

  for (const [query, parameter] of [
    ['sort=created_at', 'sort'],
    ['sort=description', 'sort'],
    ['created_after=2026', 'created_after'],
    ['distribution=x', 'distribution'],
    ['label=x', 'label'],
  ] as const) {
    it(`refuses ${query}`, async () => {
      await using service = await startService();
      const reply = await service.as().get(`/blueprints?${query}`);
      expect(reply).to.be.refused(400, new RegExp(`parameter "${parameter}"`));
    });
  }
});
