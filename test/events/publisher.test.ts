import { expect } from 'chai';
import { describe, it } from 'mocha';
import type { Client } from 'pg';
import { connectTo } from '../../scripts/support/databases.ts';
import { startBackground } from '../../src/background/index.ts';
import type { DatabaseConfig } from '../../src/config.ts';
import { createDatabase } from '../../src/db/index.ts';
import { startPublisher } from '../../src/events/publisher.ts';
import { createMetrics } from '../../src/metrics.ts';
import { createGiven } from '../support/given.ts';
import { startService } from '../support/service.ts';

const STATUSES = ['building', 'uploading', 'registering', 'success'];

/** Builds an image, from queued to finished, with every status in a statement of its own. */
const build = async (sql: Client): Promise<string> => {
  const id = await createGiven(sql).compose();
  for (const status of STATUSES) {
    await sql.query(
      `INSERT INTO compose_statuses AS known (job_id, status) VALUES ($1, $2)
      ON CONFLICT (job_id) DO UPDATE SET status = excluded.status,
        finished_at = CASE WHEN excluded.status = 'success' THEN now() END`,
      [id, status],
    );
  }
  return id;
};

const onConnections = async <T>(
  config: DatabaseConfig,
  count: number,
  work: (sql: Client) => Promise<T>,
): Promise<T[]> =>
  Promise.all(
    Array.from({ length: count }, async () => {
      const sql = await connectTo(config, config.database);
      try {
        return await work(sql);
      } finally {
        await sql.end();
      }
    }),
  );

const untilPublished = async (sql: Client): Promise<void> => {
  for (;;) {
    const { rowCount } = await sql.query('SELECT 1 FROM event_outbox LIMIT 1');
    if (!rowCount) return;
    await new Promise(setImmediate);
  }
};

describe('publishing events', () => {
  it('publishes every event once, those of a build in their order, however many write and publish at once', async () => {
    await using service = await startService();
    const { metrics } = service.ctx;
    const { database: config } = service.ctx.config;
    const dbs = Array.from({ length: 3 }, () => createDatabase({ ...config, poolSize: 1 }));
    const publishers = dbs.map((db) => startPublisher(db, service.ctx.log, metrics.events));
    // Somebody looks at what can be seen meanwhile: nothing may appear below what was there already.
    let isOver = false;
    let newest = 0;
    const late: number[] = [];
    const watching = onConnections(config, 1, async (sql) => {
      const seen = new Set<number>();
      while (!isOver) {
        const { rows } = await sql.query<{ id: number }>('SELECT id::int AS id FROM events');
        const fresh = rows.map(({ id }) => id).filter((id) => !seen.has(id));
        late.push(...fresh.filter((id) => id < newest));
        for (const id of fresh) seen.add(id);
        newest = Math.max(newest, ...fresh);
      }
    });
    const built = (
      await onConnections(config, 5, async (sql) => {
        const ids: string[] = [];
        for (let i = 0; i < 40; i += 1) ids.push(await build(sql));
        return ids;
      })
    ).flat();
    await untilPublished(service.sql);
    isOver = true;
    await watching;
    await Promise.all(publishers.map((publisher) => publisher.stop()));
    await Promise.all(dbs.map((db) => db.close()));

    expect(late).to.deep.equal([]);
    const { rows } = await service.sql.query<{ subject: string; told: string[] }>(
      `SELECT subject, array_agg(type || ' ' || (data ->> 'status') ORDER BY id) AS told FROM events GROUP BY subject`,
    );
    expect(rows.map(({ subject }) => subject)).to.have.members(built);
    for (const { told } of rows) {
      expect(told).to.deep.equal([
        ...['compose.queued pending', 'compose.status building', 'compose.status uploading'],
        ...['compose.status registering', 'compose.finished success'],
      ]);
    }
    expect((await metrics.events.published.get()).values[0]?.value).to.equal(built.length * 5);
  });

  it('goes on at once as long as there is more than it takes at a time', async () => {
    await using service = await startService();
    await service.sql.query(
      `INSERT INTO event_outbox (org_id, type, subject, data)
      SELECT '1', 'compose.queued', gen_random_uuid(), '{}' FROM generate_series(1, 1201)`,
    );
    const batches: number[] = [];
    const { db, log, metrics } = service.ctx;
    const publisher = startPublisher(
      {
        publishEvents: async (most) => {
          const published = await db.events.publish(most);
          batches.push(published);
          return published;
        },
      },
      log,
      metrics.events,
    );
    await untilPublished(service.sql);
    await publisher.stop();
    expect(batches.slice(0, 3)).to.deep.equal([500, 500, 201]);
  });

  it('says that it cannot once, and tries again until it is told to stop', async () => {
    await using service = await startService({ env: { LOG_LEVEL: 'warn' } });
    let asked = 0;
    const failing = Promise.withResolvers<undefined>();
    const publisher = startPublisher(
      {
        publishEvents: async () => {
          asked += 1;
          if (asked === 2) failing.resolve(undefined);
          throw new Error('no database');
        },
      },
      service.ctx.log,
      createMetrics({ processMetrics: false }).events,
    );
    await failing.promise;
    await publisher.stop();
    const stoppedAt = asked;
    await new Promise(setImmediate);
    expect(asked).to.equal(stoppedAt);
    expect(service.logs.map(({ msg }) => msg)).to.deep.equal([
      'events cannot be published at the moment: it is tried again',
    ]);
  });

  it('is done where the job queue is not: on PostgreSQL 12, say', async () => {
    await using service = await startService();
    await service.sql.query('DROP SCHEMA image_builder_jobs CASCADE');
    const background = startBackground(service.ctx);
    await service.given.compose();
    await untilPublished(service.sql);
    await background.stop();
    expect((await service.sql.query('SELECT type FROM events')).rows).to.deep.equal([{ type: 'compose.queued' }]);
  });

  it('leaves to others what somebody is publishing already', async () => {
    await using service = await startService();
    await service.given.compose();
    await service.sql.query('BEGIN');
    const { rows } = await service.sql.query<{ published: number }>('SELECT publish_events(500) AS published');
    expect(rows[0]?.published).to.equal(1);
    expect(await service.ctx.db.events.publish(500)).to.equal(0);
    await service.sql.query('ROLLBACK');
    expect(await service.ctx.db.events.publish(500)).to.equal(1);
  });
});

