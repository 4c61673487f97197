// Which rows expire, and how they are deleted: in batches, so that other transactions wait for milliseconds at most.
import { sql, type FragmentSqlToken } from 'slonik';
import { z } from 'zod';
import type { CommonQueryMethods } from '../database.ts';
import { noColumns } from '../row-check.ts';
import { timestamp } from '../timestamp.ts';

interface Expiring {
  readonly table: FragmentSqlToken;
  readonly key: FragmentSqlToken;
  /** Which rows have expired. @param before a time, for rows that expire by a setting of the operator */
  readonly where: (before: FragmentSqlToken) => FragmentSqlToken;
}

const ID = sql.fragment`id`;
const JOB_ID = sql.fragment`job_id`;

const EXPIRING = {
  /** Composes, marked as deleted or not. */
  composes: { table: sql.fragment`composes`, key: JOB_ID, where: (before) => sql.fragment`created_at < ${before}` },
  auditEntries: { table: sql.fragment`audit_log`, key: ID, where: (before) => sql.fragment`occurred_at < ${before}` },
  events: { table: sql.fragment`events`, key: ID, where: (before) => sql.fragment`occurred_at < ${before}` },
  /** Statuses of composes that some implementation has deleted. An abandoned compose has a status and no compose. */
  statuses: {
    ...{ table: sql.fragment`compose_statuses`, key: JOB_ID },
    where: () => sql.fragment`
      status IS DISTINCT FROM 'abandoned' AND NOT EXISTS (SELECT FROM composes WHERE composes.job_id = compose_statuses.job_id)`,
  },
  /** Abandoned composes that were deleted at composer. No process tries to store them for so long. */
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
  /** Deliveries to webhooks that ended. */
  deliveries: {
    ...{ table: sql.fragment`webhook_deliveries`, key: ID },
    where: () => sql.fragment`status <> 'pending' AND ended_at < now() - interval '7 days'`,
  },
} as const satisfies Readonly<Record<string, Expiring>>;

export type ExpiringRows = keyof typeof EXPIRING;

/** Whether there can be such rows: a database that only another implementation has migrated has composes and none of our tables. */
async function canExist(db: CommonQueryMethods, rows: ExpiringRows): Promise<boolean> {
  if (rows === 'composes') return true;
  return db.exists(sql.type(noColumns)`SELECT WHERE to_regclass('compose_statuses') IS NOT NULL`);
}

const count = z.strictObject({ total: z.int() });

/** Counts rows of all organizations that have expired. */
export async function countExpired(db: CommonQueryMethods, rows: ExpiringRows, before: Date): Promise<number> {
  if (!(await canExist(db, rows))) return 0;
  const { table, where } = EXPIRING[rows];
  return db.oneFirst(sql.type(count)`SELECT count(*) AS total FROM ${table} WHERE ${where(timestamp(before))}`);
}

/** Rows that were deleted, and the last of their ids. */
const deletedBatch = z.strictObject({ deleted: z.int(), last: z.string().nullable() });
type DeletedBatch = z.infer<typeof deletedBatch>;

/** The lowest id. */
const FIRST = '00000000-0000-0000-0000-000000000000';

/** Deletes entries by the only function for which the log allows that, the oldest first. */
function deleteAuditEntries(db: CommonQueryMethods, before: Date, limit: number): Promise<DeletedBatch> {
  return db.one(sql.type(deletedBatch)`
    SELECT delete_audit_entries(${timestamp(before)}, ${limit}) AS deleted, NULL AS last`);
}

/**
 * Deletes events in the order of their ids, up to the first that has not expired: those that remain are all events from some id on, on
 * which clients that reconnect rely.
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

/** Deletes expired rows along their ids. Rows that are locked are left. */
function deleteAlong(
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
    ), gone AS (
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
  return deleteAlong(db, EXPIRING[rows], before, limit, from);
}

/**
 * Deletes some of the rows of all organizations that have expired.
 * @param limit rows that are deleted at most, or events that are examined
 * @returns how many were deleted
 */
export async function deleteSomeExpired(
  db: CommonQueryMethods,
  rows: ExpiringRows,
  before: Date,
  limit: number,
): Promise<number> {
  return (await deleteBatch(db, rows, before, limit, FIRST)).deleted;
}

/** Rows of one batch where all expired rows are deleted. */
export const BATCH_ROWS = 1_000;

/**
 * Deletes all rows of all organizations that have expired, a batch after the other.
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
  if (!(await canExist(db, rows))) return 0;
  let total = 0;
  let batch: DeletedBatch = { deleted: 0, last: null };
  do {
    signal.throwIfAborted();
    batch = await deleteBatch(db, rows, before, BATCH_ROWS, batch.last ?? FIRST);
    total += batch.deleted;
    if (batch.deleted > 0) onBatch(batch.deleted);
  } while (batch.deleted === BATCH_ROWS);
  return total;
}
