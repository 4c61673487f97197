// Rows that expire. They are deleted in small batches, so that other transactions wait for milliseconds at most.
import { sql, type FragmentSqlToken } from 'slonik';
import { z } from 'zod';
import type { CommonQueryMethods } from '../database.ts';
import { countRows } from '../page.ts';
import { noColumns } from '../row-check.ts';
import { NIL_UUID } from '../../lib/ids.ts';
import { timestamp } from '../timestamp.ts';

interface Expiring {
  readonly table: FragmentSqlToken;
  readonly key: FragmentSqlToken;
  /** The condition of expired rows. @param before a time, for rows whose retention is a setting */
  readonly where: (before: FragmentSqlToken) => FragmentSqlToken;
  /** The indexed time of the condition: the oldest are deleted first. Without it rows are read in the order of keys. */
  readonly time?: FragmentSqlToken;
}

const ID = sql.fragment`id`;
const JOB_ID = sql.fragment`job_id`;
const FINISHED_AT = sql.fragment`finished_at`;
const EXPIRES_AT = sql.fragment`expires_at`;
const ENDED_AT = sql.fragment`ended_at`;

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
    ...{ table: sql.fragment`compose_statuses`, key: JOB_ID, time: FINISHED_AT },
    where: () => sql.fragment`status = 'abandoned' AND finished_at < now() - interval '30 days'`,
  },
  /** Reservations of processes that died. */
  reservations: {
    ...{ table: sql.fragment`build_reservations`, key: ID },
    where: () => sql.fragment`expires_at < now() - interval '1 day'`,
  },
  idempotencyKeys: {
    ...{ table: sql.fragment`idempotency_keys`, key: ID, time: EXPIRES_AT },
    where: () => sql.fragment`expires_at < now()`,
  },
  deliveries: {
    ...{ table: sql.fragment`webhook_deliveries`, key: ID, time: ENDED_AT },
    where: () => sql.fragment`status <> 'pending' AND ended_at < now() - interval '7 days'`,
  },
  /** Runs of schedules that run no more; a schedule that runs deletes its own. */
  scheduleRuns: {
    ...{ table: sql.fragment`schedule_runs`, key: ID },
    where: () => sql.fragment`
      evaluated AND began_at < now() - interval '30 days' AND due_at < (
        SELECT max(due_at) FROM schedule_runs AS own WHERE own.blueprint_id = schedule_runs.blueprint_id
      )`,
  },
} as const satisfies Readonly<Record<string, Expiring>>;

export type ExpiringRows = keyof typeof EXPIRING;

/** Whether our tables exist: a database of another implementation lacks them. */
export function hasOwnTables(db: CommonQueryMethods): Promise<boolean> {
  return db.exists(sql.type(noColumns)`SELECT WHERE to_regclass('compose_statuses') IS NOT NULL`);
}

/** Counts expired rows of all organizations. */
export async function countExpired(db: CommonQueryMethods, rows: ExpiringRows, before: Date): Promise<number> {
  if (rows !== 'composes' && !(await hasOwnTables(db))) return 0;
  const { table, where } = EXPIRING[rows];
  return countRows(db, sql.fragment`${table} WHERE ${where(timestamp(before))}`);
}

const deletedBatch = z.strictObject({
  deleted: z.int(),
  /** The key up to which rows were read, where the next batch starts; `null` for a batch that starts at the oldest row. */
  last: z.string().nullable(),
  isLast: z.boolean(),
});
type DeletedBatch = z.infer<typeof deletedBatch>;

/** A part of the rows: `limit` at most, and not before a key. */
interface Part {
  readonly limit: number;
  readonly from: string | null;
}

/**
 * Deletes composes with their statuses, organization by organization: the index of lists has the oldest of each, so that no other row is
 * read. The keys of batches are organizations.
 * @param hasStatuses whether the table of statuses exists
 */
function deleteComposes(
  db: CommonQueryMethods,
  before: Date,
  { limit, from }: Part,
  hasStatuses: boolean,
): Promise<DeletedBatch> {
  const statuses = sql.fragment`, deleted_statuses AS (
      DELETE FROM compose_statuses USING expired
      WHERE compose_statuses.job_id = expired.job_id AND status IS DISTINCT FROM 'abandoned'
    )`;
  return db.one(sql.type(deletedBatch)`
    WITH RECURSIVE organizations AS (
      (SELECT org_id FROM composes WHERE org_id >= ${from ?? ''} ORDER BY org_id LIMIT 1)
      UNION ALL
      SELECT next.org_id FROM organizations CROSS JOIN LATERAL (
        SELECT org_id FROM composes WHERE org_id > organizations.org_id ORDER BY org_id LIMIT 1
      ) AS next
    ), expired AS (
      SELECT oldest.org_id, oldest.job_id FROM organizations CROSS JOIN LATERAL (
        SELECT org_id, job_id FROM composes
        WHERE org_id = organizations.org_id AND created_at < ${timestamp(before)}
        ORDER BY created_at LIMIT ${limit}
        FOR UPDATE SKIP LOCKED
      ) AS oldest
      LIMIT ${limit}
    ), deleted AS (
      DELETE FROM composes USING expired WHERE composes.job_id = expired.job_id
    )${hasStatuses ? statuses : sql.fragment``}
    SELECT count(*)::int AS deleted, max(org_id) AS last, count(*) < ${limit} AS "isLast" FROM expired`);
}

/** Statuses that are read in one batch. Few have lost their compose. */
const READ_STATUSES = 5_000;

