// What only the maintenance program asks of the database. It has one connection of its own and no pool: VACUUM and the settings of
// a session need one, and nothing here may be cut off by a pool's limits.
import { Client, type QueryResultRow } from 'pg';
import type { DatabaseConfig } from '../config.ts';
import { tlsOptions } from './database.ts';

/** Milliseconds that connecting may take. */
const CONNECT_TIMEOUT = 10_000;

/** Rows that one statement deletes: what others may have to wait for is over in milliseconds. */
export const BATCH_ROWS = 1_000;

/** What the database's statistics say of a table; times only where there was such a run. */
export interface TableStatistics {
  readonly table_name: string;
  readonly table_size: string;
  readonly tuples_inserted: number;
  readonly tuples_updated: number;
  readonly tuples_deleted: number;
  readonly tuples_live: number;
  readonly tuples_dead: number;
  readonly vacuum_count: number;
  readonly autovacuum_count: number;
  readonly analyze_count: number;
  readonly autoanalyze_count: number;
  readonly last_vacuum?: string;
  readonly last_autovacuum?: string;
  readonly last_analyze?: string;
  readonly last_autoanalyze?: string;
}

export interface MaintenanceDatabase extends AsyncDisposable {
  readonly listTableStatistics: () => Promise<readonly TableStatistics[]>;
  /** Builds of all organizations made before that time, marked as deleted or not. */
  readonly countComposesBefore: (time: Date) => Promise<number>;
  /**
   * Deletes the builds that were made before that time, those of all organizations. Rows that somebody works with are left.
   * @param onBatch told how many rows each statement deleted
   */
  readonly deleteComposesBefore: (time: Date, onBatch: (rows: number) => void) => Promise<number>;
  /** Reservations of builds that expired more than a day ago: their processes died. */
  readonly countExpiredReservations: () => Promise<number>;
  readonly deleteExpiredReservations: () => Promise<number>;
  /** Entries of the audit log from before that time, those of all organizations. */
  readonly countAuditEntriesBefore: (time: Date) => Promise<number>;
  readonly deleteAuditEntriesBefore: (time: Date) => Promise<number>;
  /** Events that are older than so many days. */
  readonly countEventsOlderThan: (days: number) => Promise<number>;
  /** Deletes them, the oldest first. */
  readonly deleteEventsOlderThan: (days: number) => Promise<number>;
  /** Messages to webhooks that ended longer ago than it is known what became of them. */
  readonly deleteEndedDeliveries: () => Promise<number>;
  readonly vacuum: () => Promise<void>;
}

/** Counts as doubles: 64-bit integers would arrive as texts. */
const STATISTICS = `
  SELECT
    relname AS table_name,
    pg_size_pretty(pg_total_relation_size(relid)) AS table_size,
    n_tup_ins::float8 AS tuples_inserted,
    n_tup_upd::float8 AS tuples_updated,
    n_tup_del::float8 AS tuples_deleted,
    n_live_tup::float8 AS tuples_live,
    n_dead_tup::float8 AS tuples_dead,
    vacuum_count::float8, autovacuum_count::float8, analyze_count::float8, autoanalyze_count::float8,
    last_vacuum, last_autovacuum, last_analyze, last_autoanalyze
  FROM pg_stat_user_tables
  ORDER BY relname`;

/**
 * The next builds in the order of their ids, deleted. Walking along the primary key looks at every row once; without the last id
 * each statement would begin with the rows that those before it deleted.
 */
const DELETE_COMPOSES = `
  WITH expired AS (
    SELECT job_id FROM composes
    WHERE created_at < $1::timestamp AND ($2::uuid IS NULL OR job_id > $2::uuid)
    ORDER BY job_id
    LIMIT ${BATCH_ROWS}
    FOR UPDATE SKIP LOCKED
  ), gone AS (
    DELETE FROM composes USING expired WHERE composes.job_id = expired.job_id
    RETURNING composes.job_id
  )
  SELECT count(*)::int AS deleted, max(job_id::text COLLATE "C") AS last FROM gone`;

