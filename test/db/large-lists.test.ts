import { randomUUID } from 'node:crypto';
import { expect } from 'chai';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import type { Client } from 'pg';
import { createPool, type CommonQueryMethods, type DatabasePool } from 'slonik';
import { composeTexts } from '../../src/domain/compose-requests/compose-texts.ts';
import { batchComposeReads, listComposes, type ListSupport } from '../../src/db/queries/compose-lists.ts';
import { createComposeHistograms } from '../../src/db/queries/compose-histograms.ts';
import { MOST_COUNTED as STEP } from '../../src/db/queries/list-page.ts';
import { createDatabase } from '../../src/db/index.ts';
import type { DatabaseConfig } from '../../src/config/index.ts';
import { createTestDatabase } from '../support/database.ts';
import { createGiven } from '../support/given.ts';
import { ALL_COMPOSES, FIRST_PAGE } from './support.ts';

const ORG = '000000';
const MINUTE = 60_000;
const DAYS = 24 * 60;

interface Lists extends AsyncDisposable {
  readonly config: DatabaseConfig;
  readonly sql: Client;
  readonly db: CommonQueryMethods;
  readonly lists: ListSupport;
  readonly clock: { now: number };
  /** Statements that read histograms. */
  readonly scans: () => number;
}

/** The lists of a process, with a clock of their own. */
async function open(): Promise<Lists> {
  const database = await createTestDatabase();
  const { host, port, user, password, database: name } = database.config;
  let scans = 0;
  const pool: DatabasePool = await createPool(`postgresql://${user}:${password}@${host}:${port}/${name}`, {
    maxPoolSize: 4,
    interceptors: [
      {
        name: 'count-scans',
        beforeQueryExecution: (_context, query) => {
          // Each half of a list by one.
          if (query.sql.includes('generate_series')) scans += 0.5;
          return null;
        },
      },
    ],
  });
  await database.sql.query(`ALTER DATABASE ${name} SET timezone = 'UTC'`);
  const clock = { now: MINUTE };
  return {
    config: database.config,
    sql: database.sql,
    db: pool,
    lists: {
      composeTexts,
      histograms: createComposeHistograms(() => clock.now),
      readFirst: batchComposeReads({ use: (work) => work(pool) }),
    },
    clock,
    scans: () => scans,
    [Symbol.asyncDispose]: async () => {
      await pool.end();
      await database[Symbol.asyncDispose]();
    },
  };
}

/** Stores composes, each so many minutes old. */
const store = (sql: Client, minutes: readonly number[], imageType = 'aws', orgId = ORG): Promise<unknown> =>
  sql.query(
    `WITH stored AS (
      INSERT INTO composes (job_id, request, created_at, account_number, org_id, needs_indexing)
      SELECT gen_random_uuid(), '{}', CURRENT_TIMESTAMP::timestamp - make_interval(secs => minutes * 60), '', $3, false
      FROM unnest($1::float8[]) AS minutes
      RETURNING job_id, org_id, created_at
    )
    INSERT INTO compose_statuses (job_id, org_id, created_at, image_type, request_text, item_members)
    SELECT job_id, org_id, created_at, $2, '{}', '' FROM stored`,
    [minutes, imageType, orgId],
  );

/** All ids of the list, as reading every compose finds them. */
async function expectedIds(sql: Client, ignored: readonly string[]): Promise<readonly string[]> {
  const { rows } = await sql.query<{ job_id: string }>(
    `SELECT job_id FROM composes JOIN compose_statuses USING (job_id)
    WHERE composes.org_id = $1 AND NOT deleted AND image_type <> ALL ($2)
      AND composes.created_at >= CURRENT_TIMESTAMP::timestamp - interval '14 days'
    ORDER BY composes.created_at DESC, job_id DESC`,
    [ORG, ignored],
  );
  return rows.map(({ job_id }) => job_id);
}

const pageOf = (ids: readonly string[], limit: number, offset: number) => ({
  total: ids.length,
  ids: ids.slice(offset, offset + limit),
});

async function page({ db, lists }: Lists, ignored: readonly string[], limit: number, offset: number) {
  const filters = { ...ALL_COMPOSES, ignoreImageTypes: ignored };
  const { counted, items } = await listComposes(db, lists, ORG, filters, { ...FIRST_PAGE, limit, offset });
  return { total: counted?.count ?? 0, ids: (JSON.parse(`[${items}]`) as { id: string }[]).map(({ id }) => id) };
}

const range = (length: number, each: (index: number) => number): number[] => Array.from({ length }, (_, i) => each(i));

/** Composes of two weeks, evenly. */
const fortnight = (length: number): number[] => range(length, (index) => 11 + (index * (14 * DAYS - 30)) / length);

