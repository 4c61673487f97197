// Statistics, vacuum and the connection of the maintenance program.
import { sql, StatementTimeoutError, type DatabasePoolConnection } from 'slonik';
import { z } from 'zod';
import type { DatabaseConfig } from '../config/index.ts';
import { requireDirectDatabase } from './connection.ts';
import type { CommonQueryMethods } from './database.ts';
import { openPool } from './pool.ts';
import { noColumns } from './row-check.ts';

/** The server's statistics of a table, without members that are NULL. */
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

/**
 * Vacuums and analyzes all tables.
 * @param limit milliseconds, 0 for no limit
 * @returns whether it was complete within the limit
 */
export async function vacuum(db: CommonQueryMethods, limit = 0): Promise<boolean> {
  const setLimit = (milliseconds: number): Promise<unknown> =>
    db.query(
      sql.type(noColumns)`SELECT FROM set_config('statement_timeout', ${String(Math.ceil(milliseconds))}, false)`,
    );
  await setLimit(limit);
  try {
    await db.query(sql.type(noColumns)`VACUUM ANALYZE`);
    return true;
  } catch (error) {
    if (error instanceof StatementTimeoutError) return false;
    throw error;
  } finally {
    await setLimit(0).catch(() => {});
  }
}

const backend = z.strictObject({ pid: z.int() });

/**
 * Runs maintenance on a connection without statement timeout.
 * @param signal cancels the running statement
 * @throws the signal's reason when it is aborted
 */
export async function withMaintenanceConnection<Result>(
  config: DatabaseConfig,
  signal: AbortSignal,
  work: (db: CommonQueryMethods) => Promise<Result>,
): Promise<Result> {
  signal.throwIfAborted();
  // A second connection cancels the statement of the first one.
  const { timeouts: _, ...direct } = requireDirectDatabase(config);
  const pool = await openPool({ ...direct, poolSize: 2 }, 'image-builder-maintenance', null);
  const run = async (connection: DatabasePoolConnection): Promise<Result> => {
    const { pid } = await connection.one(sql.type(backend)`SELECT pg_backend_pid() AS pid`);
    const cancel = (): void => {
      // Where that fails, the statement is aborted with the connection when the process exits.
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
    // The signal's reason explains more than the server's error.
    signal.throwIfAborted();
    throw error;
  } finally {
    await pool.end();
  }
}
