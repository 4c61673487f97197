import { sql } from 'slonik';
import type { CommonQueryMethods } from './database.ts';
import { row } from './row.ts';

/** Seconds that whoever asks for a build to be cancelled has for doing it; then the background does. */
const OWN_SECONDS = 5;

/**
 * Records that a build of the organization is to be cancelled, unless it is over. The first who asks is who cancels it.
 * @param by who asks, as it is shown
 * @returns who cancels it, `null` when it is over or is no build of the organization
 */
export const requestCancellation = async (
  db: CommonQueryMethods,
  orgId: string,
  jobId: string,
  by: string,
): Promise<string | null> => {
  const requested = await db.maybeOne(sql.type(row<{ by: string }>())`
    INSERT INTO compose_statuses AS known (job_id, cancel_requested_by, cancel_requested_at, next_look_at)
    SELECT job_id, ${by}, now(), now() + make_interval(secs => ${OWN_SECONDS}) FROM composes
    WHERE org_id = ${orgId} AND job_id = ${jobId} AND NOT deleted
    ON CONFLICT (job_id) DO UPDATE
    SET cancel_requested_by = coalesce(known.cancel_requested_by, excluded.cancel_requested_by),
      cancel_requested_at = coalesce(known.cancel_requested_at, excluded.cancel_requested_at),
      next_look_at = excluded.next_look_at
    WHERE known.finished_at IS NULL
    RETURNING cancel_requested_by AS by`);
  return requested?.by ?? null;
};

/**
 * Ends a build as cancelled, in one statement with the question whether it has ended already: the first end counts. There is nothing
 * in its image, and nothing more is to be learned of it.
 * @param imageStatus how it ended, as JSON text
 */
export const recordCancelled = async (db: CommonQueryMethods, jobId: string, imageStatus: string): Promise<void> => {
  await db.query(sql.type(row<Record<never, never>>())`
    UPDATE compose_statuses
    SET status = 'failure', image_status = ${imageStatus}::json, metadata = '{}', cancelled_by = cancel_requested_by,
      finished_at = now(), next_look_at = NULL
    WHERE job_id = ${jobId} AND finished_at IS NULL AND cancel_requested_by IS NOT NULL`);
};
