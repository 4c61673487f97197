// Abandoned composes: composer has accepted them, but they cannot be stored or belong to no request. They are deleted at composer.
import { sql } from 'slonik';
import { z } from 'zod';
import type { CommonQueryMethods } from '../database.ts';
import { noColumns } from '../row-check.ts';

/** Seconds in which the process that abandons a compose deletes it; then the background does. */
const OWN_SECONDS = 5;

/**
 * Abandons a compose: no process stores it any more, and the background deletes it at composer. The primary key of
 * `compose_statuses` decides between abandoning and storing it.
 * @param reservationId the reservation by which it counts until it is deleted, `null` where that is unknown
 * @returns `false` when the compose is stored already
 */
export function abandonCompose(db: CommonQueryMethods, jobId: string, reservationId: string | null): Promise<boolean> {
  return db.oneFirst(sql.type(z.strictObject({ abandoned: z.boolean() }))`
    WITH reservation AS (
      -- Locked first, in the same order as the statement that stores composes.
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

/** Records that an abandoned compose is deleted at composer: it stops counting against the quota. */
export async function endAbandonedCompose(db: CommonQueryMethods, jobId: string): Promise<void> {
  await db.query(sql.type(noColumns)`
    WITH ended AS (
      UPDATE compose_statuses SET finished_at = coalesce(finished_at, now()), next_poll_at = NULL
      WHERE job_id = ${jobId} AND status = 'abandoned'
      RETURNING reservation_id
    )
    DELETE FROM build_reservations WHERE id IN (SELECT reservation_id FROM ended)`);
}

/** Filters ids of our composes, including deleted composes and abandoned composes that are still at composer. */
export function listKnownComposes(db: CommonQueryMethods, jobIds: readonly string[]): Promise<readonly string[]> {
  const ids = sql.array(jobIds, 'uuid');
  return db.anyFirst(sql.type(z.strictObject({ job_id: z.string() }))`
    SELECT job_id FROM composes WHERE job_id = ANY (${ids})
    UNION ALL
    SELECT job_id FROM compose_statuses WHERE job_id = ANY (${ids}) AND status = 'abandoned' AND finished_at IS NULL`);
}
