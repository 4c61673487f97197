import { randomUUID } from 'node:crypto';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import { composeTexts } from '../../../src/domain/compose-requests/compose-texts.ts';
import type { QuotaLimit } from '../../../src/db/queries/build-reservations.ts';
import { createDatabase, type Database } from '../../../src/db/index.ts';
import { createTestDatabase, type TestDatabase } from '../../support/database.ts';
import { createGiven, type Given } from '../../support/given.ts';
import { reservationRequest, reserveComposes, storeCompose } from '../../support/reservations.ts';

const ORG = '000000';
const OTHER = '000001';
const HOUR = 3600 * 1e9;

const limited = (quota: number, slidingWindow = HOUR): QuotaLimit => ({ quota, slidingWindow });
const minutesAgo = (minutes: number): Date => new Date(Date.now() - minutes * 60_000);

interface Opened extends AsyncDisposable {
  readonly db: Database;
  /** A second pool, as another process would have it. */
  readonly other: Database;
  readonly given: Given;
  readonly sql: TestDatabase['sql'];
}

async function open(): Promise<Opened> {
  const database = await createTestDatabase();
  const [db, other] = [
    createDatabase(database.config, { composeTexts }),
    createDatabase(database.config, { composeTexts }),
  ];
  return {
    ...{ db, other, sql: database.sql, given: createGiven(database.sql) },
    [Symbol.asyncDispose]: async () => {
      await Promise.all([db.close(), other.close()]);
      await database[Symbol.asyncDispose]();
    },
  };
}

/** Reserves what must be granted. */
async function reserve(
  db: Database,
  composes: number,
  limit: QuotaLimit | null = null,
  orgId = ORG,
): Promise<string[]> {
  const ids = await reserveComposes(db, { composes, limit, compose: { org_id: orgId } });
  expect(ids, 'the reservation is granted').to.not.equal(null);
  return ids ?? [];
}

/** Stores a compose with its reservation. */
const store = (db: Database, reservationId: string, jobId: string = randomUUID()): Promise<void> =>
  db.composes.store({ jobId, orgId: ORG, reservationId });

/** Whether that many more builds would be granted. */
const fits = async (db: Database, orgId: string, wanted: number, limit: QuotaLimit): Promise<boolean> =>
  (await db.reservations.readQuotaUse(orgId, limit)).used + wanted <= limit.quota;

const isGranted = (db: Database, composes: number, limit: QuotaLimit | null, orgId = ORG): Promise<boolean> =>
  db.reservations.reserve(reservationRequest({ composes, limit, compose: { org_id: orgId } }));

/** How many builds and reservations count, found out without changing that. */
async function used(db: Database, orgId = ORG): Promise<number> {
  for (let quota = 1; ; quota += 1) if (await fits(db, orgId, 1, limited(quota))) return quota - 1;
}

async function countRows({ sql }: Opened, table: 'composes' | 'build_reservations'): Promise<number> {
  const { rows } = await sql.query<{ count: number }>(`SELECT count(*)::int AS count FROM ${table}`);
  return rows[0]?.count ?? -1;
}

