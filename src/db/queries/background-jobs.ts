// Jobs of graphile-worker: one for each task, whose key is the task's name.
import { sql } from 'slonik';
import type { CommonQueryMethods } from '../database.ts';
import { noColumns } from '../row-check.ts';

export type TaskName =
  'poll-composes' | 'reconcile-builds' | 'deliver-webhooks' | 'run-schedules' | 'clean-up' | 'index-peer-rows';

/** What a job has besides its task: headers of the trace that caused it, where traces are made. */
export type JobPayload = Readonly<Record<string, string>>;

/**
 * Adds the job of a task, due now, and wakes the processes that run jobs. It replaces a waiting job; a job that a process runs, or ran
 * when it died, gets a successor.
 */
export async function addJob(db: CommonQueryMethods, name: TaskName, payload: JobPayload = {}): Promise<void> {
  await db.query(sql.type(noColumns)`
    SELECT FROM graphile_worker.add_job(
      ${name}::text, payload => ${JSON.stringify(payload)}::json, job_key => ${name}::text, max_attempts => 1)`);
}

/** Minutes after which the process that locked a job is considered dead. No task runs longer. */
const LONGEST_MINUTES = 15;

/**
 * Deletes jobs of dead processes, which have successors. graphile-worker would unlock them after four hours.
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
