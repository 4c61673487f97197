// The job queue: graphile-worker, with connections and tables of its own.
import { Logger as QueueLogger, parseCronItems, run, type TaskList } from 'graphile-worker';
import { Pool } from 'pg';
import type { DatabaseConfig } from '../config/index.ts';
import type { TaskName } from '../db/index.ts';
import { clientOptions } from '../db/connection.ts';
import type { Logger } from '../observability/logger.ts';

/** Connections of the job queue, besides the service's pool: one hears of new jobs. */
export const CONNECTIONS = 2;

/** Jobs that a process runs at the same time. Three tasks may take a minute and longer; the others are short. */
const AT_ONCE = 4;

/** Milliseconds after which the queue is polled, should a notification be lost. */
const POLL = 60_000;

/** Milliseconds for which further problems are not logged. */
const QUIET = 10_000;

const openPool = async (config: DatabaseConfig): Promise<Pool> => {
  const pool = new Pool({
    ...(await clientOptions(config, 'image-builder-jobs')),
    // A connection that is opened anew for each job costs more than an idle one.
    ...{ max: CONNECTIONS, idleTimeoutMillis: 0, connectionTimeoutMillis: 5_000, keepAlive: true },
  });
  // Without listeners a connection that is lost would end the process.
  pool.on('error', () => {});
  pool.on('connect', (client) => client.on('error', () => {}));
  return pool;
};

/** Passes on what the queue logs: problems once in a while, the rest for those who debug. */
const loggerFor = (log: Logger): QueueLogger => {
  let quietUntil = 0;
  return new QueueLogger(() => (level, message, meta) => {
    const isProblem = level === 'error' && performance.now() >= quietUntil;
    if (isProblem) quietUntil = performance.now() + QUIET;
    const fields = { err: meta?.['error'] };
    if (isProblem) log.warn({ event: 'job_queue.failed', ...fields }, `the job queue: ${message}`);
    else log.debug({ event: 'job_queue.message', ...fields }, `the job queue: ${message}`);
  });
};

const isInstalled = async (pool: Pool): Promise<boolean> => {
  const { rows } = await pool.query<{ installed: boolean }>(
    `SELECT to_regclass('graphile_worker._private_jobs') IS NOT NULL AS installed`,
  );
  return rows[0]?.installed ?? false;
};

/** A queue whose jobs this process runs. */
export interface RunningQueue {
  /** Resolves when the queue has stopped, also by itself. Does not reject. */
  readonly stopped: Promise<void>;
  /** Takes no more jobs; resolves when those that run have ended. @param grace milliseconds that they get */
  readonly stop: (grace: number) => Promise<void>;
}

/**
 * Runs jobs of tasks, each of which is also due by the crontab.
 * @param crontab tasks with the pattern of the times at which they run anyway
 * @throws when the database cannot be reached, or has no job queue
 */
export async function startJobQueue(
  config: DatabaseConfig,
  log: Logger,
  taskList: TaskList,
  crontab: Readonly<Record<TaskName, string>>,
): Promise<RunningQueue> {
  const pool = await openPool(config);
  const close = (): Promise<void> => pool.end().catch(() => {});
  try {
    if (!(await isInstalled(pool))) throw new Error('the database has no tables of the job queue');
    const runner = await run({
      ...{ pgPool: pool, taskList, logger: loggerFor(log), noHandleSignals: true },
      ...{ concurrency: AT_ONCE, pollInterval: POLL },
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
        let timer: NodeJS.Timeout | undefined;
        const late = new Promise<void>((resolve) => {
          timer = setTimeout(resolve, grace);
        });
        // A job that does not end in time stays locked, until the next wakeup of its task replaces it.
        await Promise.race([runner.stop().then(() => stopped), late]).catch(() => {});
        clearTimeout(timer);
      },
    };
  } catch (error) {
    await close();
    throw error;
  }
}