/** A database that nobody but another implementation of the service migrated has no reservations. */
const HAS_RESERVATIONS = `SELECT to_regclass('build_reservations') IS NOT NULL AS there`;

const EXPIRED_RESERVATIONS = `FROM build_reservations WHERE expires_at < now() - interval '1 day'`;

const DELETE_RESERVATIONS = `
  DELETE FROM build_reservations WHERE id IN (
    SELECT id ${EXPIRED_RESERVATIONS} LIMIT ${BATCH_ROWS} FOR UPDATE SKIP LOCKED
  )`;

/** A database that was not migrated to the end has no audit log either. */
const HAS_AUDIT_LOG = `SELECT to_regclass('audit_log') IS NOT NULL AS there`;

const COUNT_AUDIT_ENTRIES = 'SELECT count(*)::float8 AS total FROM audit_log WHERE occurred_at < $1';

/** The log refuses any other way of deleting from it. */
const DELETE_AUDIT_ENTRIES = `SELECT forget_audit_entries($1, ${BATCH_ROWS}) AS deleted`;
/** Nor has it events. */
const HAS_EVENTS = `SELECT to_regclass('event_horizon') IS NOT NULL AS there`;
const HAS_DELIVERIES = `SELECT to_regclass('webhook_deliveries') IS NOT NULL AS there`;

const DELETE_DELIVERIES = `
  DELETE FROM webhook_deliveries WHERE id IN (
    SELECT id FROM webhook_deliveries WHERE status <> 'pending' AND ended_at < now() - interval '7 days'
    LIMIT ${BATCH_ROWS} FOR UPDATE SKIP LOCKED
  )`;

/** The table holds local times of sessions that run in UTC. */
const stamp = (time: Date): string => time.toISOString().slice(0, -1);

const toStatistics = (row: QueryResultRow): TableStatistics =>
  Object.fromEntries(
    Object.entries(row)
      .filter(([, value]) => value !== null)
      .map(([name, value]) => [name, value instanceof Date ? value.toISOString() : (value as unknown)]),
  ) as unknown as TableStatistics;

const createClient = async (config: DatabaseConfig): Promise<Client> => {
  const { host, port, database, user, password } = config;
  const client = new Client({
    ...{ host, port, database, user, password, ssl: await tlsOptions(config) },
    ...{ application_name: 'image-builder-maintenance', options: '-c TimeZone=UTC -c statement_timeout=0' },
    connectionTimeoutMillis: CONNECT_TIMEOUT,
  });
  // A connection that is lost between two statements makes the next one fail; without a listener it would end the process.
  client.on('error', () => {});
  return client;
};

/** Ends the statement that a connection is at, which nothing but a second connection can do. */
const cancelStatement = async (config: DatabaseConfig, pid: number): Promise<void> => {
  const client = await createClient(config);
  await client.connect();
  try {
    await client.query('SELECT pg_cancel_backend($1)', [pid]);
  } finally {
    await client.end();
  }
};

/**
 * Connects to the database that is to be maintained. Dispose of it to end the connection.
 * @param signal ends what runs; everything rejects from then on
 */
