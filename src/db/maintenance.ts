// Queries of the maintenance program. It has one connection of its own and no pool: VACUUM and the settings of a session need one, and
// the limits of a pool must not end a statement here.
import { Client, type QueryResultRow } from 'pg';
import type { DatabaseConfig } from '../config/index.ts';
import { tlsOptions } from './database.ts';

/** Milliseconds that connecting may take. */
const CONNECT_TIMEOUT = 10_000;

/** Rows that one statement deletes: other transactions wait for milliseconds at most. */
export const BATCH_ROWS = 1_000;

/** The server's statistics of a table; times only where there was such a run. */
export type TableStatistics = Readonly<Record<string, string | number>>;

/** Rows that expire. */
interface Expiring {
  readonly table: string;
  /** Counts them; of some kinds no number is known without a walk. */
  readonly count: string | null;
  /** Deletes a batch of them and returns `deleted`. A walk returns its last key as well, NULL at its end. */
  readonly delete: string;
  /** Whether $1 is a time. A walk has its last key as the next parameter. */
  readonly hasTime: boolean;
  readonly isWalk: boolean;
}

const OLD_RESERVATIONS = `FROM build_reservations WHERE expires_at < now() - interval '1 day'`;
const OLD_DELIVERIES = `FROM webhook_deliveries WHERE status <> 'pending' AND ended_at < now() - interval '7 days'`;

const deleteIds = (table: string, condition: string): string => `
  WITH gone AS (
    DELETE FROM ${table} WHERE id IN (SELECT id ${condition} LIMIT ${BATCH_ROWS} FOR UPDATE SKIP LOCKED) RETURNING id
  )
  SELECT count(*)::int AS deleted FROM gone`;

const EXPIRING = {
  /** Composes before a time, marked as deleted or not. Locked rows are left. */
  composes: {
    ...{ table: 'composes', hasTime: true, isWalk: true },
    count: 'SELECT count(*)::float8 AS total FROM composes WHERE created_at < $1::timestamp',
    delete: `
      WITH expired AS (
        SELECT job_id FROM composes
        WHERE created_at < $1::timestamp AND ($2::uuid IS NULL OR job_id > $2::uuid)
        ORDER BY job_id
        LIMIT ${BATCH_ROWS}
        FOR UPDATE SKIP LOCKED
      ), gone AS (
        DELETE FROM composes USING expired WHERE composes.job_id = expired.job_id
      )
      SELECT count(*)::int AS deleted, max(job_id::text COLLATE "C") AS last FROM expired`,
  },
  /** Statuses of composes that are gone, whichever implementation has deleted them. An abandoned compose has a status and no compose. */
  statuses: {
    ...{ table: 'compose_statuses', hasTime: false, isWalk: true, count: null },
    delete: `
      WITH walked AS (
        SELECT job_id, status FROM compose_statuses
        WHERE $1::uuid IS NULL OR job_id > $1::uuid
        ORDER BY job_id
        LIMIT ${BATCH_ROWS}
      ), gone AS (
        DELETE FROM compose_statuses AS statuses USING walked
        WHERE statuses.job_id = walked.job_id AND walked.status IS DISTINCT FROM 'abandoned'
          AND NOT EXISTS (SELECT FROM composes WHERE composes.job_id = walked.job_id)
        RETURNING statuses.job_id
      )
      SELECT (SELECT count(*) FROM gone)::int AS deleted, max(job_id::text COLLATE "C") AS last FROM walked`,
  },
  /** Reservations of processes that died. */
  reservations: {
    ...{ table: 'build_reservations', hasTime: false, isWalk: false },
    count: `SELECT count(*)::float8 AS total ${OLD_RESERVATIONS}`,
    delete: deleteIds('build_reservations', OLD_RESERVATIONS),
  },
  /** Entries of the audit log before a time. The log refuses any other way of deleting. */
  auditEntries: {
    ...{ table: 'audit_log', hasTime: true, isWalk: false },
    count: 'SELECT count(*)::float8 AS total FROM audit_log WHERE occurred_at < $1',
    delete: `SELECT delete_audit_entries($1, ${BATCH_ROWS}) AS deleted`,
  },
  /** Events before a time, in the order of their ids: readers learn by the first id that is there which ones are gone. */
  events: {
    ...{ table: 'events', hasTime: true, isWalk: false },
    count: 'SELECT count(*)::float8 AS total FROM events WHERE occurred_at < $1',
    delete: `
      WITH oldest AS (
        SELECT id, occurred_at FROM events ORDER BY id LIMIT ${BATCH_ROWS}
      ), gone AS (
        DELETE FROM events WHERE id IN (
          SELECT id FROM oldest
          WHERE occurred_at < $1 AND NOT EXISTS (SELECT FROM oldest AS young WHERE young.id < oldest.id AND young.occurred_at >= $1)
        )
        RETURNING id
      )
      SELECT count(*)::int AS deleted FROM gone`,
  },
  /** Deliveries to webhooks that ended. */
  deliveries: {
    ...{ table: 'webhook_deliveries', hasTime: false, isWalk: false },
    count: `SELECT count(*)::float8 AS total ${OLD_DELIVERIES}`,
    delete: deleteIds('webhook_deliveries', OLD_DELIVERIES),
  },
} as const satisfies Readonly<Record<string, Expiring>>;