describe('reserving composes', () => {
  it('inserts a reservation for each compose', async () => {
    await using database = await open();
    const ids = [...(await reserve(database.db, 3, limited(5))), ...(await reserve(database.db, 2, limited(5)))];
    expect(new Set(ids).size).to.equal(5);
    const { rows } = await database.sql.query<{ id: string }>('SELECT id FROM build_reservations');
    expect(rows.map(({ id }) => id).sort()).to.deep.equal([...ids].sort());
  });

  it('records the first compose of a request as sent, and the others when they are sent', async () => {
    await using database = await open();
    const states = async () => {
      const { rows } = await database.sql.query<{ id: string }>(
        'SELECT id, state, sent_at IS NULL AS unsent FROM build_reservations',
      );
      return Object.fromEntries(rows.map(({ id, ...state }) => [id, state]));
    };
    const [first = '', second = ''] = await reserve(database.db, 2);
    const [sent, reserved] = [
      { state: 'sent', unsent: false },
      { state: 'reserved', unsent: true },
    ];
    expect(await states()).to.deep.equal({ [first]: sent, [second]: reserved });
    expect(await database.db.reservations.markSent(second)).to.equal(true);
    expect(await states()).to.deep.equal({ [first]: sent, [second]: sent });
    expect(await database.db.reservations.markSent(randomUUID())).to.equal(false);
  });

  for (const [quota, wanted, granted] of [
    [3, 1, true],
    [3, 3, true],
    [3, 4, false],
    [1, 1, true],
    [0, 1, false],
    [-1, 1, false],
    [Number.MAX_SAFE_INTEGER, 1, true],
  ] as const) {
    it(`is ${granted ? 'granted' : 'refused'} for ${wanted} of ${quota}, all or none`, async () => {
      await using database = await open();
      expect(await fits(database.db, ORG, wanted, limited(quota))).to.equal(granted);
      expect(await isGranted(database.db, wanted, limited(quota))).to.equal(granted);
      expect(await countRows(database, 'build_reservations')).to.equal(granted ? wanted : 0);
    });
  }

  it('is always granted without a limit', async () => {
    await using database = await open();
    await database.given.compose();
    await reserve(database.db, 100, null);
    await reserve(database.db, 100, null);
    expect(await countRows(database, 'build_reservations')).to.equal(200);
  });

  it('counts earlier reservations and composes', async () => {
    await using database = await open();
    await database.given.compose({ createdAt: minutesAgo(30) });
    await database.given.compose({ createdAt: minutesAgo(30), deleted: true });
    await reserve(database.db, 1);
    expect(await used(database.db)).to.equal(3);
    expect(await isGranted(database.db, 1, limited(3))).to.equal(false);
    expect(await isGranted(database.db, 1, limited(4))).to.equal(true);
  });

  it('does not count composes from before the window', async () => {
    await using database = await open();
    await database.given.compose({ createdAt: minutesAgo(90) });
    await database.given.compose({ createdAt: minutesAgo(30) });
    expect(await isGranted(database.db, 2, limited(2, HOUR))).to.equal(false);
    expect(await isGranted(database.db, 2, limited(3, 2 * HOUR))).to.equal(false);
    expect(await isGranted(database.db, 1, limited(2, HOUR))).to.equal(true);
  });

  it('counts no compose in a window of length 0, and all in a window of centuries', async () => {
    await using database = await open();
    await database.given.compose({ createdAt: minutesAgo(1) });
    await database.given.compose({ createdAt: new Date('2001-02-03') });
    expect(await isGranted(database.db, 2, limited(2, 0))).to.equal(true);
    expect(await fits(database.db, ORG, 1, limited(4, 2 ** 63))).to.equal(false);
    expect(await fits(database.db, ORG, 1, limited(5, 2 ** 63))).to.equal(true);
  });

  it('counts for a quota what the same statement reserves for another quota of the organization', async () => {
    await using database = await open();
    const limits = [limited(1), limited(2), limited(2, 2 * HOUR), limited(3)];
    // Calls of one turn share a statement.
    const granted = await Promise.all(limits.map((limit) => isGranted(database.db, 1, limit)));
    expect(granted).to.deep.equal([true, true, false, true]);
    expect(await countRows(database, 'build_reservations')).to.equal(3);
  });

  it('neither counts reservations of other organizations nor delays them', async () => {
    await using database = await open();
    await database.given.compose({ orgId: OTHER });
    await reserve(database.db, 5, null, OTHER);
    expect(await used(database.db)).to.equal(0);
    expect(await isGranted(database.db, 1, limited(1))).to.equal(true);
    // A transaction that holds the other organization's lock does not delay this one.
    await database.sql.query('BEGIN');
    await database.sql.query('SELECT reserve_builds($1, $2, $3)', [
      JSON.stringify([{ org: OTHER, wanted: 1 }]),
      JSON.stringify([{ request: 1, org: OTHER, id: randomUUID(), compose: {}, fingerprint: 'f' }]),
      '1 minute',
    ]);
    expect(await isGranted(database.db, 1, limited(2))).to.equal(true);
    await database.sql.query('ROLLBACK');
  });
});

