import { expect } from 'chai';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import type { Client } from 'pg';
import { createDatabase, type Database } from '../../src/db/index.ts';
import { createTestDatabase } from '../support/database.ts';

const ORG = '000000';
const WINDOW = 14 * 24 * 3600 * 1e9;

interface Counted extends AsyncDisposable {
  readonly db: Database;
  readonly sql: Client;
  /** Counts the hours that are over. */
  readonly count: () => Promise<void>;
}

const open = async (): Promise<Counted> => {
  const database = await createTestDatabase();
  const db = createDatabase(database.config);
  const { sql } = database;
  return {
    ...{ db, sql },
    count: async () => {
      await sql.query('SELECT count_compose_hours($1)', [ORG]);
    },
    [Symbol.asyncDispose]: async () => {
      await db.close();
      await database[Symbol.asyncDispose]();
    },
  };
};

/** Stores builds, made that many minutes ago. */
const builds = async (sql: Client, minutes: readonly number[], imageType = 'aws', orgId = ORG): Promise<void> => {
  await sql.query(
    `INSERT INTO composes (job_id, request, created_at, account_number, org_id)
    SELECT gen_random_uuid(), jsonb_build_object('image_requests', jsonb_build_array(jsonb_build_object('image_type', $2::text))),
      CURRENT_TIMESTAMP::timestamp - make_interval(mins => minutes), '', $3 FROM unnest($1::int[]) AS minutes`,
    [minutes, imageType, orgId],
  );
};

/** What counting one by one says, and what the service's counting says. */
const compare = async ({ db, sql }: Counted, leftOut: readonly string[] = []) => {
  const { rows } = await sql.query<{ listed: number; total: number }>(
    `SELECT count(*) FILTER (WHERE NOT deleted AND request #>> '{image_requests,0,image_type}' <> ALL ($2))::int AS listed,
      count(*)::int AS total
    FROM composes WHERE org_id = $1 AND created_at >= CURRENT_TIMESTAMP::timestamp - interval '14 days'`,
    [ORG, leftOut],
  );
  const page = await db.composes.list(ORG, leftOut, { limit: 1, offset: 0 });
  const { used } = await db.reservations.readQuotaUse(ORG, { quota: 1_000_000, slidingWindow: WINDOW });
  const state = await db.reservations.readQuotaState(ORG, { quota: 1, slidingWindow: WINDOW });
  expect(state.used, 'also beyond the quota').to.equal(used);
  return { expected: rows[0], counted: { listed: page.total, total: used } };
};

const hours = async ({ sql }: Counted): Promise<number> => {
  const { rows } = await sql.query<{ count: number }>('SELECT count(*)::int AS count FROM compose_hours');
  return rows[0]!.count;
};

const MINUTES = [
  0,
  1,
  5,
  11,
  59,
  61,
  180,
  181,
  60 * 24,
  60 * 24 * 13,
  60 * 24 * 14 - 1,
  60 * 24 * 14 + 1,
  60 * 24 * 40,
];