describe('forgetting events', () => {
  it('forgets the oldest, and leaves no gap behind', async () => {
    await using service = await startService();
    await service.sql.query(
      `INSERT INTO event_outbox (org_id, type, subject, data, occurred_at)
      SELECT '1', 'compose.queued', gen_random_uuid(), '{}', now() - make_interval(days => days)
      FROM unnest(ARRAY[9, 8, 1, 9, 0]) AS days`,
    );
    await service.ctx.db.events.publish(500);
    const numbers = async (): Promise<number[]> => {
      const { rows } = await service.sql.query<{ id: number }>('SELECT id::int AS id FROM events ORDER BY id');
      return rows.map(({ id }) => id);
    };
    const all = await numbers();
    // What is old behind something that is kept stays: a range without gaps is what those who come back rely on.
    expect(await service.ctx.db.events.deleteOld(7, 1)).to.equal(1);
    expect(await service.ctx.db.events.deleteOld(7, 100)).to.equal(1);
    expect(await service.ctx.db.events.deleteOld(7, 100)).to.equal(0);
    expect(await numbers()).to.deep.equal(all.slice(2));
    const { forgotten_to, newest, newest_own } = await service.ctx.db.events.findHorizon('1');
    expect([forgotten_to, newest, newest_own]).to.deep.equal([all[1], all[4], all[4]]);
    expect(await service.ctx.db.events.deleteOld(0, 100)).to.equal(3);
    expect(await service.ctx.db.events.findHorizon('1')).to.deep.equal({
      ...{ forgotten_to: all[4], newest: all[4], newest_own: null },
    });
    expect(await service.ctx.db.events.findNewestId()).to.equal(all[4]);
  });

  it('is a part of the background work', async () => {
    await using service = await startService({ env: { EVENT_RETENTION_DAYS: '2' } });
    await service.sql.query(
      `INSERT INTO events (org_id, type, subject, data, occurred_at)
      SELECT '1', 'compose.queued', gen_random_uuid(), '{}', now() - interval '49 hours' FROM generate_series(1, 10)`,
    );
    const background = startBackground(service.ctx);
    for (;;) {
      const { rowCount } = await service.sql.query('SELECT 1 FROM events LIMIT 1');
      if (!rowCount) break;
      await new Promise(setImmediate);
    }
    await background.stop();
  });
});
