// The cost of a page of a long list: pages of the database that are read, and not the time.
import { expect } from 'chai';
import { after, before, describe, it } from 'mocha';
import { versionOf } from '../../scripts/support/databases.ts';
import { composeTexts } from '../../src/domain/compose-requests/compose-texts.ts';
import { createDatabase, type Database } from '../../src/db/index.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';
import { ALL_BLUEPRINTS, ALL_COMPOSES, FIRST_PAGE } from './support.ts';

const ORG = '000000';
const BUILDS = 30_000;
const BLUEPRINTS = 10_000;

/** Pages that a request may read: far fewer than the thousands that the list is stored in. */
const FEW = 400;

const PAGE = { ...FIRST_PAGE, limit: 11, counted: 'not' } as const;

/** Whether VACUUM has left many pages in which rows might be invisible to a transaction. Index-only scans read these. */
async function hasInvisiblePages(sql: TestDatabase['sql']): Promise<boolean> {
  const { rows } = await sql.query(
    `SELECT FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' AND relallvisible < 0.9 * relpages`,
  );
  return rows.length > 0;
}

/** Every value is common, or in the middle of the list once. */
async function fill({ sql }: TestDatabase): Promise<void> {
  await sql.query(
    `INSERT INTO composes (job_id, request, created_at, account_number, org_id, needs_indexing)
    SELECT gen_random_uuid(), jsonb_build_object(
        'distribution', CASE WHEN n = $2 / 2 THEN 'rhel-8' ELSE 'centos-9' END,
        'image_requests', jsonb_build_array(
          jsonb_build_object('image_type', CASE WHEN n = $2 / 2 THEN 'wsl' ELSE 'aws' END, 'text', repeat('x', 300))
        )
      ), now() - n * interval '13 days' / $2, '', $1, false
    FROM generate_series(1, $2::int) AS n`,
    [ORG, BUILDS],
  );
  await sql.query(
    `INSERT INTO compose_statuses
      (job_id, org_id, created_at, status, distribution, image_type, request_text, item_members)
    SELECT job_id, org_id, created_at, CASE WHEN request ->> 'distribution' = 'rhel-8' THEN 'building' ELSE 'success' END,
      request ->> 'distribution', request #>> '{image_requests,0,image_type}', request::text, ''
    FROM composes`,
  );
  await sql.query(
    `INSERT INTO compose_labels (job_id, key, value, org_id, created_at)
    SELECT job_id, 'team', 'web', org_id, created_at FROM composes
    UNION ALL
    SELECT job_id, 'rare', '', org_id, created_at FROM composes WHERE request ->> 'distribution' = 'rhel-8'`,
  );
  await sql.query(
    `INSERT INTO blueprints (id, org_id, account_number, name, description, created_at, changed_at)
    SELECT gen_random_uuid(), $1, '', 'blueprint ' || lpad(n::text, 9, '0'), repeat('x', 200),
      now() - n * interval '1 minute', now() - n * interval '1 minute'
    FROM generate_series(1, $2::int) AS n`,
    [ORG, BLUEPRINTS],
  );
  await sql.query(
    `INSERT INTO blueprint_versions (id, blueprint_id, version, body, created_at, needs_indexing)
    SELECT gen_random_uuid(), id, 1, '{}', changed_at, false FROM blueprints`,
  );
  await sql.query(
    `INSERT INTO blueprint_attributes (blueprint_id, kind, key, value, org_id)
    SELECT id, 'distribution', '', CASE WHEN name LIKE '%5000' THEN 'rhel-8' ELSE 'centos-9' END, org_id FROM blueprints
    UNION ALL
    SELECT id, 'label', CASE WHEN name LIKE '%5000' THEN 'rare' ELSE 'team' END, '', org_id FROM blueprints`,
  );
  await sql.query(
    'UPDATE composes SET blueprint_version_id = (SELECT id FROM blueprint_versions LIMIT 1) WHERE job_id IN (SELECT job_id FROM compose_statuses WHERE status = $1)',
    ['building'],
  );
  // The snapshot of another session that is connecting may keep pages from becoming all-visible. Indexes seem expensive then.
  do await sql.query('VACUUM ANALYZE');
  while (await hasInvisiblePages(sql));
}

