import { randomUUID } from 'node:crypto';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import type { Client } from 'pg';
import { BATCH_ROWS, deleteExpired } from '../../src/db/queries/expired-rows.ts';
import { withMaintenanceConnection } from '../../src/db/maintenance.ts';
import { createLogger } from '../../src/observability/logger.ts';
import { runMaintenance } from '../../src/maintenance/run.ts';
import { readMaintenanceSettings } from '../../src/maintenance/settings.ts';
import { connectTo } from '../../scripts/support/databases.ts';
import { unusedPort } from '../upstream/loopback.ts';
import { captureLog } from '../support/logs.ts';
import { countSessions, createMaintainedDatabase, maintenanceWaits, variablesOf } from './support.ts';
import type { DatabaseConfig } from '../../src/config/index.ts';

const NOW = new Date('2026-11-24T12:00:00.000Z');
/** A moment before the cut-off of 24 months, and a moment after. */
const EXPIRED = '2024-11-24T11:59:59.999';
const KEPT = '2024-11-24T12:00:00.000';

/** Stores rows of `compose_statuses` alone. */
const storeStatuses = (sql: Client, ids: readonly string[], status: string | null) =>
  sql.query(
    `INSERT INTO compose_statuses (job_id, org_id, created_at, status) SELECT id, '1', now(), $2 FROM unnest($1::uuid[]) AS id`,
    [ids, status],
  );

const IN_EARNEST = { ENABLE_DB_MAINTENANCE: 'true', DRY_RUN: 'false' };
const DRY = { ENABLE_DB_MAINTENANCE: 'true' };

/** Runs maintenance as of `NOW`; gives what it logged. */
async function maintain(
  database: DatabaseConfig,
  env: Readonly<Record<string, string>>,
  signal: AbortSignal = new AbortController().signal,
) {
  const settings = readMaintenanceSettings({ ...variablesOf(database), ...env });
  const { lines, ...destination } = captureLog();
  await runMaintenance(settings, createLogger(settings.logger, destination), signal, NOW);
  return lines;
}