export type ExpiringRows = keyof typeof EXPIRING;

export interface MaintenanceDatabase extends AsyncDisposable {
  readonly listTableStatistics: () => Promise<readonly TableStatistics[]>;
  /** Counts rows of all organizations that have expired; 0 where their table is not there. @param before for rows that expire by age */
  readonly count: (rows: ExpiringRows, before: Date | null) => Promise<number>;
  /** Deletes them. @param onBatch receives the number of rows that each statement deleted */
  readonly delete: (rows: ExpiringRows, before: Date | null, onBatch?: (rows: number) => void) => Promise<number>;
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

const toStatistics = (row: QueryResultRow): TableStatistics => {
  const known = Object.entries(row as Record<string, string | number | Date | null>).filter(
    ([, value]) => value !== null,
  );
  return Object.fromEntries(
    known.map(([name, value]) => [name, value instanceof Date ? value.toISOString() : (value as string | number)]),
  );
};

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

/** Ends the statement that runs on a connection, which only a second connection can do. */
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
 * @param signal ends the statement that runs; everything rejects from then on
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
  const query = async <Row extends QueryResultRow>(sql: string, values: readonly unknown[] = []): Promise<Row[]> => {
    signal.throwIfAborted();
    try {
      return (await client.query<Row>(sql, [...values])).rows;
    } catch (error) {
      // The reason of the cancellation says more than the server's error.
      signal.throwIfAborted();
      throw error;
    }
  };
  const one = async <Row extends QueryResultRow>(sql: string, values?: readonly unknown[]): Promise<Row> =>
    (await query<Row>(sql, values))[0] as Row;

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

  /** A database that only another implementation has migrated has composes and none of our tables. */
  const hasTable = async (table: string): Promise<boolean> =>
    table === EXPIRING.composes.table ||
    (await one<{ found: boolean }>('SELECT to_regclass($1) IS NOT NULL AS found', [table])).found;
  /** The session runs in UTC, and so do times without a zone. */
  const timeOf = ({ hasTime }: Expiring, before: Date | null): readonly unknown[] =>
    hasTime ? [before?.toISOString()] : [];

  const owned = stack.move();
  return {
    listTableStatistics: async () => (await query(STATISTICS)).map(toStatistics),
    count: async (rows, before) => {
      const expiring: Expiring = EXPIRING[rows];
      if (expiring.count === null || !(await hasTable(expiring.table))) return 0;
      return (await one<{ total: number }>(expiring.count, timeOf(expiring, before))).total;
    },
    delete: async (rows, before, onBatch = () => {}) => {
      const expiring: Expiring = EXPIRING[rows];
      if (!(await hasTable(expiring.table))) return 0;
      let [total, last]: [number, string | null] = [0, null];
      for (;;) {
        const values: unknown[] = [...timeOf(expiring, before), ...(expiring.isWalk ? [last] : [])];
        const batch: { deleted: number; last?: string | null } = await one(expiring.delete, values);
        if (batch.deleted > 0) onBatch(batch.deleted);
        total += batch.deleted;
        last = batch.last ?? null;
        if (expiring.isWalk ? last === null : batch.deleted < BATCH_ROWS) return total;
      }
    },
    vacuum: async () => {
      await query('VACUUM ANALYZE');
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
};
