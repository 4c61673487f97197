// Jobs of graphile-worker: one for each task, whose key is the task's name.
import { sql } from 'slonik';
import type { CommonQueryMethods } from '../database.ts';
import { noColumns } from '../row-check.ts';

/** Tasks of the background. */
export type TaskName =
  'poll-composes' | 'reconcile-builds' | 'deliver-webhooks' | 'run-schedules' | 'clean-up' | 'index-peer-rows';

/**
 * Adds the job of a task, due now, and wakes the processes that run jobs. A job that waits already stays the only one; one that a
 * process runs at the moment, or ran when it died, gets a successor.
 */
export async function addJob(db: CommonQueryMethods, name: TaskName): Promise<void> {
  await db.query(sql.type(noColumns)`
    SELECT FROM graphile_worker.add_job(${name}::text, job_key => ${name}::text, max_attempts => 1)`);
}

/** Minutes after which the process that locked a job is considered dead: longer than any run of a task. */
const LONGEST_MINUTES = 15;

/**
 * Deletes jobs of processes that died: each has a successor since. graphile-worker itself keeps them locked for four hours.
 * @returns how many were deleted
 */
export async function deleteJobsOfDeadProcesses(db: CommonQueryMethods): Promise<number> {
  await db.query(sql.type(noColumns)`
    SELECT FROM graphile_worker.force_unlock_workers(ARRAY(
      SELECT DISTINCT locked_by FROM graphile_worker.jobs WHERE locked_at < now() - make_interval(mins => ${LONGEST_MINUTES}::int)
    ))`);
  const { rowCount } = await db.query(sql.type(noColumns)`
    SELECT FROM graphile_worker.complete_jobs(ARRAY(
      SELECT id FROM graphile_worker.jobs WHERE key IS NULL AND locked_at IS NULL AND attempts >= max_attempts
    ))`);
  return rowCount;
}
