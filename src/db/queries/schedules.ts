import { sql } from 'slonik';
import { z } from 'zod';
import type { CommonQueryMethods } from '../database.ts';
import { changeAudited, type AuditEntry } from './recording.ts';
import { timestamp } from '../timestamp.ts';

/** Identity of a caller, for composes in its name. Contains no credentials. */
export const scheduleCaller = z.strictObject({
  accountNumber: z.string(),
  email: z.string(),
  username: z.string(),
  type: z.string(),
  entitled: z.boolean(),
});

export type ScheduleCaller = z.infer<typeof scheduleCaller>;

export interface NewSchedule {
  readonly cron: string;
  readonly timezone: string;
  readonly onlyIfChanged: boolean;
  readonly enabled: boolean;
  /** `null` for all image types of the blueprint. */
  readonly imageTypes: readonly string[] | null;
  readonly caller: ScheduleCaller;
  /** `null` for a disabled schedule. */
  readonly nextRunAt: Date | null;
}

const runOutcome = z.enum(['built', 'unchanged', 'failed', 'refused']);
export type RunOutcome = z.infer<typeof runOutcome>;

const schedule = z.strictObject({
  cron: z.string(),
  timezone: z.string(),
  only_if_changed: z.boolean(),
  enabled: z.boolean(),
  image_types: z.array(z.string()).nullable(),
  caller: scheduleCaller,
  updated_at: z.string(),
  next_run_at: z.string().nullable(),
  failures: z.int(),
  disabled_at: z.string().nullable(),
  disabled_reason: z.string().nullable(),
  paused_at: z.string().nullable(),
  paused_reason: z.string().nullable(),
  /** Members of the last completed run, `null` for none. */
  run_at: z.string().nullable(),
  run_outcome: runOutcome.nullable(),
  run_detail: z.string().nullable(),
  run_compose_ids: z.array(z.string()).nullable(),
});

export type ScheduleRow = z.infer<typeof schedule>;

/**
 * Sets or replaces the schedule of a blueprint. Resets the count of failures, not the packages of the last compose.
 * @returns whether the organization has the blueprint
 */
export function setSchedule(
  db: CommonQueryMethods,
  orgId: string,
  blueprintId: string,
  { cron, timezone, onlyIfChanged, enabled, imageTypes, caller, nextRunAt }: NewSchedule,
  audit: AuditEntry | null,
): Promise<boolean> {
  const types = imageTypes === null ? sql.fragment`NULL` : sql.array(imageTypes, 'varchar');
  const change = sql.fragment`
    INSERT INTO blueprint_schedules
      (blueprint_id, org_id, cron, timezone, only_if_changed, enabled, image_types, caller, next_run_at)
    SELECT id, org_id, ${cron}, ${timezone}, ${onlyIfChanged}, ${enabled}, ${types}, ${JSON.stringify(caller)}::jsonb,
      ${timestamp(nextRunAt)}
    FROM blueprints WHERE id = ${blueprintId} AND org_id = ${orgId} AND NOT deleted
    -- Serializes with deletions of the blueprint: a deleted blueprint has no schedule.
    FOR SHARE
    ON CONFLICT (blueprint_id) DO UPDATE SET
      cron = excluded.cron, timezone = excluded.timezone, only_if_changed = excluded.only_if_changed,
      enabled = excluded.enabled, image_types = excluded.image_types, caller = excluded.caller, updated_at = now(),
      next_run_at = excluded.next_run_at, failures = 0, disabled_at = NULL, disabled_reason = NULL,
      entitled_at = excluded.entitled_at, paused_at = NULL, paused_reason = NULL
    RETURNING blueprint_id`;
  return changeAudited(db, change, audit);
}

/** Finds the schedule of a blueprint of the organization. */
export function findSchedule(db: CommonQueryMethods, orgId: string, blueprintId: string): Promise<ScheduleRow | null> {
  return db.maybeOne(sql.type(schedule)`
    SELECT cron, timezone, only_if_changed, enabled, image_types, caller, updated_at, next_run_at, failures,
      disabled_at, disabled_reason, paused_at, paused_reason, run.began_at AS run_at, run.outcome AS run_outcome, run.detail AS run_detail,
      run.compose_ids AS run_compose_ids
    FROM blueprint_schedules AS schedule
    LEFT JOIN LATERAL (
      SELECT began_at, outcome, detail, compose_ids FROM schedule_runs
      WHERE blueprint_id = schedule.blueprint_id AND org_id = ${orgId} AND outcome IS NOT NULL
      ORDER BY due_at DESC LIMIT 1
    ) AS run ON true
    WHERE schedule.blueprint_id = ${blueprintId} AND schedule.org_id = ${orgId}`);
}

/** Deletes the schedule of a blueprint of the organization. @returns whether it existed */
export function deleteSchedule(
  db: CommonQueryMethods,
  orgId: string,
  blueprintId: string,
  audit: AuditEntry | null,
): Promise<boolean> {
  const change = sql.fragment`
    DELETE FROM blueprint_schedules WHERE blueprint_id = ${blueprintId} AND org_id = ${orgId} RETURNING blueprint_id`;
  return changeAudited(db, change, audit);
}
