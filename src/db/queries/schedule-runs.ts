// Runs of schedules. A process takes a run with a lease; when the process dies or the lease expires, another process takes it over.
import { randomUUID } from 'node:crypto';
import { sql } from 'slonik';
import { z } from 'zod';
import type { CommonQueryMethods } from '../database.ts';
import { noColumns } from '../row-check.ts';
import { pauseSchedule, resumeSchedule } from './schedule-entitlements.ts';
import { scheduleCaller, type RunOutcome } from './schedules.ts';
import { findMillisecondsUntil, timestamp } from '../timestamp.ts';

const takenRun = z.strictObject({
  id: z.string(),
  /** Id of this lease: only its holder can record the outcome of the run. */
  attempt: z.string(),
  /** The process that has taken it, `null` for a process without heartbeat. */
  process_id: z.string().nullable(),
  blueprint_id: z.string(),
  org_id: z.string(),
  image_types: z.array(z.string()).nullable(),
  only_if_changed: z.boolean(),
  caller: scheduleCaller,
  /** Fingerprint of the packages of the last compose, `null` where it is unknown. */
  last_packages: z.string().nullable(),
  /** Seconds since it began. */
  age: z.number(),
  /** Seconds since a request showed the entitlement of the caller. */
  entitlement_age: z.number(),
});

export type TakenRun = z.infer<typeof takenRun>;

/** Longer than any run. */
const LEASE_MINUTES = 15;

const RETENTION_DAYS = 30;

const isActive = sql.fragment`EXISTS (
  SELECT FROM schedule_runs WHERE schedule_runs.blueprint_id = schedule.blueprint_id AND outcome IS NULL
)`;

/** Finds the milliseconds until an inactive schedule or an untaken run is due, 0 or less for now; `null` for none. */
export function findNextDueSchedule(db: CommonQueryMethods): Promise<number | null> {
  const next = sql.fragment`least(
    (SELECT min(next_run_at) FROM blueprint_schedules AS schedule WHERE next_run_at IS NOT NULL AND NOT ${isActive}),
    (SELECT min(taken_until) FROM schedule_runs WHERE outcome IS NULL AND process_id IS NULL)
  )`;
  return findMillisecondsUntil(db, next);
}

/** @param reason is shown to the owner of the schedule */
async function disable(tx: CommonQueryMethods, blueprintId: string, reason: string): Promise<void> {
  await tx.query(sql.type(noColumns)`
    UPDATE blueprint_schedules SET disabled_at = now(), disabled_reason = ${reason}, next_run_at = NULL
    WHERE blueprint_id = ${blueprintId} AND disabled_at IS NULL`);
}

const dueSchedule = z.strictObject({
  blueprint_id: z.string(),
  cron: z.string(),
  timezone: z.string(),
  /** Milliseconds since the epoch. */
  now: z.number(),
});

/** Runs that one transaction starts at most. */
const MOST_STARTED = 50;

/**
 * Inserts runs of due schedules, exclusively among all processes, and sets their next due times after now: missed runs are not repeated.
 * A schedule with an active run is skipped. Any process can take the runs.
 * @param next computes the next due time, `null` for never; pure, since row locks are held meanwhile
 */
export function startDueRuns(
  db: CommonQueryMethods,
  next: (clock: { readonly cron: string; readonly timezone: string }, now: Date) => Date | null,
): Promise<void> {
  return db.transaction(async (tx) => {
    const due = await tx.any(sql.type(dueSchedule)`
      SELECT blueprint_id, cron, timezone, extract(epoch FROM now())::float8 * 1000 AS now
      FROM blueprint_schedules AS schedule
      WHERE next_run_at <= now() AND NOT ${isActive}
      ORDER BY next_run_at
      LIMIT ${MOST_STARTED}
      FOR UPDATE SKIP LOCKED`);
    for (const { blueprint_id: blueprintId, cron, timezone, now } of due) {
      const following = next({ cron, timezone }, new Date(now));
      await tx.query(sql.type(noColumns)`
        WITH expired AS (
          DELETE FROM schedule_runs
          WHERE blueprint_id = ${blueprintId} AND evaluated AND began_at < now() - make_interval(days => ${RETENTION_DAYS}::int)
            AND due_at < (SELECT max(due_at) FROM schedule_runs WHERE blueprint_id = ${blueprintId})
        ), started AS (
          INSERT INTO schedule_runs (id, blueprint_id, org_id, due_at)
          SELECT ${randomUUID()}::uuid, blueprint_id, org_id, next_run_at FROM blueprint_schedules
          WHERE blueprint_id = ${blueprintId}
          ON CONFLICT (blueprint_id, due_at) DO NOTHING
        )
        UPDATE blueprint_schedules SET next_run_at = ${timestamp(following)} WHERE blueprint_id = ${blueprintId}`);
      if (following === null) await disable(tx, blueprintId, 'there is no time when it would run next');
    }
  });
}

