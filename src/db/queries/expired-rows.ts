// Rows that expire. They are deleted in small batches, so that other transactions wait for milliseconds at most.
import { sql, type FragmentSqlToken } from 'slonik';
import { z } from 'zod';
import type { CommonQueryMethods } from '../database.ts';
import { noColumns } from '../row-check.ts';
import { NIL_UUID } from '../../lib/ids.ts';
import { timestamp } from '../timestamp.ts';

interface Expiring {
  readonly table: FragmentSqlToken;
  readonly key: FragmentSqlToken;
  /** The condition of expired rows. @param before a time, for rows whose retention is a setting */
  readonly where: (before: FragmentSqlToken) => FragmentSqlToken;
}

const ID = sql.fragment`id`;
const JOB_ID = sql.fragment`job_id`;

const EXPIRING = {
  /** Includes composes that are marked as deleted. */
  composes: { table: sql.fragment`composes`, key: JOB_ID, where: (before) => sql.fragment`created_at < ${before}` },
  auditEntries: { table: sql.fragment`audit_log`, key: ID, where: (before) => sql.fragment`occurred_at < ${before}` },
  /** With all of their versions. */
  deletedBlueprints: {
    ...{ table: sql.fragment`blueprints`, key: ID },
    where: (before) => sql.fragment`deleted AND coalesce(changed_at, created_at) < ${before}`,
  },
  events: { table: sql.fragment`events`, key: ID, where: (before) => sql.fragment`occurred_at < ${before}` },
  /** Statuses without a compose. Abandoned composes have a status only. */
  statuses: {
    ...{ table: sql.fragment`compose_statuses`, key: JOB_ID },
    where: () => sql.fragment`
      status IS DISTINCT FROM 'abandoned' AND NOT EXISTS (SELECT FROM composes WHERE composes.job_id = compose_statuses.job_id)`,
  },
  /** Abandoned composes that are deleted at composer. No process tries to store them after so long a time. */
  abandonedComposes: {
    ...{ table: sql.fragment`compose_statuses`, key: JOB_ID },
    where: () => sql.fragment`status = 'abandoned' AND finished_at < now() - interval '30 days'`,
  },
  /** Reservations of processes that died. */
  reservations: {
    ...{ table: sql.fragment`build_reservations`, key: ID },
    where: () => sql.fragment`expires_at < now() - interval '1 day'`,
  },
  idempotencyKeys: {
    ...{ table: sql.fragment`idempotency_keys`, key: ID },
    where: () => sql.fragment`expires_at < now()`,
  },
  deliveries: {
    ...{ table: sql.fragment`webhook_deliveries`, key: ID },
    where: () => sql.fragment`status <> 'pending' AND ended_at < now() - interval '7 days'`,
  },
} as const satisfies Readonly<Record<string, Expiring>>;

export type ExpiringRows = keyof typeof EXPIRING;

/** Whether the table exists: a database of another implementation lacks our tables. */
async function canExist(db: CommonQueryMethods, rows: ExpiringRows): Promise<boolean> {
  if (rows === 'composes') return true;
  return db.exists(sql.type(noColumns)`SELECT WHERE to_regclass('compose_statuses') IS NOT NULL`);
}

const count = z.strictObject({ total: z.int() });

/** Counts expired rows of all organizations. */
export async function countExpired(db: CommonQueryMethods, rows: ExpiringRows, before: Date): Promise<number> {
  if (!(await canExist(db, rows))) return 0;
  const { table, where } = EXPIRING[rows];
  return db.oneFirst(sql.type(count)`SELECT count(*) AS total FROM ${table} WHERE ${where(timestamp(before))}`);
}

const deletedBatch = z.strictObject({ deleted: z.int(), last: z.string().nullable() });
type DeletedBatch = z.infer<typeof deletedBatch>;

/** Deletes the oldest entries, by the only function that is allowed to. */
function deleteAuditEntries(db: CommonQueryMethods, before: Date, limit: number): Promise<DeletedBatch> {
  return db.one(sql.type(deletedBatch)`
    SELECT delete_audit_entries(${timestamp(before)}, ${limit}) AS deleted, NULL AS last`);
}

/**
 * Deletes events in the order of ids, up to the first that has not expired: clients that reconnect rely on ids without gaps.
 */
async function deleteEvents(db: CommonQueryMethods, before: Date, limit: number): Promise<DeletedBatch> {
  const { rowCount } = await db.query(sql.type(noColumns)`
    DELETE FROM events USING (
      SELECT id, bool_and(occurred_at < ${timestamp(before)}) OVER (ORDER BY id) AS is_old
      FROM (SELECT id, occurred_at FROM events ORDER BY id LIMIT ${limit}) AS oldest
    ) AS oldest
    WHERE events.id = oldest.id AND oldest.is_old`);
  return { deleted: rowCount, last: null };
}

/** Deletes expired rows in the order of ids, without locked rows. */
function deleteInOrder(
  db: CommonQueryMethods,
  { table, key, where }: Expiring,
  before: Date,
  limit: number,
  from: string,
): Promise<DeletedBatch> {
  return db.one(sql.type(deletedBatch)`
    WITH expired AS (
      SELECT ${key} AS id FROM ${table} WHERE ${where(timestamp(before))} AND ${key} >= ${from}::uuid
      ORDER BY ${key} LIMIT ${limit}
      FOR UPDATE SKIP LOCKED
    ), deleted AS (
      DELETE FROM ${table} USING expired WHERE ${table}.${key} = expired.id
    )
    SELECT count(*)::int AS deleted, max(id::text COLLATE "C") AS last FROM expired`);
}

function deleteBatch(
  db: CommonQueryMethods,
  rows: ExpiringRows,
  before: Date,
  limit: number,
  from: string,
): Promise<DeletedBatch> {
  if (rows === 'auditEntries') return deleteAuditEntries(db, before, limit);
  if (rows === 'events') return deleteEvents(db, before, limit);
  return deleteInOrder(db, EXPIRING[rows], before, limit, from);
}

/** Deletes up to `limit` expired rows of all organizations. @returns the number of deleted rows */
export async function deleteSomeExpired(
  db: CommonQueryMethods,
  rows: ExpiringRows,
  before: Date,
  limit: number,
): Promise<number> {
  return (await deleteBatch(db, rows, before, limit, NIL_UUID)).deleted;
}

export const BATCH_ROWS = 1_000;

/**
 * Deletes all expired rows of all organizations, in batches.
 * @param onBatch receives the number of deleted rows of each batch
 * @returns the number of deleted rows
 * @throws the signal's reason when it is aborted
 */
export async function deleteExpired(
  db: CommonQueryMethods,
  rows: ExpiringRows,
  before: Date,
  signal: AbortSignal,
  onBatch: (deleted: number) => void = () => {},
): Promise<number> {
  if (!(await canExist(db, rows))) return 0;
  let total = 0;
  let batch: DeletedBatch = { deleted: 0, last: null };
  do {
    signal.throwIfAborted();
    batch = await deleteBatch(db, rows, before, BATCH_ROWS, batch.last ?? NIL_UUID);
    total += batch.deleted;
    if (batch.deleted > 0) onBatch(batch.deleted);
  } while (batch.deleted === BATCH_ROWS);
  return total;
}
