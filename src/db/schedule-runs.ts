import { sql } from 'slonik';
import type { CommonQueryMethods } from './database.ts';
import { row } from './row.ts';
import { timestamp, type RunOutcome, type ScheduleCaller } from './schedules.ts';

/** A run that a process has taken. */
export interface TakenRun {
  readonly id: string;
  /** The turn of a process: it can record outcomes of the run as long as no other process has taken it over. */
  readonly attempt: string;
  /** The process that has taken it, `null` where others do not know whether it lives. */
  readonly process_id: string | null;
  readonly blueprint_id: string;
  readonly org_id: string;
  readonly image_types: readonly string[] | null;
  readonly only_if_changed: boolean;
  readonly caller: ScheduleCaller;
  /** Of the last build, `null` where it is not known. */
  readonly last_packages: string | null;
  /** Seconds since it began. */
  readonly age: number;
}

/** Who takes a run, and as which one. */
export interface RunClaim {
  readonly id: string;
  readonly attempt: string;
  readonly processId: string | null;
}

/** Days that runs are stored. */
const RETENTION_DAYS = 30;

/** The process id of runs that no process has: the next process that takes runs gets them. */
const NO_PROCESS = '00000000-0000-0000-0000-000000000000';

/**
 * Milliseconds until a schedule is due that is not active, or a run that was left, 0 or less for now; `null` when none will be.
 */
export async function findNextDueSchedule(db: CommonQueryMethods): Promise<number | null> {
  const { next } = await db.one(sql.type(row<{ next: number | null }>())`
    SELECT (extract(epoch FROM least(
      (
        SELECT next_run_at FROM blueprint_schedules AS schedule
        WHERE next_run_at IS NOT NULL AND NOT EXISTS (
          SELECT FROM schedule_runs WHERE schedule_runs.blueprint_id = schedule.blueprint_id AND outcome IS NULL
        )
        ORDER BY next_run_at
        LIMIT 1
      ),
      (SELECT min(retry_at) FROM schedule_runs WHERE outcome IS NULL AND process_id = ${NO_PROCESS})
    ) - clock_timestamp()) * 1000)::float8 AS next`);
  return next;
}

/** A schedule that is due, with the time of the database. */
interface DueSchedule {
  readonly blueprint_id: string;
  readonly org_id: string;
  readonly cron: string;
  readonly timezone: string;
  /** Milliseconds since 1970. */
  readonly now: number;
}

/**
 * Takes a schedule that is due, once for all processes, and sets when it is due next in the same transaction: after now, so that
 * what was missed is made up for by one run. One that is under way is not begun again.
 * @param next when it is due next, `null` for never; pure, since a row lock is held meanwhile
 * @returns the run, `null` where nothing is due, and `again` for a schedule that will not run any more
 */
export const takeDueSchedule = (
  db: CommonQueryMethods,
  { id, attempt, processId }: RunClaim,
  next: (clock: { readonly cron: string; readonly timezone: string }, now: Date) => Date | null,
): Promise<TakenRun | 'again' | null> =>
  db.transaction(async (tx) => {
    const due = await tx.maybeOne(sql.type(row<DueSchedule>())`
      SELECT blueprint_id, org_id, cron, timezone, extract(epoch FROM now())::float8 * 1000 AS now
      FROM blueprint_schedules AS schedule
      WHERE next_run_at <= now() AND NOT EXISTS (
        SELECT FROM schedule_runs WHERE schedule_runs.blueprint_id = schedule.blueprint_id AND outcome IS NULL
      )
      ORDER BY next_run_at
      LIMIT 1
      FOR UPDATE SKIP LOCKED`);
    if (due === null) return null;
    const following = next(due, new Date(due.now));
    const taken = await tx.maybeOne(sql.type(row<TakenRun>())`
      WITH due AS (
        SELECT blueprint_id, org_id, next_run_at FROM blueprint_schedules
        WHERE blueprint_id = ${due.blueprint_id} AND org_id = ${due.org_id}
      ), forgotten AS (
        DELETE FROM schedule_runs
        WHERE blueprint_id = ${due.blueprint_id} AND evaluated AND began_at < now() - make_interval(days => ${RETENTION_DAYS}::int)
          AND due_at < (SELECT max(due_at) FROM schedule_runs WHERE blueprint_id = ${due.blueprint_id})
      ), advanced AS (
        UPDATE blueprint_schedules SET
          next_run_at = ${timestamp(following)},
          disabled_at = CASE WHEN ${following === null} THEN now() ELSE disabled_at END,
          disabled_reason = CASE WHEN ${following === null} THEN 'there is no time when it would run next' ELSE disabled_reason END
        WHERE blueprint_id = ${due.blueprint_id} AND org_id = ${due.org_id}
        RETURNING *
      ), begun AS (
        INSERT INTO schedule_runs (id, blueprint_id, org_id, due_at, attempt, process_id)
        SELECT ${id}::uuid, blueprint_id, org_id, next_run_at, ${attempt}::uuid, ${processId}::uuid FROM due
        ON CONFLICT (blueprint_id, due_at) DO NOTHING
        RETURNING id, attempt, process_id, blueprint_id, org_id
      )
      SELECT begun.*, advanced.image_types, advanced.only_if_changed, advanced.caller, advanced.packages AS last_packages,
        0::float8 AS age
      FROM begun JOIN advanced USING (blueprint_id)`);
    return taken ?? 'again';
  });

