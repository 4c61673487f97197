// The safe id: readers get every event once, in the order of ids, although transactions commit in another order.
import { expect } from 'chai';
import { describe, it } from 'mocha';
import type { Client } from 'pg';
import { connectTo } from '../../../scripts/support/databases.ts';
import { composeTexts } from '../../../src/domain/compose-requests/compose-texts.ts';
import type { DatabaseConfig } from '../../../src/config/index.ts';
import { createDatabaseAccess } from '../../../src/db/database.ts';
import { createDatabase } from '../../../src/db/index.ts';
import { createSafeIdReader } from '../../../src/db/queries/safe-event-id.ts';
import { createTestDatabase } from '../../support/database.ts';
import { insertEvent } from '../../support/events.ts';

/** Draws an id, in the transaction of the client if there is one. */
const drawId = async (sql: Client): Promise<number> => (await insertEvent(sql, { orgId: '1' })).id;

const begin = async (config: DatabaseConfig): Promise<Client> => {
  const sql = await connectTo(config, config.database);
  await sql.query('BEGIN');
  return sql;
};

const end = async (sql: Client, how: 'COMMIT' | 'ROLLBACK' = 'COMMIT'): Promise<void> => {
  await sql.query(how);
  await sql.end();
};

/** Reads until an id is safe. */
const untilSafe = async (db: ReturnType<typeof createDatabase>, id: number): Promise<void> => {
  for (;;) {
    const { safe } = await db.events.findSafeId();
    if (safe !== null && safe >= id) return;
  }
};

describe('the safe id of events', () => {
  it('is the newest id while no transaction runs', async () => {
    await using database = await createTestDatabase();
    const db = createDatabase(database.config, { composeTexts });
    await untilSafe(db, 0);
    await drawId(database.sql);
    const newest = await drawId(database.sql);
    await untilSafe(db, newest);
    expect(await db.events.findSafeId()).to.have.property('newest', newest);
    await db.close();
  });

  it('stays before an event whose transaction is open, although later events are committed, and then passes all of them', async () => {
    await using database = await createTestDatabase();
    const { config, sql } = database;
    const db = createDatabase(config, { composeTexts });
    const before = await drawId(sql);
    await untilSafe(db, before);
    const open = await begin(config);
    const first = await drawId(open);
    const second = await drawId(sql);
    expect(second).to.be.above(first);
    for (let read = 0; read < 20; read += 1) {
      expect((await db.events.findSafeId()).safe).to.equal(before);
    }
    await end(open);
    await untilSafe(db, second);
    const events = await db.events.list('1', { after: before, to: second }, 10);
    expect(events.map(({ id }) => id)).to.deep.equal([first, second]);
    await db.close();
  });

  it('is held back for as long as a transaction that writes events is open', async () => {
    await using database = await createTestDatabase();
    const { config, sql } = database;
    const db = createDatabase(config, { composeTexts });
    await drawId(sql);
    expect(await db.events.secondsHeldBack()).to.equal(0);
    const open = await begin(config);
    await drawId(open);
    const first = await db.events.secondsHeldBack();
    expect(first).to.be.above(0);
    expect(await db.events.secondsHeldBack()).to.be.above(first);
    await end(open);
    expect(await db.events.secondsHeldBack()).to.equal(0);
    await db.close();
  });

  it('passes an id whose transaction was rolled back', async () => {
    await using database = await createTestDatabase();
    const db = createDatabase(database.config, { composeTexts });
    const open = await begin(database.config);
    await drawId(open);
    const second = await drawId(database.sql);
    await end(open, 'ROLLBACK');
    await untilSafe(db, second);
    await db.close();
  });

  it('advances although some transaction is open at any moment', async () => {
    await using database = await createTestDatabase();
    const { config } = database;
    const db = createDatabase(config, { composeTexts });
    const ids: number[] = [];
    let previous = await begin(config);
    ids.push(await drawId(previous));
    for (let round = 1; round <= 10; round += 1) {
      const next = await begin(config);
      ids.push(await drawId(next));
      await end(previous);
      previous = next;
      if (round > 2) await untilSafe(db, ids[round - 2] ?? Infinity);
      expect((await db.events.findSafeId()).safe ?? 0).to.be.below(ids[round] ?? 0);
    }
    await end(previous);
    await db.close();
  });

  it('is not held back for long by a transaction that writes no events, be it in another database', async () => {
    await using database = await createTestDatabase();
    await using another = await createTestDatabase({ empty: true });
    const long = await begin(another.config);
    await long.query('SELECT txid_current()');
    const access = createDatabaseAccess(database.config);
    const findSafeId = createSafeIdReader(access, 0);
    for (let i = 0; i < 3; i += 1) {
      const id = await drawId(database.sql);
      while ((await findSafeId()).safe !== id);
    }
    const open = await begin(database.config);
    const id = await drawId(open);
    await drawId(database.sql);
    for (let read = 0; read < 20; read += 1) expect((await findSafeId()).safe).to.be.below(id);
    await end(open);
    while ((await findSafeId()).safe !== id + 1);
    await end(long);
    await access.close();
  });

  it('never passes an event that becomes visible later, however many clients write', async () => {
    await using database = await createTestDatabase();
    const { config } = database;
    const db = createDatabase(config, { composeTexts });
    const WRITERS = 6;
    const EACH = 60;
    let isOver = false;
    const read: number[] = [];
    const reading = (async () => {
      for (let after = 0; ;) {
        const over = isOver;
        const { safe } = await db.events.findSafeId();
        if (safe === null) continue;
        const events = await db.events.list('1', { after, to: safe }, 10_000);
        read.push(...events.map(({ id }) => id));
        after = safe;
        if (over && read.length >= (WRITERS * EACH * 3) / 4) return;
      }
    })();
    await Promise.all(
      Array.from({ length: WRITERS }, async (_, writer) => {
        const sql = await connectTo(config, config.database);
        for (let i = 0; i < EACH; i += 1) {
          await sql.query('BEGIN');
          await drawId(sql);
          // Transactions end in another order than they start.
          for (let pause = (i * 7 + writer * 3) % 5; pause > 0; pause -= 1) await sql.query('SELECT 1');
          await sql.query((i + writer) % 4 === 0 ? 'ROLLBACK' : 'COMMIT');
        }
        await sql.end();
      }),
    );
    isOver = true;
    await reading;
    const { rows } = await database.sql.query<{ id: number }>('SELECT id::int AS id FROM events ORDER BY id');
    expect(read).to.deep.equal(rows.map(({ id }) => id));
    await db.close();
  });

  it('restarts in a database that was restored to an earlier state', async () => {
    await using database = await createTestDatabase();
    const { sql } = database;
    const db = createDatabase(database.config, { composeTexts });
    for (let i = 0; i < 3; i += 1) await drawId(sql);
    await untilSafe(db, 3);
    await sql.query('DELETE FROM events WHERE id > 1');
    await sql.query('ALTER TABLE events ALTER COLUMN id RESTART WITH 2');
    for (;;) if ((await db.events.findSafeId()).safe === 1) break;
    await drawId(sql);
    for (;;) if ((await db.events.findSafeId()).safe === 2) break;
    await db.close();
  });
});