describe('the quota of an organization with many composes', () => {
  const COMPOSES = 1_200;
  /** Stores composes as another implementation does. */
  const add = (sql: TestDatabase['sql'], composes: number, minutes: number, orgId = ORG): Promise<unknown> =>
    sql.query(
      `INSERT INTO composes (job_id, request, created_at, account_number, org_id)
      SELECT gen_random_uuid(), '{}', CURRENT_TIMESTAMP::timestamp - make_interval(mins => $2), '', $3
      FROM generate_series(1, $1::int)`,
      [composes, minutes, orgId],
    );

  it('is exact although the composes are not counted again for each request', async () => {
    await using database = await open();
    await add(database.sql, COMPOSES, 30);
    const limit = limited(COMPOSES + 6);
    expect(await isGranted(database.db, 1, limit), 'counts all').to.equal(true);
    await add(database.sql, 2, 0);
    expect(await isGranted(database.other, 1, limit), 'of another process').to.equal(true);
    expect(await isGranted(database.db, 3, limit)).to.equal(false);
    expect(await isGranted(database.db, 2, limit)).to.equal(true);
    expect(await isGranted(database.db, 1, limit)).to.equal(false);
    // Half of the composes leave the window.
    await database.sql.query(`UPDATE composes SET created_at = created_at - interval '1 hour' WHERE job_id IN (
      SELECT job_id FROM composes LIMIT ${COMPOSES / 2})`);
    expect(await isGranted(database.db, COMPOSES / 2, limit)).to.equal(true);
    expect(await isGranted(database.db, 1, limit)).to.equal(false);
  });

  it('counts only the recent composes while these and the earlier count fit', async () => {
    await using database = await open();
    await add(database.sql, COMPOSES, 30);
    const limit = limited(2 * COMPOSES);
    expect(await isGranted(database.db, 1, limit)).to.equal(true);
    // Composes that no service could have stored since: a count of all would find them.
    await add(database.sql, COMPOSES, 30);
    expect(await isGranted(database.db, 1, limit), 'the earlier count fits').to.equal(true);
    expect(await isGranted(database.db, COMPOSES - 1, limit), 'all are counted').to.equal(false);
    expect(await isGranted(database.db, 1, limit), 'the new count is remembered').to.equal(false);
  });

  it('is cached for each limit separately', async () => {
    await using database = await open();
    await add(database.sql, COMPOSES, 90);
    await add(database.sql, COMPOSES, 30);
    const [short, long] = [limited(COMPOSES + 2, HOUR), limited(2 * COMPOSES + 3, 2 * HOUR)];
    expect(await isGranted(database.db, 1, short)).to.equal(true);
    expect(await isGranted(database.db, 1, long)).to.equal(true);
    expect(await isGranted(database.db, 1, short)).to.equal(false);
    expect(await isGranted(database.db, 1, long)).to.equal(true);
    expect(await isGranted(database.db, 1, long)).to.equal(false);
    expect(await isGranted(database.db, 1, limited(COMPOSES + 4, HOUR))).to.equal(true);
  });

  it('is cached for each organization separately', async () => {
    await using database = await open();
    await add(database.sql, COMPOSES, 30);
    await add(database.sql, COMPOSES + 5, 30, OTHER);
    const limit = limited(COMPOSES + 5);
    expect(await isGranted(database.db, 1, limit)).to.equal(true);
    expect(await isGranted(database.db, 1, limit, OTHER)).to.equal(false);
  });
});

describe('reserving composes in parallel', () => {
  it('grants requests of one statement in their order, each by its own quota and organization', async () => {
    await using database = await open();
    await database.given.compose({ createdAt: minutesAgo(30) });
    const request = (wanted: number, quota: number | null, slidingWindow = HOUR, orgId = ORG) =>
      isGranted(database.db, wanted, quota === null ? null : limited(quota, slidingWindow), orgId);
    // In the order of their limits: those of 6, then of 8 and 9, and the unlimited one at last. The compose is in no window of 0.
    const granted = await Promise.all([
      ...[request(3, 6), request(3, 6), request(2, 6, HOUR, OTHER), request(1, 6), request(2, null), request(1, 6)],
      ...[request(1, 8), request(2, 8), request(2, 9, 0), request(1, 9, 0), request(2, 9, 0)],
    ]);
    expect(granted).to.deep.equal([...[true, false, true, true, true, true], ...[true, false, true, true, false]]);
    expect(await countRows(database, 'build_reservations')).to.equal(13);
  });

  for (const [title, poolOf] of [
    ['on one pool', ({ db }: Opened) => db],
    ['on two pools', ({ db, other }: Opened, index: number) => (index % 2 === 0 ? db : other)],
  ] as const) {
    it(`grants exactly the quota of 40 requests ${title}`, async () => {
      await using database = await open();
      const requests = Array.from({ length: 40 }, (_, index) => isGranted(poolOf(database, index), 1, limited(7)));
      expect((await Promise.all(requests)).filter(Boolean)).to.have.lengthOf(7);
      expect(await countRows(database, 'build_reservations')).to.equal(7);
    });

    it(`grants none of 40 requests a part of what it wants ${title}`, async () => {
      await using database = await open();
      const requests = Array.from({ length: 40 }, (_, index) => isGranted(poolOf(database, index), 3, limited(10)));
      expect((await Promise.all(requests)).filter(Boolean)).to.have.lengthOf(3);
      expect(await countRows(database, 'build_reservations')).to.equal(9);
    });

    it(`grants each organization its own quota ${title}`, async () => {
      await using database = await open();
      const granted = await Promise.all(
        Array.from({ length: 40 }, async (_, index) => {
          const orgId = `org-${index % 4}`;
          return (await isGranted(poolOf(database, index), 1, limited(3), orgId)) ? orgId : null;
        }),
      );
      for (let org = 0; org < 4; org += 1) {
        expect(granted.filter((orgId) => orgId === `org-${org}`)).to.have.lengthOf(3);
      }
    });

    it(`counts a reservation that becomes a compose exactly once, at every moment, ${title}`, async () => {
      await using database = await open();
      const ids = await reserve(database.db, 20, limited(20));
      const work = ids.flatMap((id, index) => {
        const pool = poolOf(database, index);
        return [
          store(pool, id).then(() => 'stored'),
          isGranted(pool, 1, limited(20)).then((granted) => (granted ? 'counted too little' : 'refused')),
          fits(pool, ORG, 1, limited(21)).then((yes) => (yes ? 'fits' : 'counted too much')),
          fits(pool, ORG, 1, limited(20)).then((yes) => (yes ? 'counted too little' : 'full')),
        ];
      });
      const outcomes = await Promise.all(work);
      expect([...new Set(outcomes)].sort()).to.deep.equal(['fits', 'full', 'refused', 'stored']);
      expect([await countRows(database, 'composes'), await countRows(database, 'build_reservations')]).to.deep.equal([
        20, 0,
      ]);
    });
  }
});