/** Minutes after which a run of an unknown process counts as left. Longer than any run can take. */
const LONGEST_MINUTES = 15;

/** Takes over a run whose process died, or that was left to a later attempt; `null` where there is none. */
export const takeLeftRun = (
  db: CommonQueryMethods,
  { attempt, processId }: Omit<RunClaim, 'id'>,
): Promise<TakenRun | null> =>
  db.maybeOne(sql.type(row<TakenRun>())`
    WITH left_run AS (
      SELECT id FROM schedule_runs AS run
      WHERE outcome IS NULL AND retry_at <= now() AND CASE WHEN process_id IS NULL
        THEN taken_at < now() - make_interval(mins => ${LONGEST_MINUTES}::int)
        ELSE NOT EXISTS (SELECT FROM service_processes AS p WHERE p.id = run.process_id AND p.alive_until > now())
      END
      ORDER BY retry_at
      LIMIT 1
      FOR UPDATE SKIP LOCKED
    )
    UPDATE schedule_runs AS run SET attempt = ${attempt}, process_id = ${processId}::uuid, taken_at = now()
    FROM left_run, blueprint_schedules AS schedule
    WHERE run.id = left_run.id AND schedule.blueprint_id = run.blueprint_id
    RETURNING run.id, run.attempt, run.process_id, run.blueprint_id, run.org_id, schedule.image_types, schedule.only_if_changed,
      schedule.caller, schedule.packages AS last_packages, extract(epoch FROM now() - run.began_at)::float8 AS age`);

/** Leaves a run whose end is not known yet to the process that takes it over that many seconds later. */
export const leaveRun = async (
  db: CommonQueryMethods,
  { id, attempt }: Pick<RunClaim, 'id' | 'attempt'>,
  seconds: number,
): Promise<void> => {
  await db.query(sql.type(row<Record<never, never>>())`
    UPDATE schedule_runs SET process_id = ${NO_PROCESS}, retry_at = now() + make_interval(secs => ${seconds})
    WHERE id = ${id} AND attempt = ${attempt} AND outcome IS NULL`);
};

/** Records what a run is about to build is made of; gives whether the run is still the caller's. */
export const recordRunPackages = async (
  db: CommonQueryMethods,
  { id, attempt }: Pick<RunClaim, 'id' | 'attempt'>,
  packages: string | null,
): Promise<boolean> => {
  const { rowCount } = await db.query(sql.type(row<Record<never, never>>())`
    UPDATE schedule_runs SET packages = ${packages} WHERE id = ${id} AND attempt = ${attempt} AND outcome IS NULL`);
  return rowCount > 0;
};

/** How a run ended. */
export interface RunEnd {
  readonly outcome: RunOutcome;
  readonly composeIds: readonly string[];
  /** The reason, as its owner sees it; `null` without one. */
  readonly detail: string | null;
}

/** Counts one more failure of a schedule, and disables it when they are too many. */
const failedOnceMore = (maxFailures: number, reason: string | null) => sql.fragment`
  failures = schedule.failures + 1,
  disabled_at = CASE WHEN schedule.failures + 1 >= ${maxFailures} THEN now() ELSE schedule.disabled_at END,
  disabled_reason = CASE WHEN schedule.failures + 1 >= ${maxFailures}
    THEN format('failed %s times in a row, the last time: %s', schedule.failures + 1, ${reason ?? 'a build failed'}::text)
    ELSE schedule.disabled_reason END,
  next_run_at = CASE WHEN schedule.failures + 1 >= ${maxFailures} THEN NULL ELSE schedule.next_run_at END`;

/**
 * Ends a run, unless another process has taken it over or its schedule is gone.
 * @param maxFailures failures in a row that disable a schedule
 * @returns whether that was the case, and whether it disabled the schedule; `null` where the run belongs to another process
 */