describe('a page of a long list', function () {
  this.timeout(120_000);
  let database: TestDatabase;
  let db: Database;
  const resources = new AsyncDisposableStack();
  before(async function () {
    database = resources.use(await createTestDatabase());
    // Servers before 15 report the pages that a session has read at some later time.
    if ((await versionOf(database.sql)) < 150_000) this.skip();
    await fill(database);
    db = createDatabase({ ...database.config, poolSize: 1 }, { composeTexts });
    resources.defer(() => db.close());
  });
  after(() => resources.disposeAsync());

  /** Pages of tables and indexes that all sessions have read so far. */
  const pagesRead = async (): Promise<number> => {
    // This session reports its own reads at once, and not while the next request runs.
    await database.sql.query('SELECT pg_stat_force_next_flush()');
    const { rows } = await database.sql.query<{ pages: number }>(`
      SELECT sum(heap_blks_read + heap_blks_hit + coalesce(idx_blks_read, 0) + coalesce(idx_blks_hit, 0)
        + coalesce(toast_blks_read, 0) + coalesce(toast_blks_hit, 0))::float8 AS pages
      FROM pg_statio_user_tables WHERE schemaname = 'public'`);
    return rows[0]?.pages ?? 0;
  };

  /** The cost of a request in a session of its own, which reports its reads when it ends. */
  const costOf = async (request: (own: Database) => Promise<{ readonly found: number }>) => {
    const start = await pagesRead();
    const own = createDatabase({ ...database.config, poolSize: 1 }, { composeTexts });
    const { found } = await request(own).finally(() => own.close());
    // Sessions report before they are gone.
    for (;;) {
      const { rowCount } = await database.sql.query(
        `SELECT FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'image-builder'`,
      );
      if (rowCount === 0) break;
    }
    return { pages: (await pagesRead()) - start, found };
  };

  const middle = async (table: 'composes' | 'blueprints'): Promise<readonly [string, string]> => {
    const { rows } = await database.sql.query<{ place: [string, string] }>(
      table === 'composes'
        ? `SELECT ARRAY[created_at::text, job_id::text] AS place FROM composes ORDER BY created_at OFFSET 1000 LIMIT 1`
        : `SELECT ARRAY[changed_at::text, id::text] AS place FROM blueprints ORDER BY changed_at OFFSET 1000 LIMIT 1`,
    );
    return rows[0]?.place ?? expect.fail('the table is empty');
  };

  it('would cost much more if the whole list were read', async () => {
    const { rows } = await database.sql.query<{ pages: number }>(
      `SELECT pg_relation_size('composes')::float8 / 8192 AS pages`,
    );
    expect(rows[0]?.pages).to.be.above(4 * FEW);
  });

  const label = (key: string, value: string) => ({ labels: [{ key, value }] });
  for (const [list, filter, expected] of [
    ['of all builds', {}, 11],
    ['of a common distribution', { distribution: 'centos-9' }, 11],
    ['of a rare distribution', { distribution: 'rhel-8' }, 1],
    ['of no distribution', { distribution: 'rhel-9' }, 0],
    ['of a common image type', { imageType: 'aws' }, 11],
    ['of a rare image type', { imageType: 'wsl' }, 1],
    ['of a common status', { status: 'success' }, 11],
    ['of a rare status', { status: 'building' }, 1],
    ['of no status', { status: 'failure' }, 0],
    ['of a common label', label('team', 'web'), 11],
    ['of a rare label', label('rare', ''), 1],
    ['of a common distribution and a rare image type', { distribution: 'centos-9', imageType: 'wsl' }, 0],
    ['of a common image type and a common status', { imageType: 'aws', status: 'success' }, 11],
    ['of a common label and a rare status', { ...label('team', 'web'), status: 'building' }, 1],
  ] as const) {
    it(`${list} reads few pages at the start, in either order`, async () => {
      for (const ascending of [false, true]) {
        const { pages, found } = await costOf((own) =>
          own.composes.list(ORG, { ...ALL_COMPOSES, ...filter }, { ...PAGE, ascending }),
        );
        expect(found).to.equal(expected);
        expect(pages).to.be.within(1, FEW);
      }
    });
    if (expected < 11) continue;
    it(`${list} reads few pages near the end`, async () => {
      const after = await middle('composes');
      const { pages, found } = await costOf((own) =>
        own.composes.list(ORG, { ...ALL_COMPOSES, ...filter }, { ...PAGE, after }),
      );
      expect(found).to.equal(11);
      expect(pages).to.be.within(1, FEW);
    });
  }

  it('of a blueprint with few builds reads few pages', async () => {
    const { rows } = await database.sql.query<{ id: string }>(
      `SELECT blueprint_id AS id FROM composes JOIN blueprint_versions AS versions ON versions.id = blueprint_version_id`,
    );
    const blueprint = { id: rows[0]?.id ?? '', version: null };
    const { pages, found } = await costOf((own) => own.composes.list(ORG, { ...ALL_COMPOSES, blueprint }, PAGE));
    expect(found).to.equal(1);
    expect(pages).to.be.within(1, FEW);
  });

  for (const [list, filter, expected] of [
    ['of all blueprints', {}, 11],
    ['of blueprints of a common distribution', { distribution: 'centos-9' }, 11],
    ['of blueprints of a rare distribution', { distribution: 'rhel-8' }, 1],
    ['of blueprints with a common label', label('team', ''), 11],
    ['of blueprints with a rare label', label('rare', ''), 1],
  ] as const) {
    it(`${list} reads few pages, in every order`, async () => {
      for (const byName of [false, true]) {
        for (const ascending of [false, true]) {
          const { pages, found } = await costOf((own) =>
            own.blueprints.list(ORG, { ...ALL_BLUEPRINTS, ...filter }, { ...PAGE, byName, ascending }),
          );
          expect(found).to.equal(expected);
          expect(pages).to.be.within(1, FEW);
        }
      }
    });
  }

  it('of blueprints of long ago reads few pages, in every order', async () => {
    const { rows } = await database.sql.query<{ time: string }>(
      'SELECT created_at::text AS time FROM blueprints ORDER BY created_at OFFSET 5 LIMIT 1',
    );
    const filter = { ...ALL_BLUEPRINTS, createdBefore: rows[0]?.time ?? '' };
    for (const byName of [false, true]) {
      const { pages, found } = await costOf((own) => own.blueprints.list(ORG, filter, { ...PAGE, byName }));
      expect(found).to.equal(5);
      expect(pages).to.be.within(1, FEW);
    }
  });

  it('of blueprints reads few pages near the end', async () => {
    const place = await middle('blueprints');
    for (const [byName, after] of [
      [false, place],
      [true, ['blueprint 000009000', place[1]]],
    ] as const) {
      const { pages, found } = await costOf((own) =>
        own.blueprints.list(ORG, ALL_BLUEPRINTS, { ...PAGE, byName, ascending: byName, after }),
      );
      expect(found).to.equal(11);
      expect(pages).to.be.within(1, FEW);
    }
  });

  it('of an organization without labels reads no labels of other organizations, however often it is requested', async () => {
    const { pages } = await costOf(async (own) => {
      for (let read = 0; read < 20; read += 1) {
        await own.composes.list('000001', ALL_COMPOSES, FIRST_PAGE);
        await own.blueprints.list('000001', ALL_BLUEPRINTS, FIRST_PAGE);
      }
      return { found: 0 };
    });
    // Their labels alone are in 250 pages.
    expect(pages).to.be.below(40 * 50);
  });

  it('counts at most 1,000 entries if there are filters', async () => {
    const page = { ...PAGE, counted: 'bounded' } as const;
    const { counted } = await db.composes.list(ORG, { ...ALL_COMPOSES, distribution: 'centos-9' }, page);
    expect(counted).to.deep.equal({ count: 1_000, atLeast: true });
    const rare = {
      ...ALL_COMPOSES,
      distribution: 'rhel-8',
      status: 'building',
      labels: [{ key: 'team', value: 'web' }],
    };
    expect((await db.composes.list(ORG, rare, page)).counted).to.deep.equal({ count: 1, atLeast: false });
    const everything = await db.composes.list(ORG, ALL_COMPOSES, page);
    expect(everything.counted).to.deep.equal({ count: BUILDS, atLeast: false });
  });

  it('of blueprints that are counted exactly is the same from both ends of the list', async () => {
    const { rows } = await database.sql.query<{ id: string }>(
      'SELECT id FROM blueprints ORDER BY changed_at DESC, id DESC',
    );
    const limit = 10;
    const middle = BLUEPRINTS / 2;
    for (const ascending of [false, true]) {
      const ids = (ascending ? rows.toReversed() : rows).map(({ id }) => id);
      for (const offset of [
        ...[1_000, 1_001, middle - 1, middle, middle + 1, BLUEPRINTS - limit - 1],
        ...[BLUEPRINTS - limit, BLUEPRINTS - 1, BLUEPRINTS, BLUEPRINTS + 1, 2 * BLUEPRINTS],
      ]) {
        const window = { ...PAGE, counted: 'exactly', byName: false, ascending, limit, offset } as const;
        const { items, found, next, counted } = await db.blueprints.list(ORG, ALL_BLUEPRINTS, window);
        const expected = ids.slice(offset, offset + limit);
        expect(
          (JSON.parse(`[${items}]`) as { id: string }[]).map(({ id }) => id),
          `${offset}`,
        ).to.deep.equal(expected);
        expect(found).to.equal(expected.length);
        expect(counted).to.deep.equal({ count: BLUEPRINTS, atLeast: false });
        expect(next?.[1]).to.equal(offset + limit < BLUEPRINTS ? expected.at(-1) : undefined);
      }
    }
  });
});