describe('counting builds by the hour', () => {
  it('gives what counting one by one gives', async () => {
    await using counted = await open();
    await builds(counted.sql, MINUTES);
    await builds(counted.sql, [200, 200, 300], 'guest-image');
    await builds(counted.sql, [100, 200], 'aws', '000001');
    await counted.count();
    expect(await hours(counted)).to.be.greaterThan(0);
    for (const leftOut of [[], ['aws'], ['guest-image', 'azure'], ['aws', 'guest-image']]) {
      const { expected, counted: found } = await compare(counted, leftOut);
      expect(found).to.deep.equal(expected);
    }
  });

  it('stays right whatever happens to builds that are counted already', async () => {
    await using counted = await open();
    const change = fc.oneof(
      fc.record({
        kind: fc.constant('insert'),
        minutes: fc.constantFrom(...MINUTES),
        type: fc.constantFrom('aws', 'ami'),
      }),
      fc.record({ kind: fc.constantFrom('delete', 'remove', 'restore', 'move', 'count') }),
    );
    const one = '(SELECT job_id FROM composes ORDER BY md5(job_id::text) LIMIT 1)';
    const statements: Readonly<Record<string, string>> = {
      delete: `UPDATE composes SET deleted = true WHERE job_id = ${one}`,
      restore: `UPDATE composes SET deleted = false WHERE job_id = ${one}`,
      remove: `DELETE FROM composes WHERE job_id = ${one}`,
      move: `UPDATE composes SET created_at = created_at - interval '7 hours' WHERE job_id = ${one}`,
    };
    await fc.assert(
      fc.asyncProperty(
        fc.array(change, { minLength: 1, maxLength: 15 }),
        fc.nat({ max: 26 }),
        async (changes, since) => {
          await counted.sql.query('TRUNCATE composes, compose_hours, compose_hour_marks, compose_recent_hours CASCADE');
          // Builds are counted as they are stored from some hour on: that of the migration, long ago or not.
          await counted.sql.query(
            `UPDATE compose_recent_since
          SET hour = date_trunc('hour', CURRENT_TIMESTAMP::timestamp) - make_interval(hours => $1)`,
            [since],
          );
          await builds(counted.sql, MINUTES);
          await counted.count();
          for (const one of changes) {
            if ('minutes' in one) await builds(counted.sql, [one.minutes], one.type);
            else if (one.kind === 'count') await counted.count();
            else await counted.sql.query(statements[one.kind] as string);
          }
          for (const leftOut of [[], ['aws']]) {
            const { expected, counted: found } = await compare(counted, leftOut);
            expect(found).to.deep.equal(expected);
          }
        },
      ),
      { numRuns: 60 },
    );
  });

  it('begins by itself once there are many, and counting costs no more than a few from then on', async () => {
    await using counted = await open();
    await builds(
      counted.sql,
      Array.from({ length: 2_500 }, (_, i) => 90 + (i % 5_000)),
    );
    expect((await counted.db.composes.list(ORG, [], { limit: 1, offset: 0 })).total).to.equal(2_500);
    for (;;) {
      const { rows } = await counted.sql.query<{ looked_at: number }>(
        `SELECT looked_at::int FROM count_listed_builds($1, CURRENT_TIMESTAMP::timestamp - interval '14 days', '{}')`,
        [ORG],
      );
      if (rows[0]!.looked_at < 100) break;
    }
    expect((await counted.db.composes.list(ORG, [], { limit: 1, offset: 0 })).total).to.equal(2_500);
  });

  it('does not begin for an organization with few', async () => {
    await using counted = await open();
    await builds(counted.sql, MINUTES);
    await compare(counted);
    expect(await hours(counted)).to.equal(0);
  });

  it('finds the beginning of a page however far down the list it is', async () => {
    await using counted = await open();
    await builds(
      counted.sql,
      Array.from({ length: 4_000 }, (_, i) => 3 * i),
    );
    const order = await counted.sql.query<{ job_id: string }>(
      'SELECT job_id FROM composes ORDER BY created_at DESC, job_id DESC',
    );
    const page = async (offset: number) =>
      (await counted.db.composes.list(ORG, [], { limit: 3, offset })).rows.map(({ job_id }) => job_id);
    const expected = (offset: number) => order.rows.slice(offset, offset + 3).map(({ job_id }) => job_id);
    const offsets = [0, 999, 1_000, 1_001, 2_500, 3_998, 3_999, 4_000, 100_000];
    for (const offset of offsets) expect(await page(offset), String(offset)).to.deep.equal(expected(offset));
    await counted.count();
    for (const offset of offsets) expect(await page(offset), String(offset)).to.deep.equal(expected(offset));
  });

  it('stays right when builds are deleted while it counts', async () => {
    await using counted = await open();
    await builds(
      counted.sql,
      Array.from({ length: 500 }, (_, i) => 90 + i),
    );
    const { rows } = await counted.sql.query<{ job_id: string }>('SELECT job_id FROM composes LIMIT 200');
    await Promise.all([...rows.map(({ job_id }) => counted.db.composes.delete(ORG, job_id)), counted.count()]);
    const { expected, counted: found } = await compare(counted);
    expect(found).to.deep.equal(expected);
  });
});
