// The job queue: graphile-worker, with connections and tables of its own.
import { Logger as QueueLogger, parseCronItems, run, type TaskList } from 'graphile-worker';
import type { Pool } from 'pg';
import type { DatabaseConfig } from '../config/index.ts';
import type { TaskName } from '../db/index.ts';
import { createClientPool, directDatabase } from '../db/connection.ts';
import { waitAtMost } from '../lib/timeout.ts';
import type { Logger } from '../observability/logger.ts';

/** Connections of the job queue, besides the service's pool: one listens for new jobs. */
export const CONNECTIONS = 2;

/** Jobs that a process runs at the same time. Three tasks can take a minute and longer; the others are short. */
const CONCURRENCY = 4;

/** Milliseconds between polls of the queue, in case a notification is lost, and where a pooler lets none through. */
const POLL_INTERVAL = 60_000;
const POLL_INTERVAL_POOLED = 1_000;

/** Milliseconds between two warnings. */
const WARNING_INTERVAL = 10_000;

/** Logs an error of the queue as a warning once per interval, and all other lines at level debug. */
function loggerFor(log: Logger): QueueLogger {
  let quietUntil = 0;
  return new QueueLogger(() => (level, message, meta) => {
    const isProblem = level === 'error' && performance.now() >= quietUntil;
    if (isProblem) quietUntil = performance.now() + WARNING_INTERVAL;
    const fields = { err: meta['error'] };
    if (isProblem) log.warn({ event: 'job_queue.failed', ...fields }, `the job queue: ${message}`);
    else log.debug({ event: 'job_queue.message', ...fields }, `the job queue: ${message}`);
  });
}

async function isInstalled(pool: Pool): Promise<boolean> {
  const { rows } = await pool.query<{ installed: boolean }>(
    `SELECT to_regclass('graphile_worker._private_jobs') IS NOT NULL AS installed`,
  );
  return rows[0]?.installed ?? false;
}

/** A queue whose jobs this process runs. */
export interface RunningQueue {
  /** Resolves when the queue has stopped, also by itself. Does not reject. */
  readonly stopped: Promise<void>;
  /** Takes no more jobs, and waits for those that run. @param grace milliseconds that the jobs get */
  readonly stop: (grace: number) => Promise<void>;
}

/**
 * Runs jobs of tasks.
 * @param crontab pattern of the times at which each task runs without being woken
 * @throws when the database cannot be reached, or has no job queue
 */
export async function startJobQueue(
  config: DatabaseConfig,
  log: Logger,
  taskList: TaskList,
  crontab: Readonly<Partial<Record<TaskName, string>>>,
): Promise<RunningQueue> {
  // An idle connection costs less than a new one for each job.
  const options = { max: CONNECTIONS, idleTimeoutMillis: 0, connectionTimeoutMillis: 5_000, keepAlive: true };
  const direct = directDatabase(config);
  const pool = await createClientPool(direct ?? config, 'image-builder-jobs', options);
  const close = (): Promise<void> => pool.end().catch(() => {});
  try {
    if (!(await isInstalled(pool))) throw new Error('the database has no tables of the job queue');
    const runner = await run({
      ...{ pgPool: pool, taskList, logger: loggerFor(log), noHandleSignals: true },
      ...{ concurrency: CONCURRENCY, pollInterval: direct === null ? POLL_INTERVAL_POOLED : POLL_INTERVAL },
      // Otherwise an end of a job that cannot be recorded is an unhandled rejection; with batches the queue stops.
      preset: { worker: { completeJobBatchDelay: 0, failJobBatchDelay: 0 } },
      // A pooler gives out connections that have not prepared them.
      noPreparedStatements: direct === null,
      parsedCronItems: parseCronItems(
        Object.entries(crontab).map(([task, match]) => ({
          ...{ task, match, identifier: task },
          options: { jobKey: task, jobKeyMode: 'replace', maxAttempts: 1 },
        })),
      ),
    });
    const stopped = runner.promise.catch(() => {}).then(close);
    return {
      stopped,
      stop: async (grace) => {
        const hasStopped = runner.stop().then(() => stopped);
        // A job that does not complete in time stays locked until the next wakeup of its task replaces it.
        await waitAtMost(grace, hasStopped).catch(() => {});
      },
    };
  } catch (error) {
    await close();
    throw error;
  }
}
