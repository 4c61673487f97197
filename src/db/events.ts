import { sql } from 'slonik';
import type { CommonQueryMethods } from './database.ts';
import { row } from './row.ts';

/** An event as it is stored. */
export interface EventRow {
  readonly id: number;
  readonly org_id: string;
  readonly type: string;
  /** The compose or blueprint. */
  readonly subject: string;
  /** Further members of the event. */
  readonly data: Readonly<Record<string, unknown>>;
  readonly occurred_at: string;
}

/** Between which ids there are events for an organization. */
export interface EventHorizon {
  /** A reader that has not seen this id may have missed events that retention has deleted. */
  readonly forgotten_to: number;
  /** Highest id of an event of the organization that can be read, `null` where there is none. */
  readonly newest_own: number | null;
}

/** Between which ids there are events for an organization, as far as they can be read. */
export function findEventHorizon(
  db: CommonQueryMethods,
  orgId: string,
  { newest, safe }: { readonly newest: number; readonly safe: number },
): Promise<EventHorizon> {
  return db.one(sql.type(row<EventHorizon>())`
    SELECT least(coalesce((SELECT min(id) FROM events) - 1, ${newest}::bigint), ${safe}::bigint) AS forgotten_to,
      (SELECT max(id) FROM events WHERE org_id = ${orgId} AND id <= ${safe}::bigint) AS newest_own`);
}

/** Events of an organization after one id, up to another, in order. */
export function listEvents(
  db: CommonQueryMethods,
  orgId: string,
  range: { readonly after: number; readonly to: number },
  limit: number,
): Promise<readonly EventRow[]> {
  return db.any(sql.type(row<EventRow>())`
    SELECT id, org_id, type, subject, data, occurred_at FROM events
    WHERE org_id = ${orgId} AND id > ${range.after}::bigint AND id <= ${range.to}::bigint
    ORDER BY id
    LIMIT ${limit}`);
}

/** The same of several organizations, for a range in which there are few. */
export function listEventsOfOrganizations(
  db: CommonQueryMethods,
  orgIds: readonly string[],
  range: { readonly after: number; readonly to: number },
  limit: number,
): Promise<readonly EventRow[]> {
  return db.any(sql.type(row<EventRow>())`
    SELECT id, org_id, type, subject, data, occurred_at FROM events
    WHERE org_id = ANY (${sql.array(orgIds, 'varchar')}) AND id > ${range.after}::bigint AND id <= ${range.to}::bigint
    ORDER BY id
    LIMIT ${limit}`);
}

/**
 * Deletes events that are older than retention, in the order of their ids and up to the first that is not: those that remain are all
 * events from some id on, on which clients that reconnect rely.
 * @param days of retention
 * @param limit events that are examined
 * @returns how many were deleted
 */
export async function deleteOldEvents(db: CommonQueryMethods, days: number, limit: number): Promise<number> {
  const { rowCount } = await db.query(sql.type(row<Record<never, never>>())`
    DELETE FROM events USING (
      SELECT id, bool_and(occurred_at < now() - make_interval(days => ${days}::int)) OVER (ORDER BY id) AS is_old
      FROM (SELECT id, occurred_at FROM events ORDER BY id LIMIT ${limit}) AS oldest
    ) AS oldest
    WHERE events.id = oldest.id AND oldest.is_old`);
  return rowCount;
}