describe('maintenance', () => {
  it('does not connect where it is not enabled, and logs the name of the variable', async () => {
    const nowhere = { host: '127.0.0.1', port: await unusedPort(), user: 'x', password: 'x', database: 'x' };
    const lines = await maintain({ ...nowhere, sslMode: 'disable', poolSize: 1 }, { DRY_RUN: 'false' });
    expect(lines.map(({ msg }) => msg)).to.deep.equal([
      ...['maintenance begins', 'maintenance is not enabled: ENABLE_DB_MAINTENANCE'],
    ]);
  });

  it('logs that a dry run changes nothing, also where maintenance is not enabled', async () => {
    const nowhere = { host: '127.0.0.1', port: await unusedPort(), user: 'x', password: 'x', database: 'x' };
    const lines = await maintain({ ...nowhere, sslMode: 'disable', poolSize: 1 }, {});
    expect(lines.map(({ msg }) => msg)).to.include('dry run, no state will be changed');
  });

  it('counts expired rows and changes nothing in a dry run, which is the default', async () => {
    await using database = await createMaintainedDatabase();
    await database.builds(7, EXPIRED);
    await database.builds(5, KEPT);
    await database.sql.query(
      `INSERT INTO build_reservations (id, org_id, expires_at, state, compose, fingerprint)
      SELECT md5(n::text)::uuid, '1', now() - interval '25 hours', 'reserved', '{}', '' FROM generate_series(1, 3) AS n`,
    );
    const before = await database.sql.query('SELECT * FROM composes ORDER BY job_id');
    const lines = await maintain(database.config, DRY);
    expect(lines.find(({ msg }) => msg === 'dryrun')).to.include({
      ...{ expired_composes_count: 7, expired_reservations_count: 3 },
    });
    expect(lines.map(({ msg }) => msg)).to.include('dry run, no state will be changed');
    expect((await database.sql.query('SELECT * FROM composes ORDER BY job_id')).rows).to.deep.equal(before.rows);
    expect(await database.count('build_reservations')).to.equal(3);
    const { rows } = await database.sql.query(
      `SELECT 1 FROM pg_stat_user_tables WHERE vacuum_count > 0 OR analyze_count > 0`,
    );
    expect(rows).to.deep.equal([]);
  });

  it('deletes expired composes of all organizations, marked as deleted or not, and logs their number', async () => {
    await using database = await createMaintainedDatabase();
    await database.builds(21, EXPIRED);
    await database.builds(21, '2011-01-01T00:00:00');
    await database.builds(9, KEPT);
    const recent = await database.given.compose({ createdAt: NOW });
    const lines = await maintain(database.config, IN_EARNEST);
    const deleted = lines.filter((line) => 'deleted_composes' in line);
    expect(deleted.map(({ deleted_composes }) => deleted_composes)).to.deep.equal([42]);
    expect(lines.map(({ msg }) => msg)).not.to.include('dry run, no state will be changed');
    const { rows } = await database.sql.query<{ job_id: string; created_at: Date }>('SELECT job_id FROM composes');
    expect(rows).to.have.length(10);
    expect(rows.map(({ job_id }) => job_id)).to.include(recent);
    expect(lines.at(-1)).to.include({ msg: 'maintenance is complete' });
  });

  it('deletes the statuses of expired composes, and no other statuses', async () => {
    await using database = await createMaintainedDatabase();
    const [old, young] = [
      await database.given.compose({ createdAt: new Date('2015-01-01') }),
      await database.given.compose({ createdAt: NOW }),
    ];
    await storeStatuses(database.sql, [old, young], 'success');
    await database.sql.query(
      `INSERT INTO compose_sboms (job_id, name, position, pipeline_name, pipeline_purpose, sbom_type, document)
      SELECT job_id, 'os', 0, 'os', 'image', 'spdx', '{}' FROM compose_statuses`,
    );
    await maintain(database.config, IN_EARNEST);
    for (const table of ['compose_statuses', 'compose_sboms']) {
      const { rows } = await database.sql.query<{ job_id: string }>(`SELECT job_id FROM ${table}`);
      expect(rows, table).to.deep.equal([{ job_id: young }]);
    }
  });

  it('deletes the statuses of composes that another implementation has deleted, but not those of abandoned composes', async () => {
    await using database = await createMaintainedDatabase();
    const { sql } = database;
    const there = await database.given.compose({ createdAt: NOW });
    const orphans = Array.from({ length: BATCH_ROWS + 5 }, () => randomUUID());
    const abandoned = randomUUID();
    await storeStatuses(sql, [...orphans, there], 'success');
    await storeStatuses(sql, [abandoned], 'abandoned');
    const unknown = randomUUID();
    await storeStatuses(sql, [unknown], null);
    const lines = await maintain(database.config, IN_EARNEST);
    expect(lines.find((line) => 'deleted_statuses' in line)).to.include({ deleted_statuses: BATCH_ROWS + 6 });
    const { rows } = await sql.query<{ job_id: string }>('SELECT job_id FROM compose_statuses');
    expect(rows.map(({ job_id }) => job_id)).to.have.members([there, abandoned]);
  });

  it('deletes events that are older than their retention, and logs their number in a dry run', async () => {
    await using database = await createMaintainedDatabase();
    await database.sql.query(
      `INSERT INTO events (org_id, type, subject, data, occurred_at)
      SELECT '1', 'compose.queued', md5(n::text)::uuid, '{}', $1::timestamptz - interval '1 second' - make_interval(days => n / ${BATCH_ROWS})
      FROM generate_series(1, ${10 * BATCH_ROWS}) AS n ORDER BY n DESC`,
      [NOW.toISOString()],
    );
    const dry = await maintain(database.config, DRY);
    const expired = dry.find(({ msg }) => msg === 'dryrun')?.['expired_events_count'];
    expect(expired).to.be.within(2 * BATCH_ROWS, 3 * BATCH_ROWS + 1);
    expect(await database.count('events')).to.equal(10 * BATCH_ROWS);
    const lines = await maintain(database.config, IN_EARNEST);
    expect(lines.find(({ msg }) => msg === 'deleted old events')).to.include({ deleted_events: expired });
    await maintain(database.config, { ...IN_EARNEST, EVENT_RETENTION_DAYS: '3650' });
    expect(await database.count('events')).to.equal(10 * BATCH_ROWS - Number(expired));
    await maintain(database.config, { ...IN_EARNEST, EVENT_RETENTION_DAYS: '1' });
    expect(await database.count('events')).to.be.within(BATCH_ROWS - 1, BATCH_ROWS);
  });

  it('deletes no event after one that has not expired', async () => {
    await using database = await createMaintainedDatabase();
    await database.sql.query(
      `INSERT INTO events (org_id, type, subject, data, occurred_at)
      SELECT '1', 'compose.queued', md5(n::text)::uuid, '{}',
        CASE WHEN n = 4 THEN $1::timestamptz ELSE $1::timestamptz - interval '1 year' END
      FROM generate_series(1, 6) AS n ORDER BY n`,
      [NOW.toISOString()],
    );
    await maintain(database.config, IN_EARNEST);
    const { rows } = await database.sql.query<{ id: string }>('SELECT id FROM events ORDER BY id');
    expect(rows.map(({ id }) => Number(id))).to.deep.equal([4, 5, 6]);
  });

  it('deletes composes after the configured number of months', async () => {
    await using database = await createMaintainedDatabase();
    await database.builds(3, '2026-10-24T11:59:59');
    await database.builds(4, '2026-10-24T12:00:01');
    await maintain(database.config, { ...IN_EARNEST, DB_COMPOSES_RETENTION_MONTHS: '1' });
    expect(await database.count('composes')).to.equal(4);
  });

  it('deletes no blueprints and versions, however old they are', async () => {
    await using database = await createMaintainedDatabase();
    const blueprint = await database.given.blueprint({ createdAt: new Date('2015-01-01'), versions: [{}, {}] });
    await database.given.blueprint({ createdAt: new Date('2015-01-01'), deleted: true });
    const [blueprintVersionId = null] = blueprint.versionIds;
    await database.given.compose({ createdAt: new Date('2015-01-01'), blueprintVersionId });
    const tables = async () =>
      Promise.all(
        ['blueprints', 'blueprint_versions'].map(
          async (table) => (await database.sql.query(`SELECT * FROM ${table} ORDER BY id`)).rows as unknown[],
        ),
      );
    const before = await tables();
    await maintain(database.config, IN_EARNEST);
    expect(await database.count('composes')).to.equal(0);
    expect(await tables()).to.deep.equal(before);
  });

  it('deletes blueprints with their versions a configured time after clients have deleted them', async () => {
    await using database = await createMaintainedDatabase();
    const { given, sql } = database;
    const [old, young, alive] = [
      await given.blueprint({ deleted: true, versions: [{}, {}] }),
      await given.blueprint({ deleted: true }),
      await given.blueprint(),
    ];
    await sql.query(`UPDATE blueprints SET changed_at = '2026-08-24T11:59:59' WHERE id = ANY ($1)`, [
      [old.id, alive.id],
    ]);
    await sql.query(`UPDATE blueprints SET changed_at = '2026-08-24T12:00:01' WHERE id = $1`, [young.id]);
    const [blueprintVersionId = null] = old.versionIds;
    const compose = await given.compose({ createdAt: NOW, blueprintVersionId, deleted: true });
    const env = { DELETED_BLUEPRINTS_RETENTION_MONTHS: '3' };
    const dry = await maintain(database.config, { ...DRY, ...env });
    expect(dry.find(({ msg }) => msg === 'dryrun')).to.include({ expired_deleted_blueprints_count: 1 });
    const lines = await maintain(database.config, { ...IN_EARNEST, ...env });
    expect(lines.find((line) => 'deleted_blueprints' in line)).to.include({ deleted_blueprints: 1 });
    const { rows } = await sql.query<{ id: string }>('SELECT id FROM blueprints');
    expect(rows.map(({ id }) => id)).to.have.members([young.id, alive.id]);
    expect(await database.count('blueprint_versions')).to.equal(2);
    const { rows: composes } = await sql.query('SELECT job_id, blueprint_version_id FROM composes');
    expect(composes).to.deep.equal([{ job_id: compose, blueprint_version_id: null }]);
  });

  it('deletes entries of the audit log that are older than their retention, in batches, and logs their number', async () => {
    await using database = await createMaintainedDatabase();
    const entries = (count: number, occurredAt: string) =>
      database.sql.query(
        `INSERT INTO audit_log (id, org_id, occurred_at, operation, object_type, username, user_type, status, request_id)
        SELECT md5($2 || n)::uuid, n::text, $2::timestamptz, 'x', 'x', '', '', 200, '' FROM generate_series(1, $1) AS n`,
        [count, occurredAt],
      );
    await entries(2 * BATCH_ROWS + 5, '2026-08-24T11:59:59Z');
    await entries(3, '2026-08-24T12:00:01Z');
    const env = { AUDIT_RETENTION_MONTHS: '3' };
    const dry = await maintain(database.config, { ...DRY, ...env });
    expect(dry.find(({ msg }) => msg === 'dryrun')).to.include({ expired_audit_entries_count: 2 * BATCH_ROWS + 5 });
    expect(await database.count('audit_log')).to.equal(2 * BATCH_ROWS + 8);
    const lines = await maintain(database.config, { ...IN_EARNEST, ...env });
    expect(lines.find((line) => 'deleted_audit_entries' in line)).to.include({
      deleted_audit_entries: 2 * BATCH_ROWS + 5,
    });
    expect(await database.count('audit_log')).to.equal(3);
  });

  it('removes deliveries to webhooks that ended more than seven days ago', async () => {
    await using database = await createMaintainedDatabase();
    const webhook = await database.given.webhook();
    await database.sql.query(
      `INSERT INTO webhook_deliveries (id, webhook_id, org_id, event_type, data, occurred_at, status, ended_at)
      SELECT md5(n::text)::uuid, $1, '000000', 'compose.queued', '{}', now(),
        CASE WHEN n > 4 THEN 'pending' WHEN n > 2 THEN 'failed' ELSE 'delivered' END,
        CASE WHEN n <= 4 THEN now() - make_interval(days => CASE WHEN n % 2 = 0 THEN 6 ELSE 8 END) END
      FROM generate_series(1, 6) AS n`,
      [webhook],
    );
    const lines = await maintain(database.config, IN_EARNEST);
    expect(lines.find((line) => 'deleted_deliveries' in line)).to.include({ deleted_deliveries: 2 });
    expect(await database.count('webhook_deliveries')).to.equal(4);
  });

  it('removes reservations that expired more than a day ago', async () => {
    await using database = await createMaintainedDatabase();
    await database.sql.query(`
      INSERT INTO build_reservations (id, org_id, expires_at, state, compose, fingerprint)
      SELECT md5(org)::uuid, org, now() + age, 'reserved', '{}', '' FROM (
        VALUES ('1', interval '-25 hours'), ('2', '-30 days'), ('3', '-23 hours'), ('4', '1 hour')
      ) AS given (org, age)`);
    const lines = await maintain(database.config, IN_EARNEST);
    expect(lines.find((line) => 'deleted_reservations' in line)).to.include({ deleted_reservations: 2 });
    const { rows } = await database.sql.query<{ org_id: string }>('SELECT org_id FROM build_reservations ORDER BY 1');
    expect(rows.map(({ org_id }) => org_id)).to.deep.equal(['3', '4']);
  });

  it('removes old runs of schedules that run no more, except for the last one of each', async () => {
    await using database = await createMaintainedDatabase();
    const { id: blueprint } = await database.given.blueprint();
    await database.sql.query(
      `INSERT INTO blueprint_schedules (blueprint_id, org_id, cron, timezone, only_if_changed, enabled, caller)
      VALUES ($1, '000000', '0 0 * * *', 'UTC', false, false, '{}')`,
      [blueprint],
    );
    await database.sql.query(
      `INSERT INTO schedule_runs (id, blueprint_id, org_id, due_at, began_at, outcome, evaluated)
      SELECT md5(n::text)::uuid, $1, '000000', now() - days, now() - days, 'built', true
      FROM generate_series(1, 5) AS n, make_interval(days => 28 + n, hours => -1) AS days`,
      [blueprint],
    );
    const lines = await maintain(database.config, IN_EARNEST);
    expect(lines.find((line) => 'deleted_schedule_runs' in line)).to.include({ deleted_schedule_runs: 3 });
    await database.sql.query(`UPDATE schedule_runs SET began_at = began_at - interval '1 year'`);
    await maintain(database.config, IN_EARNEST);
    expect(await database.count('schedule_runs')).to.equal(1);
  });

  it('deletes the expired composes of each organization, however few it has, and leaves their other composes', async () => {
    await using database = await createMaintainedDatabase();
    await database.sql.query(
      `INSERT INTO composes (job_id, request, created_at, account_number, org_id)
      SELECT md5(org || ' ' || n)::uuid, '{}', CASE WHEN n = 1 THEN $1::timestamp ELSE $2::timestamp END, '', 'org ' || org
      FROM generate_series(1, ${BATCH_ROWS + 7}) AS org, generate_series(1, 2) AS n`,
      [EXPIRED, KEPT],
    );
    await maintain(database.config, IN_EARNEST);
    const { rows } = await database.sql.query(
      `SELECT count(*)::int AS composes, count(DISTINCT org_id)::int AS organizations, min(created_at)::text AS oldest FROM composes`,
    );
    const left = BATCH_ROWS + 7;
    expect(rows).to.deep.equal([{ composes: left, organizations: left, oldest: KEPT.replace('T', ' ').slice(0, 19) }]);
  });

  it('works on a database that has the shared schema only', async () => {
    await using database = await createMaintainedDatabase();
    await database.sql.query(
      'DROP TABLE build_reservations, webhook_deliveries, events, audit_log, compose_statuses CASCADE',
    );
    await database.builds(2, EXPIRED);
    const dry = await maintain(database.config, DRY);
    expect(dry.find(({ msg }) => msg === 'dryrun')).to.include({
      ...{ expired_composes_count: 2, expired_reservations_count: 0 },
    });
    await maintain(database.config, IN_EARNEST);
    expect(await database.count('composes')).to.equal(0);
  });

  it('logs the statistics of every table before and after', async () => {
    await using database = await createMaintainedDatabase();
    await database.builds(5, EXPIRED);
    const lines = await maintain(database.config, IN_EARNEST);
    const ofComposes = (run: typeof lines) => run.filter((line) => line['table_name'] === 'composes');
    const statistics = ofComposes(lines);
    expect(statistics).to.have.length(2);
    expect(lines.filter((line) => line['table_name'] === 'blueprints')).to.have.length(2);
    const before = statistics[0];
    // Servers before 15 report statistics late: a dry run logs them again.
    let after = statistics[1];
    while (!after?.['last_vacuum']) after = ofComposes(await maintain(database.config, DRY))[0];
    expect(before).to.include.all.keys([
      ...['table_size', 'tuples_inserted', 'tuples_updated', 'tuples_deleted', 'tuples_live', 'tuples_dead'],
      ...['vacuum_count', 'autovacuum_count', 'analyze_count', 'autoanalyze_count'],
    ]);
    expect(before).not.to.include.any.keys('last_vacuum', 'last_analyze');
    expect(before!['vacuum_count']).to.equal(0);
    expect(after).to.include.all.keys('last_vacuum', 'last_analyze');
    expect(after['vacuum_count']).to.equal(1);
    expect(after['table_size']).to.match(/^\d+ (?:bytes|kB|MB)$/);
  });

  it('continues without statistics that it is not allowed to read', async () => {
    await using database = await createMaintainedDatabase();
    await database.builds(2, EXPIRED);
    const user = `maintainer_${database.config.database}`;
    await database.sql.query(`CREATE ROLE ${user} LOGIN PASSWORD 'x'`);
    await database.sql.query(`GRANT ALL ON ALL TABLES IN SCHEMA public TO ${user}`);
    await database.sql.query('REVOKE SELECT ON pg_stat_user_tables FROM PUBLIC');
    try {
      const lines = await maintain({ ...database.config, user, password: 'x' }, IN_EARNEST);
      expect(lines.filter(({ level }) => level === 'error')).to.have.length(2);
      expect(await database.count('composes')).to.equal(0);
    } finally {
      await database.sql.query(`DROP OWNED BY ${user}; DROP ROLE ${user}`);
    }
  });

  it('fails where it is not allowed to delete', async () => {
    await using database = await createMaintainedDatabase();
    await database.builds(2, EXPIRED);
    await database.sql.query(
      `CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'not allowed here'; END $$;
      CREATE TRIGGER refuse BEFORE DELETE ON composes FOR EACH ROW EXECUTE FUNCTION refuse()`,
    );
    const error = await maintain(database.config, IN_EARNEST).catch((reason: unknown) => reason);
    expect(error).to.be.an('error').with.property('message', 'not allowed here');
    expect(await countSessions(database.sql)).to.equal(0);
  });

  it('logs a count of 0 in a dry run where counting fails, and warns', async () => {
    await using database = await createMaintainedDatabase();
    await database.sql.query('ALTER TABLE composes RENAME TO moved');
    const lines = await maintain(database.config, DRY);
    expect(lines.find(({ msg }) => msg === 'dryrun')).to.include({ expired_composes_count: 0 });
    expect(lines.filter(({ level }) => level === 'warn')).to.have.length(1);
  });
});

