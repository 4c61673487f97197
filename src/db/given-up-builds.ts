import { sql } from 'slonik';
import type { CommonQueryMethods } from './database.ts';
import { row } from './row.ts';

/**
 * Gives up a build at composer: from now on nobody stores it, and it is to be deleted there.
 * @param reservationId what the build counts by until then, `null` where that is not known
 * @returns `false` when the build is stored, which it then stays
 */
export const giveUpBuild = async (
  db: CommonQueryMethods,
  jobId: string,
  reservationId: string | null,
): Promise<boolean> => {
  const { given_up: givenUp } = await db.one(sql.type(row<{ given_up: boolean }>())`
    SELECT give_up_build(${jobId}::uuid, ${reservationId}::uuid) AS given_up`);
  return givenUp;
};

/** Ends a build that is deleted at composer: it counts no more. */
export const endGivenUpBuild = async (db: CommonQueryMethods, jobId: string): Promise<void> => {
  await db.query(sql.type(row<Record<never, never>>())`
    WITH ended AS (
      UPDATE given_up_builds SET deleted_at = coalesce(deleted_at, now()) WHERE job_id = ${jobId} RETURNING reservation_id
    )
    DELETE FROM build_reservations WHERE id IN (SELECT reservation_id FROM ended)`);
};

/** Seconds that whoever gave a build up has for deleting it. */
const OWN_SECONDS = 5;

/** Builds that are still to be deleted at composer, oldest first. */
export const listGivenUpBuilds = async (db: CommonQueryMethods, limit: number): Promise<readonly string[]> => {
  const rows = await db.any(sql.type(row<{ job_id: string }>())`
    SELECT job_id FROM given_up_builds
    WHERE deleted_at IS NULL AND given_up_at < now() - make_interval(secs => ${OWN_SECONDS})
    ORDER BY given_up_at
    LIMIT ${limit}`);
  return rows.map(({ job_id }) => job_id);
};

/** Days for which it is known that a build was given up: longer than anybody may try to store it. */
const KEPT_DAYS = 30;

/** Forgets builds that were deleted long ago, at most that many. */
export const forgetGivenUpBuilds = async (db: CommonQueryMethods, limit: number): Promise<number> => {
  const { rowCount } = await db.query(sql.type(row<Record<never, never>>())`
    DELETE FROM given_up_builds WHERE job_id IN (
      SELECT job_id FROM given_up_builds
      WHERE deleted_at < now() - make_interval(days => ${KEPT_DAYS}::int) LIMIT ${limit} FOR UPDATE SKIP LOCKED
    )`);
  return rowCount;
};
