// Reading lists by cursor while others insert and delete.
import { randomUUID } from 'node:crypto';
import { expect } from 'chai';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import type { Client } from '../../support/client.ts';
import { guestImageRequest } from '../../support/given.ts';
import { startService, type TestService } from '../../support/service.ts';

const PREFIX = '/api/image-builder/v1.0';

interface Answer {
  readonly meta: { readonly count: number; readonly next_cursor?: string };
  readonly links: { readonly first: string; readonly last: string; readonly next?: string };
  readonly data: readonly { readonly id: string }[];
}

const read = async (client: Client, path: string): Promise<Answer> => {
  const { status, body, text } = await client.get(path);
  expect(status, text).to.equal(200);
  return body;
};

/** Reads a list to its end, and lets others do something between its pages. Gives the ids as they came. */
const walk = async (client: Client, path: string, limit: number, between: () => Promise<void>): Promise<string[]> => {
  const ids: string[] = [];
  let page = await read(client, `${path}&limit=${limit}&cursor=start`);
  const { count } = page.meta;
  for (;;) {
    ids.push(...page.data.map(({ id }) => id));
    expect(page.meta.count, 'the count is that of the beginning').to.equal(count);
    expect(page.links.next === undefined).to.equal(page.meta.next_cursor === undefined);
    if (page.meta.next_cursor === undefined) return ids;
    expect(page.data).to.have.length(limit);
    await between();
    page = await read(client, `${path}&limit=${limit}&cursor=${page.meta.next_cursor}`);
  }
};

/** What a list may have an entry of. Times are few, so that many entries are of the same moment. */
const entry = fc.record({
  second: fc.integer({ min: 1, max: 4 }),
  microseconds: fc.constantFrom('000000', '000001', '999999'),
  distribution: fc.constantFrom('centos-9', 'rhel-9'),
  type: fc.constantFrom('aws', 'gcp'),
  status: fc.constantFrom('success', 'failure'),
  team: fc.constantFrom('web', 'db'),
  own: fc.boolean(),
});
type Entry = typeof entry extends fc.Arbitrary<infer T> ? T : never;

/** Which entries a filter takes. */
const COMPOSE_FILTERS: Readonly<Record<string, (given: Entry) => boolean>> = {
  '': () => true,
  'distribution=rhel-9': ({ distribution }) => distribution === 'rhel-9',
  'image_type=aws': ({ type }) => type === 'aws',
  'status=failure': ({ status }) => status === 'failure',
  'label=team:web': ({ team }) => team === 'web',
  'blueprint_id=B': ({ own }) => own,
  'ignoreImageTypes=aws': ({ type }) => type !== 'aws',
  'status=failure&label=team:web': ({ status, team }) => status === 'failure' && team === 'web',
  'distribution=rhel-9&image_type=aws': ({ distribution, type }) => distribution === 'rhel-9' && type === 'aws',
};
const BLUEPRINT_FILTERS: typeof COMPOSE_FILTERS = {
  '': () => true,
  'distribution=rhel-9': ({ distribution }) => distribution === 'rhel-9',
  'image_type=aws': ({ type }) => type === 'aws',
  'label=team:web': ({ team }) => team === 'web',
  'search=web': ({ team }) => team === 'web',
};

const bodyOf = ({ distribution, type }: Entry) => ({
  ...{ distribution, customizations: {} },
  image_requests: [{ ...guestImageRequest, image_type: type }],
});

const addCompose = async ({ sql }: TestService, versionId: string, given: Entry): Promise<string> => {
  const id = randomUUID();
  await sql.query(
    `INSERT INTO composes (job_id, request, created_at, account_number, org_id, blueprint_version_id)
    VALUES ($1, $2, date_trunc('day', now()) - make_interval(secs => $3) + $4::interval, '', '000000', $5)`,
    [id, bodyOf(given), given.second, `0.${given.microseconds} seconds`, given.own ? versionId : null],
  );
  await sql.query(
    `INSERT INTO compose_statuses (job_id, org_id, created_at, status)
    SELECT job_id, org_id, created_at, $2 FROM composes WHERE job_id = $1`,
    [id, given.status],
  );
  await sql.query(
    `INSERT INTO compose_labels SELECT job_id, 'team', $2, org_id, created_at FROM composes WHERE job_id = $1`,
    [id, given.team],
  );
  return id;
};

