// Composes at composer that could not be stored, or that belong to no request: they are deleted there.
import { sql } from 'slonik';
import { z } from 'zod';
import type { CommonQueryMethods } from '../database.ts';
import { noColumns } from '../row-check.ts';

/** Seconds that the process which abandons a compose has for deleting it, before the background does. */
const OWN_SECONDS = 5;

/**
 * Abandons a compose: from now on no process stores it, and it is to be deleted at composer. The primary key of `compose_statuses`
 * orders this and storing the compose.
 * @param reservationId the reservation that it counts by until it is deleted, `null` where that is unknown
 * @returns `false` when the compose is stored, which it then stays
 */
export function abandonCompose(db: CommonQueryMethods, jobId: string, reservationId: string | null): Promise<boolean> {
  return db.oneFirst(sql.type(z.strictObject({ abandoned: z.boolean() }))`
    WITH reservation AS (
      -- Locked first, as storing does.
      SELECT id, org_id FROM build_reservations WHERE id = ${reservationId}::uuid FOR UPDATE
    ), tombstone AS (
      INSERT INTO compose_statuses AS known (job_id, org_id, created_at, status, reservation_id, next_poll_at)
      SELECT ${jobId}::uuid, coalesce(reservation.org_id, ''), CURRENT_TIMESTAMP, 'abandoned', ${reservationId}::uuid,
        now() + make_interval(secs => ${OWN_SECONDS}::float8)
      FROM (SELECT) AS always LEFT JOIN reservation ON true
      WHERE NOT EXISTS (SELECT FROM composes WHERE job_id = ${jobId})
      ON CONFLICT (job_id) DO UPDATE SET reservation_id = coalesce(known.reservation_id, excluded.reservation_id)
      WHERE known.status = 'abandoned'
      RETURNING job_id
    ), counted AS (
      UPDATE build_reservations SET state = 'abandoned', expires_at = greatest(expires_at, now() + interval '6 hours')
      WHERE id IN (SELECT id FROM reservation) AND EXISTS (SELECT FROM tombstone)
    )
    SELECT EXISTS (SELECT FROM tombstone) AS abandoned`);
}

/** Ends an abandoned compose that is deleted at composer: it counts no more. */
export async function endAbandonedCompose(db: CommonQueryMethods, jobId: string): Promise<void> {
  await db.query(sql.type(noColumns)`
    WITH ended AS (
      UPDATE compose_statuses SET finished_at = coalesce(finished_at, now()), next_poll_at = NULL
      WHERE job_id = ${jobId} AND status = 'abandoned'
      RETURNING reservation_id
    )
    DELETE FROM build_reservations WHERE id IN (SELECT reservation_id FROM ended)`);
}

/** Those of the ids that are composes of ours: deleted ones as well, and abandoned ones that are still at composer. */
export function listKnownComposes(db: CommonQueryMethods, jobIds: readonly string[]): Promise<readonly string[]> {
  const ids = sql.array(jobIds, 'uuid');
  return db.anyFirst(sql.type(z.strictObject({ job_id: z.string() }))`
    SELECT job_id FROM composes WHERE job_id = ANY (${ids})
    UNION ALL
    SELECT job_id FROM compose_statuses WHERE job_id = ANY (${ids}) AND status = 'abandoned' AND finished_at IS NULL`);
}