describe('a large list of composes', function () {
  this.timeout(120_000);

  it('has the same pages and count as a full read, at every depth', async () => {
    await using opened = await open();
    await store(opened.sql, fortnight(3 * STEP));
    await store(opened.sql, fortnight(2 * STEP), 'guest-image');
    await store(
      opened.sql,
      range(5, (index) => index),
    );
    await store(opened.sql, fortnight(2 * STEP), 'aws', '000001');
    for (const ignored of [[], ['guest-image'], ['aws'], ['oci', 'guest-image'], ['aws', 'guest-image']]) {
      const expected = await expectedIds(opened.sql, ignored);
      for (const offset of [0, 1, STEP - 1, STEP, STEP + 5, STEP + 6, 2 * STEP + 4, 3 * STEP + 5, 5 * STEP, 9 * STEP]) {
        const found = await page(opened, ignored, 3, offset);
        expect(found, `${ignored.join()} ${offset}`).to.deep.equal(pageOf(expected, 3, offset));
      }
    }
    // Each list once: it is large by the composes that it leaves out, too.
    expect(opened.scans()).to.equal(5);
  });

  it('is exact when composes are stored, deleted a moment ago, or too old, while its histogram is in use', async () => {
    await using opened = await open();
    const { sql } = opened;
    await store(sql, fortnight(STEP + 50));
    // So far from leaving the list that none does by itself during the test.
    await store(
      sql,
      range(40, (index) => 14 * DAYS - 9 + index * 0.1),
    );
    for (const ignored of [[], ['ami']]) await page(opened, ignored, 1, 0);
    const change = fc.oneof(
      fc.record({
        kind: fc.constant('store'),
        minutes: fc.constantFrom(0, 1, 5, 9),
        type: fc.constantFrom('aws', 'ami'),
      }),
      fc.record({ kind: fc.constantFrom('delete', 'leave') }),
    );
    const statements: Readonly<Record<string, string>> = {
      delete: `UPDATE composes SET deleted = true
        WHERE job_id = (
          SELECT job_id FROM composes WHERE NOT deleted AND created_at > now() - interval '10 minutes'
          ORDER BY created_at DESC LIMIT 1
        )`,
      // As if ten minutes had passed for the oldest.
      leave: `UPDATE composes SET created_at = created_at - interval '10 minutes'
        WHERE job_id = (
          SELECT job_id FROM composes
          WHERE created_at BETWEEN now() - interval '14 days' AND now() - interval '14 days' + interval '9 minutes'
          ORDER BY created_at LIMIT 1
        )`,
    };
    await fc.assert(
      fc.asyncProperty(
        fc.array(change, { minLength: 1, maxLength: 6 }),
        fc.constantFrom(0, STEP - 1, STEP, STEP + 3, STEP + 40),
        async (changes, offset) => {
          for (const one of changes) {
            if ('minutes' in one) await store(sql, [one.minutes], one.type);
            else await sql.query(statements[one.kind] ?? '');
          }
          for (const ignored of [[], ['ami']])
            expect(await page(opened, ignored, 2, offset)).to.deep.equal(
              pageOf(await expectedIds(sql, ignored), 2, offset),
            );
        },
      ),
      { numRuns: 30 },
    );
    expect(opened.scans()).to.equal(2);
  });

  it('counts every compose that is stored at the same time', async () => {
    await using opened = await open();
    await store(opened.sql, fortnight(STEP + 1));
    const totals: number[] = [];
    const progress = { isStored: false };
    const storing = (async () => {
      for (let stored = 0; stored < 40; stored += 1) await store(opened.sql, [0]);
      progress.isStored = true;
    })();
    const reading = (async () => {
      while (!progress.isStored) totals.push((await page(opened, [], 1, 0)).total);
    })();
    await Promise.all([storing, reading]);
    expect(totals).to.deep.equal(totals.toSorted((a, b) => a - b));
    expect((await page(opened, [], 1, 0)).total).to.equal(STEP + 41);
  });

  it('shares one histogram among concurrent requests, refreshes it after half a minute, and waits for a new one after a minute', async () => {
    await using opened = await open();
    const { sql, clock, scans } = opened;
    await store(sql, fortnight(STEP + 10));
    const read = async () => (await page(opened, [], 1, 0)).total;
    const deleteOld = () =>
      sql.query(`UPDATE composes SET deleted = true
        WHERE job_id = (SELECT job_id FROM composes WHERE NOT deleted ORDER BY created_at DESC OFFSET 100 LIMIT 1)`);
    await Promise.all([read(), read(), read()]);
    expect(scans()).to.equal(1);
    // Another process deletes an old compose.
    await deleteOld();
    clock.now += MINUTE / 2;
    await read();
    expect(scans()).to.equal(1);
    clock.now += 1;
    await Promise.all([read(), read()]);
    // The scan runs in the background, and finds the compose deleted.
    while ((await read()) > STEP + 9);
    expect(scans()).to.equal(2);
    await deleteOld();
    clock.now += MINUTE + 1;
    expect(await read()).to.equal(STEP + 8);
    expect(scans()).to.equal(3);
  });

  it('has a new histogram once this process has deleted one of its composes', async () => {
    await using opened = await open();
    const { sql, lists, scans } = opened;
    await store(sql, fortnight(STEP + 10));
    const before = await page(opened, [], 1, STEP + 5);
    await sql.query('UPDATE composes SET deleted = true WHERE job_id = $1', [before.ids[0]]);
    lists.histograms.drop('00000');
    await page(opened, [], 1, 0);
    expect(scans()).to.equal(1);
    lists.histograms.drop(ORG);
    expect(await page(opened, [], 1, STEP + 5)).to.deep.equal(pageOf(await expectedIds(sql, []), 1, STEP + 5));
    expect(scans()).to.equal(2);
  });

  it('is counted anew once this process has deleted a blueprint with its composes', async () => {
    await using opened = await open();
    const { sql } = opened;
    await store(sql, fortnight(STEP + 10));
    const { id, versionIds } = await createGiven(sql).blueprint({ orgId: ORG });
    await sql.query(
      `UPDATE composes SET blueprint_version_id = $1 WHERE job_id IN (SELECT job_id FROM composes ORDER BY created_at LIMIT 5)`,
      [versionIds[0]],
    );
    const db = createDatabase(opened.config, { composeTexts });
    try {
      const count = async () => (await db.composes.list(ORG, ALL_COMPOSES, FIRST_PAGE)).counted?.count;
      expect(await count()).to.equal(STEP + 10);
      await db.blueprints.delete(ORG, id, null, null);
      expect(await count()).to.equal(STEP + 5);
    } finally {
      await db.close();
    }
  });

  it('has no histogram while it is small', async () => {
    await using opened = await open();
    await store(opened.sql, fortnight(STEP));
    expect((await page(opened, [], 1, 0)).total).to.equal(STEP);
    expect(opened.scans()).to.equal(0);
  });

  it('fails with its histogram, and the next request reads a new one', async () => {
    await using opened = await open();
    const { sql } = opened;
    await store(sql, fortnight(STEP + 1));
    await sql.query('ALTER TABLE compose_statuses RENAME TO away');
    const failed = await page(opened, ['oci'], 1, 0).then(
      () => 'read',
      () => 'failed',
    );
    expect(failed).to.equal('failed');
    await sql.query('ALTER TABLE away RENAME TO compose_statuses');
    expect((await page(opened, ['oci'], 1, 0)).total).to.equal(STEP + 1);
  });

  it('is counted exactly for every time range', async () => {
    await using opened = await open();
    const { sql, db, lists } = opened;
    await store(sql, fortnight(2 * STEP + 7));
    await store(sql, [0, 1, 2, 20 * DAYS, 21 * DAYS]);
    const at = (minutes: number) =>
      new Date(Date.now() - minutes * MINUTE).toISOString().slice(0, -1).replace('T', ' ');
    for (const [from, to] of [
      [null, null],
      [30 * DAYS, null],
      [13 * DAYS, null],
      [5, null],
      [null, 5],
      [10 * DAYS, 3 * DAYS],
      [3 * DAYS, 10 * DAYS],
      [30 * DAYS, 14 * DAYS],
    ] as const) {
      const filters = {
        ...ALL_COMPOSES,
        ...{ createdAfter: from === null ? null : at(from), createdBefore: to === null ? null : at(to) },
      };
      const window = { ...FIRST_PAGE, ascending: true, counted: 'bounded' } as const;
      const { counted } = await listComposes(db, lists, ORG, filters, window);
      const { rows } = await sql.query<{ count: number }>(
        `SELECT count(*)::int AS count FROM composes WHERE org_id = $1
          AND created_at >= coalesce($2::timestamp, now() - interval '14 days') AND created_at < coalesce($3, 'infinity'::timestamp)`,
        [ORG, filters.createdAfter, filters.createdBefore],
      );
      expect(counted, `${from} ${to}`).to.deep.equal({ count: rows[0]?.count, atLeast: false });
    }
    expect(opened.scans()).to.equal(1);
  });

  it('has composes of another implementation as soon as they are stored', async () => {
    await using opened = await open();
    const { sql } = opened;
    await store(sql, fortnight(STEP + 1));
    await page(opened, [], 1, 0);
    const id = randomUUID();
    await sql.query(
      `INSERT INTO composes (job_id, request, created_at, account_number, org_id) VALUES ($1, $2, CURRENT_TIMESTAMP, '', $3)`,
      [id, { image_requests: [{ image_type: 'oci' }] }, ORG],
    );
    expect(await page(opened, [], 1, 0)).to.deep.equal({ total: STEP + 2, ids: [id] });
    expect((await page(opened, ['oci'], 1, 0)).total).to.equal(STEP + 1);
  });

  it('counts a compose once that was stored at the first moment of a bucket', async () => {
    await using opened = await open();
    await store(opened.sql, fortnight(3 * STEP));
    await opened.sql.query(
      `UPDATE composes SET created_at = timestamp 'epoch' + make_interval(secs => floor(date_part('epoch', created_at) / 600) * 600)
      WHERE created_at > CURRENT_TIMESTAMP::timestamp - interval '13 days'`,
    );
    const expected = await expectedIds(opened.sql, []);
    for (const offset of [0, STEP, 2 * STEP, expected.length - 7])
      expect(await page(opened, [], 5, offset)).to.deep.equal(pageOf(expected, 5, offset));
  });
});
