import { sql, type FragmentSqlToken } from 'slonik';
import { z } from 'zod';
import type { CommonQueryMethods } from '../database.ts';

const event = z.strictObject({
  id: z.int(),
  org_id: z.string(),
  type: z.string(),
  /** The compose or blueprint. */
  subject: z.string(),
  /** Further members of the event. */
  data: z.record(z.string(), z.unknown()),
  occurred_at: z.string(),
});

export type EventRow = z.infer<typeof event>;

const horizon = z.strictObject({
  /** A reader of lower ids may have missed events that retention has deleted. */
  forgotten_to: z.int(),
  /** Highest id of a readable event of the organization, `null` for none. */
  newest_own: z.int().nullable(),
});

export type EventHorizon = z.infer<typeof horizon>;

/** Finds the range of ids of an organization's readable events. */
export function findEventHorizon(
  db: CommonQueryMethods,
  orgId: string,
  { newest, safe }: { readonly newest: number; readonly safe: number },
): Promise<EventHorizon> {
  return db.one(sql.type(horizon)`
    SELECT least(coalesce((SELECT min(id) FROM events) - 1, ${newest}::bigint), ${safe}::bigint) AS forgotten_to,
      (SELECT max(id) FROM events WHERE org_id = ${orgId} AND id <= ${safe}::bigint) AS newest_own`);
}

interface EventRange {
  readonly after: number;
  readonly to: number;
}

function selectEvents(whose: FragmentSqlToken, { after, to }: EventRange, limit: number) {
  return sql.type(event)`
    SELECT id, org_id, type, subject, data, occurred_at FROM events
    WHERE ${whose} AND id > ${after}::bigint AND id <= ${to}::bigint
    ORDER BY id
    LIMIT ${limit}`;
}

/** Lists events of an organization, by id. */
export function listEvents(
  db: CommonQueryMethods,
  orgId: string,
  range: EventRange,
  limit: number,
): Promise<readonly EventRow[]> {
  return db.any(selectEvents(sql.fragment`org_id = ${orgId}`, range, limit));
}

/** Lists events of several organizations, by id. For ranges with few events. */
export function listEventsOfOrganizations(
  db: CommonQueryMethods,
  orgIds: readonly string[],
  range: EventRange,
  limit: number,
): Promise<readonly EventRow[]> {
  return db.any(selectEvents(sql.fragment`org_id = ANY (${sql.array(orgIds, 'varchar')})`, range, limit));
}