const daysAgo = (days: number): Date => new Date(Date.now() - days * 24 * 3600_000);

describe('deleting old events', () => {
  it('deletes the oldest, and leaves no gap behind', async () => {
    await using database = await createTestDatabase();
    const { sql } = database;
    const db = createDatabase(database.config, { composeTexts });
    await sql.query(
      `INSERT INTO events (org_id, type, subject, data, occurred_at)
      SELECT '1', 'compose.queued', md5(random()::text)::uuid, '{}', now() - make_interval(days => days)
      FROM unnest(ARRAY[9, 8, 1, 9, 0]) AS days`,
    );
    const ids = async (): Promise<number[]> => {
      const { rows } = await sql.query<{ id: number }>('SELECT id::int AS id FROM events ORDER BY id');
      return rows.map(({ id }) => id);
    };
    const horizon = () => db.events.findHorizon('1', { newest: 5, safe: 5 });
    const deleteOlder = (days: number, limit: number) => db.expired.deleteSome('events', daysAgo(days), limit);
    expect(await ids()).to.deep.equal([1, 2, 3, 4, 5]);
    // An old event behind one that is not old stays: clients that reconnect rely on a range without gaps.
    expect(await deleteOlder(7, 1)).to.equal(1);
    expect(await deleteOlder(7, 100)).to.equal(1);
    expect(await deleteOlder(7, 100)).to.equal(0);
    expect(await ids()).to.deep.equal([3, 4, 5]);
    expect(await horizon()).to.deep.equal({ forgotten_to: 2, newest_own: 5 });
    expect(await deleteOlder(0, 100)).to.equal(3);
    expect(await horizon()).to.deep.equal({ forgotten_to: 5, newest_own: null });
    await db.close();
  });

  it('does not hide an event that is not visible yet from a client that has seen none', async () => {
    await using database = await createTestDatabase();
    const db = createDatabase(database.config, { composeTexts });
    // Event 1 belongs to an open transaction, and event 2 is the first that is visible.
    await database.sql.query(
      `INSERT INTO events (id, org_id, type, subject, data) OVERRIDING SYSTEM VALUE
      VALUES (2, '1', 'compose.queued', md5(random()::text)::uuid, '{}')`,
    );
    expect(await db.events.findHorizon('1', { newest: 2, safe: 0 })).to.deep.equal({
      forgotten_to: 0,
      newest_own: null,
    });
    await db.close();
  });
});
