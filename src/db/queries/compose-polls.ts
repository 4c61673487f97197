// The times at which the background polls composer for composes.
import { sql, type FragmentSqlToken } from 'slonik';
import { z } from 'zod';
import type { CommonQueryMethods } from '../database.ts';
import { noColumns } from '../row-check.ts';
import { findMillisecondsUntil } from '../timestamp.ts';

/** Seconds until the first poll of a compose; `closely` where a webhook, stream or schedule waits for its end. */
export const FIRST_POLL = { closely: 2, usually: 60 } as const;

/** Seconds between two polls, proportional to the age of the compose within bounds. */
const INTERVAL = {
  closely: { perAge: 1 / 20, shortest: 2, longest: 60 },
  usually: { perAge: 1 / 4, shortest: 60, longest: 900 },
} as const;

/** Days after which an unfinished compose is no longer polled. */
const POLLED_DAYS = 2;

const dueCompose = z.strictObject({
  job_id: z.string(),
  /** Last known status. A finished compose lacks its metadata; an abandoned one has to be deleted at composer. */
  status: z.string(),
  /** The caller who requested its cancellation, `null` if none is pending. */
  cancel_requested_by: z.string().nullable(),
});

export type DueCompose = z.infer<typeof dueCompose>;

const interval = ({ perAge, shortest, longest }: (typeof INTERVAL)['closely' | 'usually']) => sql.fragment`
  least(greatest(due.age * ${perAge}::float8, ${shortest}::float8), ${longest}::float8)`;

/** Takes due composes, and sets the time of their next poll: until then no other process takes them. */
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
        statuses.status IS DISTINCT FROM 'abandoned' AND statuses.cancel_requested_at IS NULL AND coalesce(composes.deleted, true) AS is_over
      FROM taken JOIN compose_statuses AS statuses USING (job_id) LEFT JOIN composes USING (job_id)
    )
    UPDATE compose_statuses AS statuses
    SET next_poll_at = CASE
      WHEN due.is_over OR statuses.status IS DISTINCT FROM 'abandoned' AND due.age > ${POLLED_DAYS * 86_400} THEN NULL
      WHEN statuses.followed_closely OR statuses.status = 'abandoned' OR statuses.cancel_requested_at IS NOT NULL
      THEN now() + make_interval(secs => ${interval(INTERVAL.closely)})
      ELSE now() + make_interval(secs => ${interval(INTERVAL.usually)})
    END
    FROM due
    WHERE statuses.job_id = due.job_id
    RETURNING statuses.job_id, statuses.status,
      CASE WHEN statuses.finished_at IS NULL THEN statuses.cancel_requested_by END AS cancel_requested_by`);
}

/** Finds the milliseconds until the next poll, 0 or less for now; `null` for none. */
export function findNextPoll(db: CommonQueryMethods): Promise<number | null> {
  const next = sql.fragment`(SELECT min(next_poll_at) FROM compose_statuses WHERE next_poll_at IS NOT NULL)`;
  return findMillisecondsUntil(db, next);
}

/** Stops polling for a compose, unless its cancellation is pending. */
export async function stopPolling(db: CommonQueryMethods, jobId: string): Promise<void> {
  await db.query(sql.type(noColumns)`
    UPDATE compose_statuses SET next_poll_at = NULL
    WHERE job_id = ${jobId} AND (cancel_requested_at IS NULL OR finished_at IS NOT NULL)`);
}

/**
 * Composes an UPDATE that makes the background poll closely for unfinished composes.
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

/** Makes the background poll closely for unfinished composes of an organization, or with given ids. @returns their number */
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