describe('deleteExpired', () => {
  const cutOff = new Date(`${KEPT}Z`);
  const never = new AbortController().signal;

  /** Deletes expired composes on a connection of the maintenance program. */
  const deleteComposes = (
    config: DatabaseConfig,
    onBatch: (deleted: number) => void = () => {},
    signal: AbortSignal = never,
  ): Promise<number> =>
    withMaintenanceConnection(config, signal, (db) => deleteExpired(db, 'composes', cutOff, signal, onBatch));

  it('deletes a bounded number of rows in each statement', async () => {
    await using database = await createMaintainedDatabase();
    await database.builds(2 * BATCH_ROWS + 345, EXPIRED);
    await database.builds(100, KEPT);
    const batches: number[] = [];
    expect(await deleteComposes(database.config, (rows) => void batches.push(rows))).to.equal(2 * BATCH_ROWS + 345);
    expect(batches).to.deep.equal([BATCH_ROWS, BATCH_ROWS, 345]);
    expect(await database.count('composes')).to.equal(100);
    expect(await deleteComposes(database.config)).to.equal(0);
  });

  it('commits each statement by itself', async () => {
    await using database = await createMaintainedDatabase();
    await database.builds(BATCH_ROWS + 1, EXPIRED);
    const stopped = new AbortController();
    const stop = () => stopped.abort(new Error('enough'));
    const error = await deleteComposes(database.config, stop, stopped.signal).catch((reason: unknown) => reason);
    expect(error).to.be.an('error').with.property('message', 'enough');
    expect(await database.count('composes')).to.equal(1);
  });

  it('neither waits for locked composes nor deletes them', async () => {
    await using database = await createMaintainedDatabase();
    await database.builds(10, EXPIRED);
    const other = await connectTo(database.config, database.config.database);
    try {
      await other.query('BEGIN');
      await other.query('SELECT job_id FROM composes ORDER BY job_id LIMIT 4 FOR UPDATE');
      expect(await deleteComposes(database.config)).to.equal(6);
      await other.query('COMMIT');
      expect(await deleteComposes(database.config)).to.equal(4);
    } finally {
      await other.end();
    }
  });

  it('does not block transactions that store composes', async () => {
    await using database = await createMaintainedDatabase();
    await database.builds(20 * BATCH_ROWS, EXPIRED);
    const other = await connectTo(database.config, database.config.database);
    try {
      // An insert that had to wait for the deletion would fail.
      await other.query("SET lock_timeout = '1s'");
      const inserts: Promise<unknown>[] = [];
      const deleted = await deleteComposes(database.config, () => {
        inserts.push(
          other.query(
            `INSERT INTO composes (job_id, request, created_at, account_number, org_id)
            VALUES ($1, '{}', now(), '500000', '000000')`,
            [randomUUID()],
          ),
        );
      });
      await Promise.all(inserts);
      expect(deleted).to.equal(20 * BATCH_ROWS);
      expect(await database.count('composes')).to.equal(20);
    } finally {
      await other.end();
    }
  });

  it('stops at once when its signal is aborted, also while a statement runs', async () => {
    await using database = await createMaintainedDatabase();
    await database.builds(10, EXPIRED);
    const other = await connectTo(database.config, database.config.database);
    try {
      await other.query('BEGIN; LOCK TABLE composes IN ACCESS EXCLUSIVE MODE');
      const stopped = new AbortController();
      const run = maintain(database.config, IN_EARNEST, stopped.signal).catch((reason: unknown) => reason);
      await maintenanceWaits(database.sql);
      stopped.abort(new Error('the run was ended'));
      expect(await run)
        .to.be.an('error')
        .with.property('message', 'the run was ended');
      await other.query('COMMIT');
      expect(await database.count('composes')).to.equal(10);
      expect(await countSessions(database.sql)).to.equal(0);
    } finally {
      await other.end();
    }
  });
});
