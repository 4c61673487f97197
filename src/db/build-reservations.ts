import { sql } from 'slonik';
import type { CommonQueryMethods } from './database.ts';
import { row } from './row.ts';

/** How many builds an organization may start within a sliding window. */
export interface QuotaLimit {
  readonly quota: number;
  /** Length of the window in nanoseconds, as the quota file has it. */
  readonly slidingWindow: number;
}

/** Seconds after which a reservation whose process died stops counting. Longer than any request can take. */
const LIFETIME_SECONDS = 900;

const MICROSECONDS = 1_000;

const window = (limit: QuotaLimit) =>
  sql.fragment`make_interval(secs => ${Math.floor(limit.slidingWindow / MICROSECONDS)}::float8 / 1000000)`;

/**
 * Reserves builds against the quota, all or none, exactly under any concurrency and across processes.
 * Gives the reservations' ids, `null` when the quota does not allow that many more. Without a limit nothing is refused.
 */
export const reserveBuilds = async (
  db: CommonQueryMethods,
  orgId: string,
  wanted: number,
  limit: QuotaLimit | null,
): Promise<readonly string[] | null> => {
  const { reserved } = await db.one(sql.type(row<{ reserved: string[] | null }>())`
    SELECT reserve_builds(
      ${orgId}, ${wanted}, ${limit?.quota ?? null}::bigint, ${limit ? window(limit) : sql.fragment`NULL`},
      make_interval(secs => ${LIFETIME_SECONDS})
    ) AS reserved`);
  return reserved;
};

/** Whether the organization's builds and reservations leave room for `wanted` more. */
export const fitsQuota = async (
  db: CommonQueryMethods,
  orgId: string,
  wanted: number,
  limit: QuotaLimit,
): Promise<boolean> => {
  const { used } = await db.one(sql.type(row<{ used: number }>())`
    SELECT (
      SELECT count(*) FROM (
        SELECT 1 FROM composes
        WHERE org_id = ${orgId} AND created_at >= CURRENT_TIMESTAMP::timestamp - ${window(limit)}
        LIMIT greatest(${limit.quota}::bigint, 0)
      ) AS counted
    )::int + (
      SELECT count(*) FROM build_reservations WHERE org_id = ${orgId} AND expires_at > now()
    )::int AS used`);
  return used + wanted <= limit.quota;
};

/** Ends reservations whose builds were not accepted. */
export const releaseReservations = async (db: CommonQueryMethods, ids: readonly string[]): Promise<void> => {
  if (ids.length === 0) return;
  await db.query(sql.type(row<Record<never, never>>())`
    DELETE FROM build_reservations WHERE id = ANY (${sql.array(ids, 'uuid')})`);
};
