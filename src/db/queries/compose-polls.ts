// When the background polls composer for the progress of composes.
import { sql, type FragmentSqlToken } from 'slonik';
import { z } from 'zod';
import type { CommonQueryMethods } from '../database.ts';
import { noColumns } from '../row-check.ts';

/** Seconds after which composer is polled for a new compose: `closely` where a webhook, stream or schedule waits for its end. */
export const FIRST_POLL = { closely: 2, usually: 60 } as const;

/** Seconds between two polls of a compose: they grow with its age, between bounds. A build of 20 minutes takes 11 usual polls. */
const INTERVAL = {
  closely: { perAge: 1 / 20, shortest: 2, longest: 60 },
  usually: { perAge: 1 / 4, shortest: 60, longest: 900 },
} as const;

/** Days after which composer is no longer polled for a compose that did not end. */
const POLLED_DAYS = 2;

const dueCompose = z.strictObject({
  job_id: z.string(),
  /** Last known status; of a final one only the metadata are missing, an abandoned compose is to be deleted. */
  status: z.string(),
  /** The caller who requested to cancel it, where that is still to be done; else `null`. */
  cancel_requested_by: z.string().nullable(),
});

/** A compose for which composer is to be polled. */
export type DueCompose = z.infer<typeof dueCompose>;

const interval = ({ perAge, shortest, longest }: (typeof INTERVAL)['closely' | 'usually']) => sql.fragment`
  least(greatest(due.age * ${perAge}::float8, ${shortest}::float8), ${longest}::float8)`;

/** Takes composes that are due, each until its next poll: no other process gets them before that. */
export function takeDueComposes(db: CommonQueryMethods, limit: number): Promise<readonly DueCompose[]> {
  return db.any(sql.type(dueCompose)`
    WITH taken AS (
      SELECT job_id FROM compose_statuses
      WHERE next_poll_at <= now()
      ORDER BY next_poll_at
      LIMIT ${limit}
      FOR UPDATE SKIP LOCKED
    ), due AS (
      SELECT job_id, extract(
          epoch FROM CURRENT_TIMESTAMP::timestamp - coalesce(statuses.cancel_requested_at::timestamp, statuses.created_at)
        )::float8 AS age,
        statuses.status IS DISTINCT FROM 'abandoned' AND statuses.cancel_requested_at IS NULL AND coalesce(composes.deleted, true) AS forgotten
      FROM taken JOIN compose_statuses AS statuses USING (job_id) LEFT JOIN composes USING (job_id)
    )
    UPDATE compose_statuses AS statuses
    SET next_poll_at = CASE
      WHEN due.forgotten OR statuses.status IS DISTINCT FROM 'abandoned' AND due.age > ${POLLED_DAYS * 86_400} THEN NULL
      WHEN statuses.followed_closely OR statuses.status = 'abandoned' OR statuses.cancel_requested_at IS NOT NULL
      THEN now() + make_interval(secs => ${interval(INTERVAL.closely)})
      ELSE now() + make_interval(secs => ${interval(INTERVAL.usually)})
    END
    FROM due
    WHERE statuses.job_id = due.job_id
    RETURNING statuses.job_id, statuses.status,
      CASE WHEN statuses.finished_at IS NULL THEN statuses.cancel_requested_by END AS cancel_requested_by`);
}

/** Milliseconds until composer is to be polled next, 0 or less for now; `null` when nothing is to be polled. */
export function findNextPoll(db: CommonQueryMethods): Promise<number | null> {
  return db.oneFirst(sql.type(z.strictObject({ next: z.number().nullable() }))`
    SELECT (extract(epoch FROM min(next_poll_at) - clock_timestamp()) * 1000)::float8 AS next
    FROM compose_statuses WHERE next_poll_at IS NOT NULL`);
}

/** Stops polling for a compose, unless it is to be cancelled still. */
export async function stopPolling(db: CommonQueryMethods, jobId: string): Promise<void> {
  await db.query(sql.type(noColumns)`
    UPDATE compose_statuses SET next_poll_at = NULL
    WHERE job_id = ${jobId} AND (cancel_requested_at IS NULL OR finished_at IS NOT NULL)`);
}

/**
 * An UPDATE that makes the background poll closely for unfinished composes, because something waits for their ends from now on.
 * @param which a condition on `compose_statuses`
 */
export function followCloselyWhere(which: FragmentSqlToken): FragmentSqlToken {
  return sql.fragment`
    UPDATE compose_statuses
    SET followed_closely = true,
      next_poll_at = least(next_poll_at, now() + make_interval(secs => ${FIRST_POLL.closely}::float8))
    WHERE ${which} AND status IN ('pending', 'building', 'uploading', 'registering')
      AND NOT followed_closely AND next_poll_at IS NOT NULL`;
}

/** Polls closely for the unfinished composes of an organization, or those among given ones. @returns how many there are */
export async function followClosely(
  db: CommonQueryMethods,
  which: { readonly orgId: string } | { readonly jobIds: readonly string[] },
): Promise<number> {
  const condition =
    'orgId' in which
      ? sql.fragment`org_id = ${which.orgId}`
      : sql.fragment`job_id = ANY (${sql.array(which.jobIds, 'uuid')})`;
  const { rowCount } = await db.query(sql.type(noColumns)`${followCloselyWhere(condition)}`);
  return rowCount;
}