/**
 * Takes a run without a process, or of a dead process; `null` for none.
 * @param attempt a new id
 * @param processId `null` for a process without heartbeat
 */
export function takeRun(db: CommonQueryMethods, attempt: string, processId: string | null): Promise<TakenRun | null> {
  return db.maybeOne(sql.type(takenRun)`
    WITH free AS (
      SELECT id FROM schedule_runs AS run
      WHERE outcome IS NULL AND (
        taken_until <= now() OR process_id IS NOT NULL
          AND NOT EXISTS (SELECT FROM service_processes AS p WHERE p.id = run.process_id AND p.alive_until > now())
      )
      ORDER BY taken_until
      LIMIT 1
      FOR UPDATE SKIP LOCKED
    )
    UPDATE schedule_runs AS run
    SET attempt = ${attempt}, process_id = ${processId}::uuid, taken_until = now() + make_interval(mins => ${LEASE_MINUTES}::int)
    FROM free, blueprint_schedules AS schedule
    WHERE run.id = free.id AND schedule.blueprint_id = run.blueprint_id
    RETURNING run.id, run.attempt, run.process_id, run.blueprint_id, run.org_id, schedule.image_types, schedule.only_if_changed,
      schedule.caller, schedule.packages AS last_packages, extract(epoch FROM now() - run.began_at)::float8 AS age,
      extract(epoch FROM now() - schedule.entitled_at)::float8 AS entitlement_age`);
}

type Attempt = Pick<TakenRun, 'id' | 'attempt'>;

/** Releases an unfinished run: any process can take it after some seconds. */
export async function postponeRun(db: CommonQueryMethods, { id, attempt }: Attempt, seconds: number): Promise<void> {
  await db.query(sql.type(noColumns)`
    UPDATE schedule_runs SET process_id = NULL, taken_until = now() + make_interval(secs => ${seconds})
    WHERE id = ${id} AND attempt = ${attempt} AND outcome IS NULL`);
}

/** Records the packages of the composes that a run starts. @returns whether the attempt still holds the run */
export async function recordRunPackages(
  db: CommonQueryMethods,
  { id, attempt }: Attempt,
  packages: string | null,
): Promise<boolean> {
  const { rowCount } = await db.query(sql.type(noColumns)`
    UPDATE schedule_runs SET packages = ${packages} WHERE id = ${id} AND attempt = ${attempt} AND outcome IS NULL`);
  return rowCount > 0;
}

const failureCount = z.strictObject({ failures: z.int() });

/** Counts a failed run of a schedule. @returns whether that disables the schedule */
async function countFailure(
  tx: CommonQueryMethods,
  blueprintId: string,
  reason: string,
  maxFailures: number,
): Promise<boolean> {
  const { failures } = await tx.one(sql.type(failureCount)`
    UPDATE blueprint_schedules SET failures = failures + 1 WHERE blueprint_id = ${blueprintId} RETURNING failures`);
  if (failures < maxFailures) return false;
  await disable(tx, blueprintId, `failed ${failures} times in a row, the last time: ${reason}`);
  return true;
}

async function resetFailures(tx: CommonQueryMethods, blueprintId: string): Promise<void> {
  await tx.query(sql.type(noColumns)`UPDATE blueprint_schedules SET failures = 0 WHERE blueprint_id = ${blueprintId}`);
}

export interface RunEnd {
  readonly outcome: RunOutcome;
  readonly composeIds: readonly string[];
  /** Shown to the owner of the schedule, `null` for none. */
  readonly detail: string | null;
  /** Pauses the schedule: no run can build until the organization is entitled again. */
  readonly pauseReason?: string;
}

/** What the end of a run changed at its schedule. */
export interface ScheduleChange {
  readonly disabled: boolean;
  readonly paused: boolean;
  readonly resumed: boolean;
}

const endedRun = z.strictObject({ blueprint_id: z.string(), packages: z.string().nullable() });

/**
 * Records the outcome of a run, unless another process has taken it over or its schedule is deleted.
 * @param maxFailures failures in a row that disable a schedule
 * @returns `null` where the attempt does not hold the run
 */
