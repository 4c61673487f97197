// What expires, and how it is deleted: in batches, so that other transactions wait for milliseconds at most.
import { sql, type DatabasePoolConnection, type FragmentSqlToken } from 'slonik';
import { z } from 'zod';
import type { DatabaseConfig } from '../config.ts';
import { openPool, type CommonQueryMethods } from './database.ts';
import { deleteOldEvents } from './events.ts';
import { noColumns } from './row.ts';
import { timestamp } from './timestamp.ts';

/** Rows that one statement of the maintenance program deletes. */
export const BATCH_ROWS = 1_000;

interface Expiring {
  readonly table: FragmentSqlToken;
  readonly key: FragmentSqlToken;
  /** Which rows have expired. */
  readonly where: (before: Date) => FragmentSqlToken;
}

/** Rows that expire. Those of the first three kinds expire at a time that the operator sets, the others by themselves. */
const EXPIRING = {
  /** Composes, marked as deleted or not. */
  composes: {
    ...{ table: sql.fragment`composes`, key: sql.fragment`job_id` },
    where: (before) => sql.fragment`created_at < ${timestamp(before)}`,
  },
  /** Entries of the audit log, which refuses any other way of deleting than its function. */
  auditEntries: {
    ...{ table: sql.fragment`audit_log`, key: sql.fragment`id` },
    where: (before) => sql.fragment`occurred_at < ${timestamp(before)}`,
  },
  events: {
    ...{ table: sql.fragment`events`, key: sql.fragment`id` },
    where: (before) => sql.fragment`occurred_at < ${timestamp(before)}`,
  },
  /** Statuses of composes that some implementation has deleted. An abandoned compose has a status and no compose. */
  statuses: {
    ...{ table: sql.fragment`compose_statuses`, key: sql.fragment`job_id` },
    where: () => sql.fragment`
      status IS DISTINCT FROM 'abandoned' AND NOT EXISTS (SELECT FROM composes WHERE composes.job_id = compose_statuses.job_id)`,
  },
  /** Reservations of processes that died. */
  reservations: {
    ...{ table: sql.fragment`build_reservations`, key: sql.fragment`id` },
    where: () => sql.fragment`expires_at < now() - interval '1 day'`,
  },
  /** Deliveries to webhooks that ended. */
  deliveries: {
    ...{ table: sql.fragment`webhook_deliveries`, key: sql.fragment`id` },
    where: () => sql.fragment`status <> 'pending' AND ended_at < now() - interval '7 days'`,
  },
} as const satisfies Readonly<Record<string, Expiring>>;

export type ExpiringRows = keyof typeof EXPIRING;

const count = z.strictObject({ total: z.int() });
const deletedBatch = z.strictObject({ deleted: z.int(), last: z.string().nullable() });
type DeletedBatch = z.infer<typeof deletedBatch>;

/** The first id that a walk along a key considers. */
const FIRST = '00000000-0000-0000-0000-000000000000';

/** Deletes a batch of expired rows from an id on. Rows that are locked are left. @returns how many, and the last of their ids */
function deleteBatch(
  db: CommonQueryMethods,
  rows: ExpiringRows,
  before: Date,
  from: string,
  limit: number,
): Promise<DeletedBatch> {
  if (rows === 'auditEntries') {
    return db.one(sql.type(deletedBatch)`
      SELECT delete_audit_entries(${timestamp(before)}, ${limit}) AS deleted, NULL AS last`);
  }
  if (rows === 'events') return deleteOldEvents(db, before, limit).then((deleted) => ({ deleted, last: null }));
  const { table, key, where } = EXPIRING[rows];
  return db.one(sql.type(deletedBatch)`
    WITH expired AS (
      SELECT ${key} AS id FROM ${table} WHERE ${where(before)} AND ${key} >= ${from}::uuid
      ORDER BY ${key} LIMIT ${limit}
      FOR UPDATE SKIP LOCKED
    ), gone AS (
      DELETE FROM ${table} USING expired WHERE ${table}.${key} = expired.id
    )
    SELECT count(*)::int AS deleted, max(id::text COLLATE "C") AS last FROM expired`);
}

/** Deletes deliveries that ended long ago, at most that many. @returns how many */
export async function deleteEndedDeliveries(db: CommonQueryMethods, limit: number): Promise<number> {
  return (await deleteBatch(db, 'deliveries', new Date(), FIRST, limit)).deleted;
}