describe('a reservation', () => {
  it('becomes a compose, which counts in its place', async () => {
    await using database = await open();
    const [id = ''] = await reserve(database.db, 1);
    await store(database.db, id);
    expect(await used(database.db)).to.equal(1);
    expect(await countRows(database, 'build_reservations')).to.equal(0);
  });

  it('is unchanged when another reservation becomes a compose', async () => {
    await using database = await open();
    const [id = '', another] = await reserve(database.db, 2);
    await store(database.db, id);
    const { rows } = await database.sql.query('SELECT id FROM build_reservations');
    expect(rows).to.deep.equal([{ id: another }]);
    expect(await used(database.db)).to.equal(2);
  });

  it('still counts when its compose cannot be stored', async () => {
    await using database = await open();
    const stored = await storeCompose(database.db);
    const [id = ''] = await reserve(database.db, 1);
    expect(await store(database.db, id, stored).catch((error: unknown) => (error as Error).name)).to.equal(
      'ComposeIdTakenError',
    );
    expect(await countRows(database, 'build_reservations')).to.equal(1);
    expect(await used(database.db)).to.equal(2);
  });

  it('is required to store a compose: without it another process has reconciled the compose', async () => {
    await using database = await open();
    await storeCompose(database.db);
    const lost = await store(database.db, randomUUID()).catch((error: unknown) => (error as Error).name);
    expect(lost).to.equal('ComposeAbandonedError');
    expect(await used(database.db)).to.equal(1);
  });

  it('can be released, and then counts no more', async () => {
    await using database = await open();
    const [first = '', ...others] = await reserve(database.db, 3, limited(3));
    await database.db.reservations.release(others);
    expect(await used(database.db)).to.equal(1);
    await database.db.reservations.release([first, first, randomUUID()]);
    await database.db.reservations.release([first]);
    await database.db.reservations.release([]);
    expect(await used(database.db)).to.equal(0);
  });

  it('stops counting by itself, a quarter of an hour later', async () => {
    await using database = await open();
    await reserve(database.db, 1);
    const { rows } = await database.sql.query(
      `SELECT extract(epoch FROM expires_at - created_at)::int AS lifetime FROM build_reservations`,
    );
    expect(rows).to.deep.equal([{ lifetime: 900 }]);
    await database.sql.query(`UPDATE build_reservations SET expires_at = now() - interval '1 second'`);
    expect(await used(database.db)).to.equal(0);
    expect(await isGranted(database.db, 1, limited(1))).to.equal(true);
  });

  it('becomes a compose although it has expired', async () => {
    await using database = await open();
    const [id = ''] = await reserve(database.db, 1);
    await database.sql.query(`UPDATE build_reservations SET expires_at = now() - interval '1 second'`);
    await store(database.db, id);
    expect(await used(database.db)).to.equal(1);
    expect(await countRows(database, 'build_reservations')).to.equal(0);
  });
});