/** Deletes the statuses that have lost their compose, of a part of all statuses. It reads the same range of both keys, and few rows. */
function deleteStatuses(db: CommonQueryMethods, { from }: Part): Promise<DeletedBatch> {
  const first = sql.fragment`${from ?? NIL_UUID}::uuid`;
  return db.one(sql.type(deletedBatch)`
    WITH part AS (
      SELECT job_id FROM compose_statuses WHERE job_id >= ${first} ORDER BY job_id LIMIT ${READ_STATUSES}
    ), bounds AS (
      SELECT max(job_id::text COLLATE "C") AS last, count(*) AS total FROM part
    ), lost AS (
      SELECT job_id FROM part WHERE NOT EXISTS (
        SELECT FROM composes
        WHERE composes.job_id = part.job_id AND composes.job_id >= ${first} AND composes.job_id <= (SELECT last::uuid FROM bounds)
      )
    ), expired AS (
      SELECT job_id FROM compose_statuses
      WHERE job_id = ANY (ARRAY(SELECT job_id FROM lost)) AND status IS DISTINCT FROM 'abandoned'
      FOR UPDATE SKIP LOCKED
    ), deleted AS (
      DELETE FROM compose_statuses USING expired WHERE compose_statuses.job_id = expired.job_id
    )
    SELECT (SELECT count(*)::int FROM expired) AS deleted, last, total < ${READ_STATUSES} AS "isLast" FROM bounds`);
}

/** Deletes the oldest entries, by the only function that is allowed to. */
function deleteAuditEntries(db: CommonQueryMethods, before: Date, { limit }: Part): Promise<DeletedBatch> {
  return db.one(sql.type(deletedBatch)`
    SELECT deleted, NULL AS last, deleted < ${limit} AS "isLast" FROM delete_audit_entries(${timestamp(before)}, ${limit}) AS deleted`);
}

/**
 * Deletes events in the order of ids, up to the first that has not expired: clients that reconnect rely on ids without gaps.
 */
async function deleteEvents(db: CommonQueryMethods, before: Date, { limit }: Part): Promise<DeletedBatch> {
  const { rowCount } = await db.query(sql.type(noColumns)`
    DELETE FROM events USING (
      SELECT id, bool_and(occurred_at < ${timestamp(before)}) OVER (ORDER BY id) AS is_old
      FROM (SELECT id, occurred_at FROM events ORDER BY id LIMIT ${limit}) AS oldest
    ) AS oldest
    WHERE events.id = oldest.id AND oldest.is_old`);
  return { deleted: rowCount, last: null, isLast: rowCount < limit };
}

/** Deletes expired rows, the oldest first or in the order of keys, without locked rows. */
function deleteInOrder(
  db: CommonQueryMethods,
  { table, key, where, time }: Expiring,
  before: Date,
  { limit, from }: Part,
): Promise<DeletedBatch> {
  const rest = time ? sql.fragment`` : sql.fragment`AND ${key} >= ${from ?? NIL_UUID}::uuid`;
  const last = time ? sql.fragment`NULL` : sql.fragment`max(id::text COLLATE "C")`;
  return db.one(sql.type(deletedBatch)`
    WITH expired AS (
      SELECT ${key} AS id FROM ${table} WHERE ${where(timestamp(before))} ${rest}
      ORDER BY ${time ?? key} LIMIT ${limit}
      FOR UPDATE SKIP LOCKED
    ), deleted AS (
      DELETE FROM ${table} USING expired WHERE ${table}.${key} = expired.id
    )
    SELECT count(*)::int AS deleted, ${last} AS last, count(*) < ${limit} AS "isLast" FROM expired`);
}

function deleteBatch(
  db: CommonQueryMethods,
  rows: ExpiringRows,
  before: Date,
  part: Part,
  hasStatuses = true,
): Promise<DeletedBatch> {
  switch (rows) {
    case 'composes':
      return deleteComposes(db, before, part, hasStatuses);
    case 'statuses':
      return deleteStatuses(db, part);
    case 'auditEntries':
      return deleteAuditEntries(db, before, part);
    case 'events':
      return deleteEvents(db, before, part);
    default:
      return deleteInOrder(db, EXPIRING[rows], before, part);
  }
}

/** Deletes up to `limit` expired rows of all organizations. @returns the number of deleted rows */
export async function deleteSomeExpired(
  db: CommonQueryMethods,
  rows: ExpiringRows,
  before: Date,
  limit: number,
): Promise<number> {
  return (await deleteBatch(db, rows, before, { limit, from: null })).deleted;
}

export const BATCH_ROWS = 1_000;

/** @param checkpoint the key from which a later call can continue, `null` at the end or for rows whose oldest are deleted first */
export type OnBatch = (deleted: number, checkpoint: string | null) => Promise<void> | void;

/**
 * Deletes all expired rows of all organizations, in batches.
 * @param onBatch receives the number of deleted rows of each batch; when it throws, the deletion ends after that batch
 * @param from a checkpoint, `null` for all rows
 * @returns the number of deleted rows
 * @throws the signal's reason when it is aborted
 */
export async function deleteExpired(
  db: CommonQueryMethods,
  rows: ExpiringRows,
  before: Date,
  signal: AbortSignal,
  onBatch: OnBatch = () => {},
  from: string | null = null,
): Promise<number> {
  const hasStatuses = await hasOwnTables(db);
  if (rows !== 'composes' && !hasStatuses) return 0;
  let total = 0;
  let batch: DeletedBatch = { deleted: 0, last: from, isLast: false };
  do {
    signal.throwIfAborted();
    batch = await deleteBatch(db, rows, before, { limit: BATCH_ROWS, from: batch.last }, hasStatuses);
    total += batch.deleted;
    if (batch.deleted > 0 || !batch.isLast) await onBatch(batch.deleted, batch.isLast ? null : batch.last);
  } while (!batch.isLast);
  return total;
}