export function endRun(
  db: CommonQueryMethods,
  { id, attempt }: Attempt,
  { outcome, composeIds, detail, pauseReason }: RunEnd,
  maxFailures: number,
): Promise<ScheduleChange | null> {
  return db.transaction(async (tx) => {
    const run = await tx.maybeOne(sql.type(endedRun)`
      UPDATE schedule_runs
      SET outcome = ${outcome}, compose_ids = ${sql.array(composeIds, 'uuid')}, detail = ${detail},
        evaluated = ${outcome !== 'built'}
      WHERE id = ${id} AND attempt = ${attempt} AND outcome IS NULL
      RETURNING blueprint_id, packages`);
    if (run === null) return null;
    const { blueprint_id: blueprintId, packages } = run;
    const unchanged = { disabled: false, paused: false, resumed: false };
    if (outcome === 'failed') {
      return { ...unchanged, disabled: await countFailure(tx, blueprintId, detail ?? 'a build failed', maxFailures) };
    }
    if (pauseReason !== undefined) {
      return { ...unchanged, paused: await pauseSchedule(tx, blueprintId, pauseReason) };
    }
    if (outcome === 'unchanged') await resetFailures(tx, blueprintId);
    if (outcome === 'built') {
      await tx.query(sql.type(noColumns)`
        UPDATE blueprint_schedules SET packages = ${packages} WHERE blueprint_id = ${blueprintId}`);
    }
    if (outcome === 'refused') return unchanged;
    return { ...unchanged, resumed: await resumeSchedule(tx, blueprintId) };
  });
}

const finishedRun = z.strictObject({
  id: z.string(),
  blueprint_id: z.string(),
  org_id: z.string(),
  packages: z.string().nullable(),
  /** Numbers of its composes: all, failed without cancellation, and succeeded. */
  total: z.int(),
  failed: z.int(),
  succeeded: z.int(),
});

export type EvaluatedRun = z.infer<typeof finishedRun> & { readonly disabled: boolean };

async function evaluateRun(
  tx: CommonQueryMethods,
  { id, blueprint_id: blueprintId, packages, total, failed, succeeded }: z.infer<typeof finishedRun>,
  maxFailures: number,
): Promise<boolean> {
  const detail = failed > 0 ? `${failed} of ${total} builds failed` : null;
  await tx.query(sql.type(noColumns)`
    UPDATE schedule_runs SET evaluated = true, detail = coalesce(${detail}, detail) WHERE id = ${id}`);
  if (failed === 0) {
    if (succeeded > 0) await resetFailures(tx, blueprintId);
    return false;
  }
  await tx.query(sql.type(noColumns)`
    UPDATE blueprint_schedules SET packages = NULL WHERE blueprint_id = ${blueprintId} AND packages = ${packages}`);
  return countFailure(tx, blueprintId, 'a build failed', maxFailures);
}

/** Days after which a run is evaluated although its composes are unfinished. */
const FOLLOWED_DAYS = 3;

const MOST_EVALUATED = 100;

/**
 * Evaluates runs whose composes have finished. A failed compose is a failure of the schedule, whose next run builds the same packages
 * again; a run with successes only resets the count of failures. Cancelled composes are ignored.
 * @param maxFailures failures in a row that disable a schedule
 */
export function evaluateRuns(db: CommonQueryMethods, maxFailures: number): Promise<readonly EvaluatedRun[]> {
  return db.transaction(async (tx) => {
    // In the order of schedule ids, to avoid deadlocks.
    const runs = await tx.any(sql.type(finishedRun)`
      SELECT run.id, run.blueprint_id, run.org_id, run.packages, builds.total, builds.failed, builds.succeeded
      FROM schedule_runs AS run
      CROSS JOIN LATERAL (
        SELECT count(*) AS total, count(*) FILTER (WHERE finished_at IS NULL) AS open,
          count(*) FILTER (WHERE status = 'failure' AND cancelled_by IS NULL) AS failed,
          count(*) FILTER (WHERE status = 'success') AS succeeded
        FROM unnest(run.compose_ids) AS build LEFT JOIN compose_statuses ON compose_statuses.job_id = build
      ) AS builds
      WHERE outcome = 'built' AND NOT evaluated
        AND (builds.open = 0 OR began_at < now() - make_interval(days => ${FOLLOWED_DAYS}::int))
      ORDER BY run.blueprint_id, run.due_at
      LIMIT ${MOST_EVALUATED}
      FOR UPDATE OF run SKIP LOCKED`);
    const evaluated: EvaluatedRun[] = [];
    for (const run of runs) evaluated.push({ ...run, disabled: await evaluateRun(tx, run, maxFailures) });
    return evaluated;
  });
}
