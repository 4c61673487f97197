import { sql } from 'slonik';
import type { CommonQueryMethods } from './database.ts';
import { row } from './row.ts';

/** A request with a key of its client's. */
export interface KeyedRequest {
  readonly orgId: string;
  readonly operation: string;
  readonly key: string;
  /** Tells the request from others that have the same key. */
  readonly fingerprint: string;
}

/** What is known of a key that is taken. */
export interface TakenKey {
  readonly id: string;
  readonly fingerprint: string;
  /** Answer of the request, `null` as long as there is none. */
  readonly status: number | null;
  readonly body: string | null;
  /** Ids of what the request has made so far, in order. */
  readonly created: readonly string[];
  /** How many it is to make, `null` where that is one. */
  readonly wanted: number | null;
  /** Whether the request still runs. */
  readonly running: boolean;
  /** Whether a build of it may be at composer without anybody knowing. */
  readonly unsettled: boolean;
}

/** Hours that a key is kept after its first use. */
const KEPT_HOURS = 48;

/** Minutes after which a request of a process that nobody knows counts as dead. Longer than any request can take. */
const LONGEST_MINUTES = 15;

/**
 * Takes a key for a request, once for all processes.
 * @param id of the taken key, and of nothing else
 * @returns whether it was free
 */
export const takeIdempotencyKey = async (
  db: CommonQueryMethods,
  id: string,
  { orgId, operation, key, fingerprint }: KeyedRequest,
  processId: string | null,
): Promise<boolean> => {
  const { rowCount } = await db.query(sql.type(row<Record<never, never>>())`
    INSERT INTO idempotency_keys AS known (org_id, operation, key, id, fingerprint, process_id, expires_at)
    VALUES (
      ${orgId}, ${operation}, ${key}, ${id}, ${fingerprint}, ${processId}::uuid,
      now() + make_interval(hours => ${KEPT_HOURS}::int)
    )
    ON CONFLICT (org_id, operation, key) DO UPDATE
    SET id = excluded.id, fingerprint = excluded.fingerprint, process_id = excluded.process_id, created = '{}',
      wanted = NULL, status = NULL, body = NULL, created_at = now(), expires_at = excluded.expires_at
    WHERE known.expires_at < now()`);
  return rowCount > 0;
};

/** What is known of a key; `null` when it is not, or no longer, taken. */
export const findIdempotencyKey = (
  db: CommonQueryMethods,
  { orgId, operation, key }: Omit<KeyedRequest, 'fingerprint'>,
): Promise<TakenKey | null> =>
  db.maybeOne(sql.type(row<TakenKey>())`
    SELECT id, fingerprint, status, body, created, wanted,
      status IS NULL AND CASE WHEN process_id IS NULL
        THEN created_at > now() - make_interval(mins => ${LONGEST_MINUTES}::int)
        ELSE EXISTS (SELECT FROM service_processes AS p WHERE p.id = process_id AND p.alive_until > now())
      END AS running,
      EXISTS (
        SELECT FROM build_reservations AS r
        WHERE r.idempotency_id = idempotency_keys.id AND r.state <> 'reserved' AND r.expires_at > now()
      ) AS unsettled
    FROM idempotency_keys
    WHERE org_id = ${orgId} AND operation = ${operation} AND key = ${key}`);

/** Records how many builds a request is going to make. */
export const recordWanted = async (db: CommonQueryMethods, id: string, wanted: number): Promise<void> => {
  await db.query(sql.type(row<Record<never, never>>())`
    UPDATE idempotency_keys SET wanted = ${wanted} WHERE id = ${id}`);
};

/** The process that nobody is. */
const NOBODY = '00000000-0000-0000-0000-000000000000';

/**
 * Leaves a request that ended without anybody knowing how to the next one with its key: it is answered by what is on record, as
 * that of a process that died.
 */
export const leaveIdempotencyKey = async (db: CommonQueryMethods, id: string): Promise<void> => {
  await db.query(sql.type(row<Record<never, never>>())`
    UPDATE idempotency_keys SET process_id = ${NOBODY} WHERE id = ${id} AND status IS NULL`);
};

/** Keeps the answer of a request, so that it can be given again. */
export const keepIdempotentAnswer = async (
  db: CommonQueryMethods,
  id: string,
  status: number,
  body: string,
): Promise<void> => {
  await db.query(sql.type(row<Record<never, never>>())`
    UPDATE idempotency_keys SET status = ${status}, body = ${body} WHERE id = ${id} AND status IS NULL`);
};

/** Frees a key whose request had no effect. Gives whether it was still taken, and without effect. */
export const freeIdempotencyKey = async (db: CommonQueryMethods, id: string): Promise<boolean> => {
  const { rowCount } = await db.query(sql.type(row<Record<never, never>>())`
    DELETE FROM idempotency_keys WHERE id = ${id} AND status IS NULL AND created = '{}'`);
  return rowCount > 0;
};

/** Forgets keys whose time is over, at most that many. */
export const deleteExpiredIdempotencyKeys = async (db: CommonQueryMethods, limit: number): Promise<number> => {
  const { rowCount } = await db.query(sql.type(row<Record<never, never>>())`
    DELETE FROM idempotency_keys WHERE id IN (
      SELECT id FROM idempotency_keys WHERE expires_at < now() LIMIT ${limit} FOR UPDATE SKIP LOCKED
    )`);
  return rowCount;
};