const addBlueprint = async ({ sql }: TestService, given: Entry): Promise<string> => {
  const id = randomUUID();
  const time = [given.second, `0.${given.microseconds} seconds`];
  await sql.query(
    `INSERT INTO blueprints (id, org_id, account_number, name, description, changed_at)
    VALUES ($1, '000000', '', $2, '', date_trunc('day', now()) - make_interval(secs => $3) + $4::interval)`,
    [id, `${id.slice(0, 2)} ${given.team} ${id}`, ...time],
  );
  await sql.query(
    `INSERT INTO blueprint_versions (id, blueprint_id, version, body, created_at)
    SELECT gen_random_uuid(), id, 1, $2, changed_at FROM blueprints WHERE id = $1`,
    [id, bodyOf(given)],
  );
  await sql.query(`INSERT INTO blueprint_attributes VALUES ($1, 'label', 'team', $2, '000000')`, [id, given.team]);
  return id;
};

interface Scenario {
  readonly filters: typeof COMPOSE_FILTERS;
  readonly sorts: readonly string[];
  readonly path: (filter: string, sort: string) => string;
  readonly add: (given: Entry) => Promise<string>;
  readonly remove: (id: string) => Promise<unknown>;
}

/**
 * Every entry that is there all the time, and that the filter takes, is read exactly once; of those that come and go each is read
 * once at most.
 */
const judge = async (client: Client, { filters, sorts, path, add, remove }: Scenario): Promise<void> => {
  const property = fc.asyncProperty(
    fc.array(entry, { minLength: 4, maxLength: 12 }),
    fc.array(entry, { minLength: 1, maxLength: 4 }),
    fc.integer({ min: 1, max: 4 }),
    fc.constantFrom(...Object.keys(filters)),
    fc.constantFrom(...sorts),
    async (before, meanwhile, limit, filter, sort) => {
      const added: { readonly id: string; readonly given: Entry }[] = [];
      for (const given of before) added.push({ id: await add(given), given });
      const stays = added.filter((_, index) => index % 3 !== 0);
      const goes = added.filter((_, index) => index % 3 === 0);
      const comes = [...meanwhile];
      const ids = await walk(client, path(filter, sort), limit, async () => {
        const [gone, come] = [goes.pop(), comes.pop()];
        if (gone) await remove(gone.id);
        if (come) added.push({ id: await add(come), given: come });
      });
      const takes = filters[filter] ?? expect.fail(filter);
      expect(new Set(ids).size, 'nothing twice').to.equal(ids.length);
      const all = new Map(added.map(({ id, given }) => [id, given]));
      for (const id of ids) expect(takes(all.get(id) ?? expect.fail(`${id} is of before`))).to.equal(true);
      const expected = stays.filter(({ given }) => takes(given)).map(({ id }) => id);
      expect(ids).to.include.members(expected);
      for (const { id } of added) await remove(id);
    },
  );
  await fc.assert(property, { numRuns: 60 });
};

