import { sql } from 'slonik';
import { z } from 'zod';
import type { CommonQueryMethods } from '../database.ts';
import { NIL_UUID } from '../../lib/uuid.ts';
import { noColumns } from '../row-check.ts';

/** A request with an idempotency key. */
export interface KeyedRequest {
  readonly orgId: string;
  readonly operation: string;
  readonly key: string;
  /** Identifies the content of the request. */
  readonly fingerprint: string;
}

const takenKey = z.strictObject({
  id: z.string(),
  fingerprint: z.string(),
  /** Response of the request, `null` until there is one. */
  status: z.number().nullable(),
  body: z.string().nullable(),
  /** Ids that the request has created so far, in order. */
  created: z.array(z.string()),
  /** The number of ids that it creates in total, `null` for one. */
  wanted: z.number().nullable(),
  /** Whether the request is active. */
  running: z.boolean(),
  /** Whether the outcome of one of its composes is unknown. */
  pending: z.boolean(),
});

export type TakenKey = z.infer<typeof takenKey>;

/** Hours for which a key is stored after its first use. */
const RETENTION_HOURS = 48;

/** Minutes after which a request without a process id is considered dead. Longer than any request. */
const LONGEST_MINUTES = 15;

/**
 * Takes a key for a request, exclusively among all processes.
 * @param id a new id for the taken key
 * @returns whether it was free
 */
export async function takeIdempotencyKey(
  db: CommonQueryMethods,
  id: string,
  { orgId, operation, key, fingerprint }: KeyedRequest,
  processId: string | null,
): Promise<boolean> {
  const { rowCount } = await db.query(sql.type(noColumns)`
    INSERT INTO idempotency_keys AS known (org_id, operation, key, id, fingerprint, process_id, expires_at)
    VALUES (
      ${orgId}, ${operation}, ${key}, ${id}, ${fingerprint}, ${processId}::uuid,
      now() + make_interval(hours => ${RETENTION_HOURS}::int)
    )
    ON CONFLICT (org_id, operation, key) DO UPDATE
    SET id = excluded.id, fingerprint = excluded.fingerprint, process_id = excluded.process_id, created = '{}',
      wanted = NULL, status = NULL, body = NULL, created_at = now(), expires_at = excluded.expires_at
    WHERE known.expires_at < now()`);
  return rowCount > 0;
}

/** Finds a taken key. */
export function findIdempotencyKey(
  db: CommonQueryMethods,
  { orgId, operation, key }: Omit<KeyedRequest, 'fingerprint'>,
): Promise<TakenKey | null> {
  return db.maybeOne(sql.type(takenKey)`
    SELECT id, fingerprint, status, body, created, wanted,
      status IS NULL AND CASE WHEN process_id IS NULL
        THEN created_at > now() - make_interval(mins => ${LONGEST_MINUTES}::int)
        ELSE EXISTS (SELECT FROM service_processes AS p WHERE p.id = process_id AND p.alive_until > now())
      END AS running,
      EXISTS (
        SELECT FROM build_reservations AS r
        WHERE r.idempotency_id = idempotency_keys.id AND r.state <> 'reserved' AND r.expires_at > now()
      ) AS pending
    FROM idempotency_keys
    WHERE org_id = ${orgId} AND operation = ${operation} AND key = ${key}`);
}

/** Records the number of composes that a request starts. */
export async function recordWanted(db: CommonQueryMethods, id: string, wanted: number): Promise<void> {
  await db.query(sql.type(noColumns)`
    UPDATE idempotency_keys SET wanted = ${wanted} WHERE id = ${id}`);
}

/** Detaches a key from this process, as if the process had died: the next request with the key returns the recorded ids. */
export async function detachIdempotencyKey(db: CommonQueryMethods, id: string): Promise<void> {
  await db.query(sql.type(noColumns)`
    UPDATE idempotency_keys SET process_id = ${NIL_UUID} WHERE id = ${id} AND status IS NULL`);
}

/** Stores the response of a request, so that it can be repeated. */
export async function recordResponse(db: CommonQueryMethods, id: string, status: number, body: string): Promise<void> {
  await db.query(sql.type(noColumns)`
    UPDATE idempotency_keys SET status = ${status}, body = ${body} WHERE id = ${id} AND status IS NULL`);
}

/** Frees a key whose request had no effect. @returns `false` when an effect or response is recorded */
export async function freeIdempotencyKey(db: CommonQueryMethods, id: string): Promise<boolean> {
  const { rowCount } = await db.query(sql.type(noColumns)`
    DELETE FROM idempotency_keys WHERE id = ${id} AND status IS NULL AND created = '{}'`);
  return rowCount > 0;
}
