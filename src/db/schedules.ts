import { sql, type FragmentSqlToken } from 'slonik';
import type { CommonQueryMethods } from './database.ts';
import { insertAuditEntry, type AuditEntry } from './recording.ts';
import { row } from './row.ts';

/** Identity of a caller, as far as composes in that name need it. Nothing in it proves the identity. */
export interface ScheduleCaller {
  readonly accountNumber: string;
  readonly email: string;
  readonly username: string;
  readonly type: string;
  readonly entitled: boolean;
}

/** When a blueprint is built, and what of it. */
export interface NewSchedule {
  readonly cron: string;
  readonly timezone: string;
  readonly onlyIfChanged: boolean;
  readonly enabled: boolean;
  /** `null` for all that the blueprint has. */
  readonly imageTypes: readonly string[] | null;
  readonly caller: ScheduleCaller;
  /** `null` as long as it does not run. */
  readonly nextRunAt: Date | null;
}

/** What became of a run. */
export type RunOutcome = 'built' | 'unchanged' | 'failed' | 'refused';

/** A schedule with its last run that is over; members of that are `null` where there was none. */
export interface ScheduleRow {
  readonly cron: string;
  readonly timezone: string;
  readonly only_if_changed: boolean;
  readonly enabled: boolean;
  readonly image_types: readonly string[] | null;
  readonly caller: ScheduleCaller;
  readonly updated_at: string;
  readonly next_run_at: string | null;
  readonly failures: number;
  readonly disabled_at: string | null;
  readonly disabled_reason: string | null;
  readonly run_at: string | null;
  readonly run_outcome: RunOutcome | null;
  readonly run_detail: string | null;
  readonly run_compose_ids: readonly string[] | null;
}

const MILLISECONDS = 1_000;

/** A time as a parameter of a statement. */
export const timestamp = (time: Date | null): FragmentSqlToken =>
  sql.fragment`to_timestamp(${time === null ? null : time.getTime() / MILLISECONDS}::float8)`;

/**
 * Sets the schedule of a blueprint of the organization, whether or not it has one. Counted failures are forgotten; the packages of the
 * last compose are not.
 * @returns whether there is such a blueprint
 */
export async function setSchedule(
  db: CommonQueryMethods,
  orgId: string,
  blueprintId: string,
  schedule: NewSchedule,
  audit: AuditEntry | null,
): Promise<boolean> {
  const { cron, timezone, onlyIfChanged, enabled, imageTypes, caller, nextRunAt } = schedule;
  const { rowCount } = await db.query(sql.type(row<{ blueprint_id: string }>())`
    WITH set_schedule AS (
      INSERT INTO blueprint_schedules
        (blueprint_id, org_id, cron, timezone, only_if_changed, enabled, image_types, caller, next_run_at)
      SELECT id, org_id, ${cron}, ${timezone}, ${onlyIfChanged}, ${enabled},
        ${imageTypes === null ? null : sql.array(imageTypes, 'varchar')}, ${JSON.stringify(caller)}::jsonb, ${timestamp(nextRunAt)}
      FROM blueprints WHERE id = ${blueprintId} AND org_id = ${orgId} AND NOT deleted
      -- Waits for a request that deletes the blueprint: then it has no schedule, and gets none.
      FOR SHARE
      ON CONFLICT (blueprint_id) DO UPDATE SET
        cron = excluded.cron, timezone = excluded.timezone, only_if_changed = excluded.only_if_changed,
        enabled = excluded.enabled, image_types = excluded.image_types, caller = excluded.caller, updated_at = now(),
        next_run_at = excluded.next_run_at, failures = 0, disabled_at = NULL, disabled_reason = NULL
      RETURNING blueprint_id
    ), audited AS (
      ${insertAuditEntry(audit, sql.fragment`set_schedule`)}
    )
    SELECT blueprint_id FROM set_schedule`);
  return rowCount > 0;
}

/** The schedule of a blueprint of the organization, `null` where it has none. */
export const findSchedule = (db: CommonQueryMethods, orgId: string, blueprintId: string): Promise<ScheduleRow | null> =>
  db.maybeOne(sql.type(row<ScheduleRow>())`
    SELECT cron, timezone, only_if_changed, enabled, image_types, caller, updated_at, next_run_at, failures,
      disabled_at, disabled_reason, run.began_at AS run_at, run.outcome AS run_outcome, run.detail AS run_detail,
      run.compose_ids AS run_compose_ids
    FROM blueprint_schedules AS schedule
    LEFT JOIN LATERAL (
      SELECT began_at, outcome, detail, compose_ids FROM schedule_runs
      WHERE blueprint_id = schedule.blueprint_id AND org_id = ${orgId} AND outcome IS NOT NULL
      ORDER BY due_at DESC LIMIT 1
    ) AS run ON true
    WHERE schedule.blueprint_id = ${blueprintId} AND schedule.org_id = ${orgId}`);

/** Deletes the schedule of a blueprint of the organization. @returns whether it had one */
export async function deleteSchedule(
  db: CommonQueryMethods,
  orgId: string,
  blueprintId: string,
  audit: AuditEntry | null,
): Promise<boolean> {
  const { rowCount } = await db.query(sql.type(row<{ blueprint_id: string }>())`
    WITH deleted AS (
      DELETE FROM blueprint_schedules WHERE blueprint_id = ${blueprintId} AND org_id = ${orgId} RETURNING blueprint_id
    ), audited AS (
      ${insertAuditEntry(audit, sql.fragment`deleted`)}
    )
    SELECT blueprint_id FROM deleted`);
  return rowCount > 0;
}