describe('reading a list by cursor', () => {
  it('gives every build that is there all the time once, whatever others insert and delete, for every order and filter', async () => {
    await using service = await startService();
    const blueprint = await service.given.blueprint();
    await judge(service.as(), {
      filters: COMPOSE_FILTERS,
      sorts: ['created_at', '-created_at'],
      path: (filter, sort) => `/composes?sort=${sort}&${filter.replace('=B', `=${blueprint.id}`)}`,
      add: (given) => addCompose(service, blueprint.versionIds[0] ?? '', given),
      remove: (id) => service.sql.query('UPDATE composes SET deleted = true WHERE job_id = $1', [id]),
    });
  });

  it('gives every blueprint that is there all the time once, whatever others insert and delete, for every order and filter', async () => {
    await using service = await startService();
    await judge(service.as(), {
      filters: BLUEPRINT_FILTERS,
      sorts: ['name', '-name', 'last_modified_at', '-last_modified_at'],
      path: (filter, sort) => `/blueprints?sort=${sort}&${filter}`,
      add: (given) => addBlueprint(service, given),
      remove: (id) => service.as().delete(`/blueprints/${id}`),
    });
  });

  it('follows the addresses of the next page, which keep order and filters', async () => {
    await using service = await startService();
    for (let index = 0; index < 5; index += 1)
      await service.given.compose({ imageName: String(index), createdAt: new Date(Date.now() - index * 1000) });
    await service.given.compose({ request: { distribution: 'rhel-9' } });
    let page = await read(service.as(), '/composes?distribution=centos-9&sort=created_at&limit=2&cursor=');
    const ids = page.data.map(({ id }) => id);
    while (page.links.next !== undefined) {
      expect(page.links.next).to.match(
        /^\/api\/image-builder\/v1\.0\/composes\?sort=created_at&distribution=centos-9&limit=2&cursor=[\w-]+$/,
      );
      page = await read(service.as(), page.links.next.slice(PREFIX.length));
      ids.push(...page.data.map(({ id }) => id));
    }
    const all = await read(service.as(), '/composes?distribution=centos-9&sort=created_at');
    expect(ids).to.deep.equal(all.data.map(({ id }) => id));
    expect(page.links).not.to.have.property('next');
    expect(page.meta).to.deep.equal({ count: 5 });
  });

  it('may have pages of another length', async () => {
    await using service = await startService();
    for (let index = 0; index < 3; index += 1) await service.given.compose();
    const first = await read(service.as(), '/composes?limit=1&cursor=start');
    const rest = await read(service.as(), `/composes?limit=100&cursor=${first.meta.next_cursor}`);
    expect([first.data.length, rest.data.length]).to.deep.equal([1, 2]);
  });

  it('has a tag as every list', async () => {
    await using service = await startService();
    await service.given.compose();
    const { headers } = await service.as().get('/composes?cursor=start');
    const again = await service.as().get('/composes?cursor=start', { headers: { 'if-none-match': headers.etag } });
    expect(again.status).to.equal(304);
  });

  it('refuses a cursor of another organization, list, order or filter, naming it', async () => {
    await using service = await startService();
    for (let index = 0; index < 3; index += 1) await service.given.compose();
    for (let index = 0; index < 3; index += 1) await service.given.blueprint();
    const { meta } = await read(service.as(), '/composes?limit=1&cursor=start');
    const cursor = `cursor=${meta.next_cursor}`;
    for (const path of [
      `/composes?sort=created_at&${cursor}`,
      `/composes?status=failure&${cursor}`,
      `/composes?ignoreImageTypes=aws&${cursor}`,
      `/blueprints?${cursor}`,
      `/composes?${cursor}x`,
      `/composes?${cursor.slice(0, -3)}`,
      '/composes?cursor=hello',
      '/composes?cursor=a%20b',
      `/composes?cursor=${'A'.repeat(4_097)}`,
    ])
      expect(await service.as().get(path), path).to.be.refused(400, /parameter "cursor"/);
    const theirs = await service.as({ orgId: '000001' }).get(`/composes?${cursor}`);
    expect(theirs).to.be.refused(400, /parameter "cursor" .*belongs to a list/);
  });

  it('rejects a forged position', async () => {
    await using service = await startService();
    for (let index = 0; index < 2; index += 1) await service.given.compose();
    for (let index = 0; index < 2; index += 1) await service.given.blueprint();
    const forge = async (path: string, ...place: readonly unknown[]) => {
      const { meta } = await read(service.as(), `${path}&limit=1&cursor=start`);
      const content = JSON.parse(Buffer.from(meta.next_cursor ?? '', 'base64url').toString()) as unknown[];
      const forged = [...content.slice(0, 4), ...place];
      return service.as().get(`${path}&cursor=${Buffer.from(JSON.stringify(forged)).toString('base64url')}`);
    };
    const id = randomUUID();
    for (const [value, of] of [
      ['2026-99-01 00:00:00', id],
      ['infinity', id],
      ["2026-01-01 00:00:00'", id],
      ['2026-01-01 00:00:00', 'x'],
    ]) {
      expect(await forge('/composes?sort=created_at', value, of)).to.be.refused(400, /"cursor"/);
      expect(await forge('/blueprints?sort=last_modified_at', value, of)).to.be.refused(400, /"cursor"/);
    }
    for (const name of ['a\0b', '\ud800', 'x'.repeat(201)])
      expect(await forge('/blueprints?sort=name', name, id)).to.be.refused(400, /"cursor"/);
    expect((await forge('/composes?sort=created_at', '1990-01-01 00:00:00', id)).body.data).to.have.length(2);
  });

  it('refuses an offset beside the cursor', async () => {
    await using service = await startService();
    expect(await service.as().get('/composes?cursor=start&offset=1')).to.be.refused(400, /parameter "offset"/);
    expect((await service.as().get('/composes?cursor=start&offset=0')).status).to.equal(200);
  });

  it('has no next page without a cursor parameter', async () => {
    await using service = await startService();
    for (let index = 0; index < 3; index += 1) await service.given.compose();
    for (const path of ['/composes?limit=1', '/composes?limit=1&sort=created_at', '/composes?limit=1&offset=1']) {
      const { meta, links } = await read(service.as(), path);
      expect([Object.keys(meta), Object.keys(links)], path).to.deep.equal([['count'], ['first', 'last']]);
    }
  });
});