/** Whether the table is there: a database that only another implementation has migrated has composes and none of our tables. */
async function hasRows(db: CommonQueryMethods, rows: ExpiringRows): Promise<boolean> {
  if (rows === 'composes') return true;
  return db.exists(sql.type(noColumns)`SELECT WHERE to_regclass('compose_statuses') IS NOT NULL`);
}

/** Counts rows of all organizations that have expired; 0 where their table is not there. */
export async function countExpired(db: CommonQueryMethods, rows: ExpiringRows, before: Date): Promise<number> {
  if (!(await hasRows(db, rows))) return 0;
  const { table, where } = EXPIRING[rows];
  return (await db.one(sql.type(count)`SELECT count(*) AS total FROM ${table} WHERE ${where(before)}`)).total;
}

/**
 * Deletes rows of all organizations that have expired, a batch after the other.
 * @param signal no batch begins once it is aborted: then this rejects with its reason
 * @param onBatch receives the number of rows of each batch
 * @returns how many were deleted
 */
export async function deleteExpired(
  db: CommonQueryMethods,
  rows: ExpiringRows,
  before: Date,
  signal: AbortSignal,
  onBatch: (deleted: number) => void = () => {},
): Promise<number> {
  if (!(await hasRows(db, rows))) return 0;
  let total = 0;
  let batch: DeletedBatch = { deleted: 0, last: null };
  do {
    signal.throwIfAborted();
    batch = await deleteBatch(db, rows, before, batch.last ?? FIRST, BATCH_ROWS);
    total += batch.deleted;
    if (batch.deleted > 0) onBatch(batch.deleted);
  } while (batch.deleted === BATCH_ROWS);
  return total;
}

/** The server's statistics of a table; times only where there was such a run. */
export type TableStatistics = Readonly<Record<string, string | number>>;

const statistics = z.record(z.string(), z.union([z.string(), z.number(), z.null()]));

/** Lists the server's statistics of all tables. */
export async function listTableStatistics(db: CommonQueryMethods): Promise<readonly TableStatistics[]> {
  const tables = await db.any(sql.type(statistics)`
    SELECT
      relname AS table_name,
      pg_size_pretty(pg_total_relation_size(relid)) AS table_size,
      n_tup_ins AS tuples_inserted,
      n_tup_upd AS tuples_updated,
      n_tup_del AS tuples_deleted,
      n_live_tup AS tuples_live,
      n_dead_tup AS tuples_dead,
      vacuum_count, autovacuum_count, analyze_count, autoanalyze_count,
      last_vacuum, last_autovacuum, last_analyze, last_autoanalyze
    FROM pg_stat_user_tables
    ORDER BY relname`);
  return tables.map(
    (table) => Object.fromEntries(Object.entries(table).filter(([, value]) => value !== null)) as TableStatistics,
  );
}

/** Vacuums and analyzes all tables. */
export async function vacuum(db: CommonQueryMethods): Promise<void> {
  await db.query(sql.type(noColumns)`VACUUM ANALYZE`);
}

const backend = z.strictObject({ pid: z.int() });

/**
 * Runs maintenance on a connection whose statements may take as long as they need.
 * @param signal ends the statement that runs; then this rejects with the signal's reason
 */
export async function withMaintenanceConnection<Result>(
  config: DatabaseConfig,
  signal: AbortSignal,
  work: (db: CommonQueryMethods) => Promise<Result>,
): Promise<Result> {
  signal.throwIfAborted();
  // A second connection cancels the statement of the first one.
  const pool = await openPool({ ...config, poolSize: 2 }, 'image-builder-maintenance', 'DISABLE_TIMEOUT');
  const run = async (connection: DatabasePoolConnection): Promise<Result> => {
    const { pid } = await connection.one(sql.type(backend)`SELECT pg_backend_pid() AS pid`);
    const cancel = (): void => {
      // Where that fails, the statement still ends: with the process, once it has written.
      pool.query(sql.type(noColumns)`SELECT FROM pg_cancel_backend(${pid})`).catch(() => {});
    };
    signal.addEventListener('abort', cancel, { once: true });
    try {
      return await work(connection);
    } finally {
      signal.removeEventListener('abort', cancel);
    }
  };
  try {
    return await pool.connect(run);
  } catch (error) {
    // The reason of the cancellation says more than the server's error.
    signal.throwIfAborted();
    throw error;
  } finally {
    await pool.end();
  }
}