export const endRun = async (
  db: CommonQueryMethods,
  { id, attempt }: Pick<RunClaim, 'id' | 'attempt'>,
  { outcome, composeIds, detail }: RunEnd,
  maxFailures: number,
): Promise<{ readonly disabled: boolean } | null> =>
  db.maybeOne(sql.type(row<{ disabled: boolean }>())`
    WITH ended AS (
      UPDATE schedule_runs
      SET outcome = ${outcome}, compose_ids = ${sql.array(composeIds, 'uuid')}, detail = ${detail},
        evaluated = ${outcome !== 'built'}
      WHERE id = ${id} AND attempt = ${attempt} AND outcome IS NULL
      RETURNING blueprint_id, packages
    )
    UPDATE blueprint_schedules AS schedule SET
      ${
        outcome === 'failed'
          ? failedOnceMore(maxFailures, detail)
          : outcome === 'built'
            ? sql.fragment`packages = ended.packages`
            : outcome === 'unchanged'
              ? sql.fragment`failures = 0`
              : sql.fragment`failures = schedule.failures`
      }
    FROM ended
    WHERE schedule.blueprint_id = ended.blueprint_id
    RETURNING schedule.disabled_at IS NOT NULL AS disabled`);

/** A run whose builds are over. */
export interface EvaluatedRun {
  readonly blueprint_id: string;
  readonly org_id: string;
  /** Builds that failed, without cancelled ones. */
  readonly failed: number;
  readonly disabled: boolean;
}

/** Days after which nothing more is learned of how builds ended. */
const FOLLOWED_DAYS = 3;

/** Runs that are evaluated at a time. */
const MOST_EVALUATED = 100;

/**
 * Evaluates runs by how their builds ended, once all of them have: a failed build is a failure of its schedule, and what it was made of
 * is built again; a run without one ends a row of failures. Cancelled builds count neither way.
 * @param maxFailures failures in a row that disable a schedule
 */
export const evaluateRuns = (db: CommonQueryMethods, maxFailures: number): Promise<readonly EvaluatedRun[]> =>
  db.any(sql.type(row<EvaluatedRun>())`
    WITH open AS (
      SELECT id FROM schedule_runs AS run
      WHERE outcome = 'built' AND NOT evaluated AND (
        began_at < now() - make_interval(days => ${FOLLOWED_DAYS}::int)
        OR NOT EXISTS (
          SELECT FROM unnest(run.compose_ids) AS build
          LEFT JOIN compose_statuses AS statuses ON statuses.job_id = build
          WHERE statuses.finished_at IS NULL
        )
      )
      LIMIT ${MOST_EVALUATED}
      FOR UPDATE SKIP LOCKED
    ), ends AS (
      SELECT run.id, count(*)::int AS total,
        count(*) FILTER (WHERE statuses.status = 'failure' AND statuses.cancelled_by IS NULL)::int AS failed,
        count(*) FILTER (WHERE statuses.status = 'success')::int AS succeeded
      FROM open
      JOIN schedule_runs AS run USING (id)
      CROSS JOIN unnest(run.compose_ids) AS build
      LEFT JOIN compose_statuses AS statuses ON statuses.job_id = build
      GROUP BY run.id
    ), evaluated_runs AS (
      UPDATE schedule_runs AS run
      SET evaluated = true,
        detail = CASE WHEN ends.failed > 0 THEN format('%s of %s builds failed', ends.failed, ends.total) ELSE run.detail END
      FROM ends WHERE run.id = ends.id
      RETURNING run.blueprint_id, run.packages, ends.failed, ends.succeeded
    ), failed AS (
      SELECT blueprint_id, sum(failed)::int AS failed, count(*) FILTER (WHERE failed > 0)::int AS runs,
        bool_or(succeeded > 0) AS succeeded, array_agg(packages) FILTER (WHERE failed > 0) AS packages
      FROM evaluated_runs GROUP BY blueprint_id
    )
    UPDATE blueprint_schedules AS schedule SET
      failures = CASE WHEN failed.runs > 0 THEN schedule.failures + failed.runs
        WHEN failed.succeeded THEN 0 ELSE schedule.failures END,
      packages = CASE WHEN schedule.packages = ANY (failed.packages) THEN NULL ELSE schedule.packages END,
      disabled_at = CASE WHEN failed.runs > 0 AND schedule.failures + failed.runs >= ${maxFailures}
        THEN coalesce(schedule.disabled_at, now()) ELSE schedule.disabled_at END,
      disabled_reason = CASE WHEN failed.runs > 0 AND schedule.failures + failed.runs >= ${maxFailures}
        THEN coalesce(
          schedule.disabled_reason,
          format('failed %s times in a row, the last time: a build failed', schedule.failures + failed.runs)
        ) ELSE schedule.disabled_reason END,
      next_run_at = CASE WHEN failed.runs > 0 AND schedule.failures + failed.runs >= ${maxFailures}
        THEN NULL ELSE schedule.next_run_at END
    FROM failed
    WHERE schedule.blueprint_id = failed.blueprint_id
    RETURNING schedule.blueprint_id, schedule.org_id, failed.failed, schedule.disabled_at IS NOT NULL AS disabled`);
