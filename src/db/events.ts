import { sql } from 'slonik';
import type { CommonQueryMethods } from './database.ts';
import { row } from './row.ts';

/** Something that happened, as it is published. */
export interface EventRow {
  readonly id: number;
  readonly org_id: string;
  readonly type: string;
  /** The build or blueprint that it happened to. */
  readonly subject: string;
  /** What else is told of it. */
  readonly data: Readonly<Record<string, unknown>>;
  readonly occurred_at: string;
}

/** Between which ids there are events. */
export interface EventHorizon {
  /** Whoever has seen less than this id may have missed events that are no longer kept. */
  readonly forgotten_to: number;
  /** Highest id that was published, for whomever. */
  readonly newest: number;
  /** Highest id that was published for the organization, `null` where none is kept. */
  readonly newest_own: number | null;
}

/**
 * Publishes what has happened, and wakes those who listen.
 * @param most events at a time
 * @returns how many were published; none while another process is publishing
 */
export const publishEvents = async (db: CommonQueryMethods, most: number): Promise<number> => {
  const { published } = await db.one(sql.type(row<{ published: number }>())`
    SELECT publish_events(${most}::int) AS published`);
  return published;
};

/** Highest id that was published, for whomever. Everything below it can be seen. */
export const findNewestEventId = async (db: CommonQueryMethods): Promise<number> => {
  const { newest } = await db.one(sql.type(row<{ newest: number }>())`
    SELECT greatest(forgotten_to, (SELECT max(id) FROM events)) AS newest FROM event_horizon`);
  return newest;
};

/** Between which ids there are events for an organization. */
export const findEventHorizon = (db: CommonQueryMethods, orgId: string): Promise<EventHorizon> =>
  db.one(sql.type(row<EventHorizon>())`
    SELECT forgotten_to, greatest(forgotten_to, (SELECT max(id) FROM events)) AS newest,
      (SELECT max(id) FROM events WHERE org_id = ${orgId}) AS newest_own
    FROM event_horizon`);

/** Events of an organization after one id, up to another, in order. */
export const listEvents = (
  db: CommonQueryMethods,
  orgId: string,
  range: { readonly after: number; readonly to: number },
  limit: number,
): Promise<readonly EventRow[]> =>
  db.any(sql.type(row<EventRow>())`
    SELECT id, org_id, type, subject, data, occurred_at FROM events
    WHERE org_id = ${orgId} AND id > ${range.after}::bigint AND id <= ${range.to}::bigint
    ORDER BY id
    LIMIT ${limit}`);

/** The same of several organizations, for a range in which there are few. */
export const listEventsOfAll = (
  db: CommonQueryMethods,
  orgIds: readonly string[],
  range: { readonly after: number; readonly to: number },
  limit: number,
): Promise<readonly EventRow[]> =>
  db.any(sql.type(row<EventRow>())`
    SELECT id, org_id, type, subject, data, occurred_at FROM events
    WHERE org_id = ANY (${sql.array(orgIds, 'varchar')}) AND id > ${range.after}::bigint AND id <= ${range.to}::bigint
    ORDER BY id
    LIMIT ${limit}`);

/**
 * Forgets events whose time is over, the oldest first and without leaving a gap: what is kept is everything from some id on.
 * @param days for which events are kept
 * @param limit events that are looked at
 */
export const deleteOldEvents = async (db: CommonQueryMethods, days: number, limit: number): Promise<number> => {
  const { deleted } = await db.one(sql.type(row<{ deleted: number }>())`
    SELECT forget_events(make_interval(days => ${days}::int), ${limit}::int) AS deleted`);
  return deleted;
};