export const connectForMaintenance = async (
  config: DatabaseConfig,
  signal: AbortSignal,
): Promise<MaintenanceDatabase> => {
  await using stack = new AsyncDisposableStack();
  signal.throwIfAborted();
  const client = await createClient(config);
  stack.defer(() => client.end());
  await client.connect();
  const query = async <Row extends QueryResultRow>(sql: string, values: readonly unknown[] = []) => {
    signal.throwIfAborted();
    try {
      return await client.query<Row>(sql, [...values]);
    } catch (error) {
      // Why it was cancelled says more than that it was.
      signal.throwIfAborted();
      throw error;
    }
  };
  const one = async <Row extends QueryResultRow>(sql: string, values?: readonly unknown[]): Promise<Row> => {
    const { rows } = await query<Row>(sql, values);
    return rows[0] as Row;
  };

  const { pid } = await one<{ pid: number }>('SELECT pg_backend_pid() AS pid');
  let cancelling: Promise<void> | undefined;
  const cancel = (): void => {
    // Where that fails, the statement still ends: with the process, once it has written.
    cancelling = cancelStatement(config, pid).catch(() => {});
  };
  signal.addEventListener('abort', cancel, { once: true });
  stack.defer(async () => {
    signal.removeEventListener('abort', cancel);
    await cancelling;
  });

  const hasReservations = async (): Promise<boolean> => (await one<{ there: boolean }>(HAS_RESERVATIONS)).there;

  const hasAuditLog = async (): Promise<boolean> => (await one<{ there: boolean }>(HAS_AUDIT_LOG)).there;
  const hasEvents = async (): Promise<boolean> => (await one<{ there: boolean }>(HAS_EVENTS)).there;

  const owned = stack.move();
  return {
    listTableStatistics: async () => (await query(STATISTICS)).rows.map(toStatistics),
    countComposesBefore: async (time) => {
      const sql = 'SELECT count(*)::float8 AS total FROM composes WHERE created_at < $1::timestamp';
      return (await one<{ total: number }>(sql, [stamp(time)])).total;
    },
    deleteComposesBefore: async (time, onBatch) => {
      let [total, last]: [number, string | null] = [0, null];
      for (;;) {
        const batch: { deleted: number; last: string | null } = await one(DELETE_COMPOSES, [stamp(time), last]);
        if (batch.deleted === 0) return total;
        onBatch(batch.deleted);
        total += batch.deleted;
        last = batch.last;
      }
    },
    countExpiredReservations: async () => {
      if (!(await hasReservations())) return 0;
      return (await one<{ total: number }>(`SELECT count(*)::float8 AS total ${EXPIRED_RESERVATIONS}`)).total;
    },
    deleteExpiredReservations: async () => {
      if (!(await hasReservations())) return 0;
      for (let total = 0; ;) {
        const { rowCount } = await query(DELETE_RESERVATIONS);
        if (!rowCount) return total;
        total += rowCount;
      }
    },
    countAuditEntriesBefore: async (time) => {
      if (!(await hasAuditLog())) return 0;
      return (await one<{ total: number }>(COUNT_AUDIT_ENTRIES, [time.toISOString()])).total;
    },
    deleteAuditEntriesBefore: async (time) => {
      if (!(await hasAuditLog())) return 0;
      for (let total = 0; ;) {
        const { deleted } = await one<{ deleted: number }>(DELETE_AUDIT_ENTRIES, [time.toISOString()]);
        total += deleted;
        if (deleted < BATCH_ROWS) return total;
      }
    },
    countEventsOlderThan: async (days) => {
      if (!(await hasEvents())) return 0;
      const sql = 'SELECT count(*)::float8 AS total FROM events WHERE occurred_at < now() - make_interval(days => $1)';
      return (await one<{ total: number }>(sql, [days])).total;
    },
    deleteEventsOlderThan: async (days) => {
      if (!(await hasEvents())) return 0;
      const sql = 'SELECT forget_events(make_interval(days => $1), $2) AS deleted';
      for (let total = 0; ;) {
        const { deleted } = await one<{ deleted: number }>(sql, [days, BATCH_ROWS]);
        if (deleted === 0) return total;
        total += deleted;
      }
    },
    deleteEndedDeliveries: async () => {
      if (!(await one<{ there: boolean }>(HAS_DELIVERIES)).there) return 0;
      for (let total = 0; ;) {
        const { rowCount } = await query(DELETE_DELIVERIES);
        if (!rowCount) return total;
        total += rowCount;
      }
    },
    vacuum: async () => {
      await query('VACUUM ANALYZE');
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
};
