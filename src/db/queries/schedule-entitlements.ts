// The entitlements that schedules run with, and the pauses of schedules whose organization lacks one.
import { sql, type FragmentSqlToken } from 'slonik';
import { z } from 'zod';
import { labelsOfBlueprint } from './blueprint-attributes.ts';
import type { CommonQueryMethods } from '../database.ts';
import { recordEvents } from './recording.ts';

const changedSchedule = z.strictObject({ blueprint_id: z.string(), org_id: z.string() });

export type ChangedSchedule = z.infer<typeof changedSchedule>;

/** @param changed a table expression with `blueprint_id`, `org_id` and `reason` (text or NULL) */
const eventsOf = (type: 'schedule.paused' | 'schedule.resumed', changed: FragmentSqlToken): FragmentSqlToken =>
  recordEvents(sql.fragment`(
    SELECT changed.org_id, ${type} AS type, changed.blueprint_id AS subject,
      jsonb_strip_nulls(jsonb_build_object(
        'name', blueprints.name, 'reason', reason, 'labels', ${labelsOfBlueprint(sql.fragment`blueprints.org_id`)}
      )) AS data
    FROM ${changed} AS changed JOIN blueprints ON blueprints.id = changed.blueprint_id
  )`);

/** Pauses a schedule. @returns whether it was not paused for this reason before */
export async function pauseSchedule(db: CommonQueryMethods, blueprintId: string, reason: string): Promise<boolean> {
  const { rowCount } = await db.query(sql.type(changedSchedule)`
    WITH paused AS (
      UPDATE blueprint_schedules SET paused_at = coalesce(paused_at, now()), paused_reason = ${reason}
      WHERE blueprint_id = ${blueprintId} AND (paused_reason IS NULL OR paused_reason <> ${reason})
      RETURNING blueprint_id, org_id, paused_reason AS reason
    ), ${eventsOf('schedule.paused', sql.fragment`paused`)}
    SELECT blueprint_id, org_id FROM paused`);
  return rowCount > 0;
}

/** Ends the pause of a schedule. @returns whether it was paused */
export async function resumeSchedule(db: CommonQueryMethods, blueprintId: string): Promise<boolean> {
  const { rowCount } = await db.query(sql.type(changedSchedule)`
    WITH resumed AS (
      UPDATE blueprint_schedules SET paused_at = NULL, paused_reason = NULL
      WHERE blueprint_id = ${blueprintId} AND paused_at IS NOT NULL
      RETURNING blueprint_id, org_id, NULL::text AS reason
    ), ${eventsOf('schedule.resumed', sql.fragment`resumed`)}
    SELECT blueprint_id, org_id FROM resumed`);
  return rowCount > 0;
}

/** The entitlement to RHEL that a request of an organization has shown. */
export interface SeenEntitlement {
  readonly orgId: string;
  readonly entitled: boolean;
  /** Seconds since the request. */
  readonly age: number;
}

/** An unchanged entitlement is written again once it is this old. */
const REFRESH_HOURS = 1;

/**
 * Records entitlements for the schedules of their organizations, unless a later one is recorded, and ends pauses.
 * @returns the schedules that are not paused any more
 */
export function recordEntitlements(
  db: CommonQueryMethods,
  seen: readonly SeenEntitlement[],
): Promise<readonly ChangedSchedule[]> {
  const orgIds = seen.map(({ orgId }) => orgId);
  const entitled = seen.map((entitlement) => entitlement.entitled);
  const ages = seen.map(({ age }) => age);
  return db.any(sql.type(changedSchedule)`
    WITH seen AS (
      SELECT org_id, entitled, now() - make_interval(secs => age) AS at
      FROM unnest(${sql.array(orgIds, 'text')}, ${sql.array(entitled, 'bool')}, ${sql.array(ages, 'float8')})
        AS seen (org_id, entitled, age)
    ), locked AS (
      SELECT schedule.blueprint_id, schedule.org_id, seen.entitled, seen.at, schedule.paused_at IS NOT NULL AS paused
      FROM seen JOIN blueprint_schedules AS schedule ON schedule.org_id = seen.org_id
      WHERE entitled_at < seen.at AND (
        caller -> 'entitled' <> to_jsonb(seen.entitled) OR entitled_at < seen.at - make_interval(hours => ${REFRESH_HOURS}::int)
          OR (seen.entitled AND paused_at IS NOT NULL)
      )
      -- In one order, to avoid deadlocks between processes.
      ORDER BY schedule.blueprint_id
      FOR UPDATE OF schedule
    ), updated AS (
      UPDATE blueprint_schedules AS schedule
      SET caller = jsonb_set(caller, '{entitled}', to_jsonb(locked.entitled)), entitled_at = locked.at,
        paused_at = CASE WHEN NOT locked.entitled THEN paused_at END,
        paused_reason = CASE WHEN NOT locked.entitled THEN paused_reason END
      FROM locked WHERE schedule.blueprint_id = locked.blueprint_id
    ), resumed AS (
      SELECT blueprint_id, org_id, NULL::text AS reason FROM locked WHERE paused AND entitled
    ), ${eventsOf('schedule.resumed', sql.fragment`resumed`)}
    SELECT blueprint_id, org_id FROM resumed`);
}
