import { setTimeout as wait } from 'node:timers/promises';
import type { TaskList } from 'graphile-worker';
import type { AppContext } from '../context.ts';
import type { TaskName } from '../db/index.ts';
import { aborted } from '../lib/timeout.ts';
import { createScheduleWorker } from '../domain/schedules/worker.ts';
import { createWebhookWorker } from '../domain/webhooks/worker.ts';
import { startJobQueue } from './job-queue.ts';
import { createRun, STOP_GRACE } from './run-task.ts';
import { createTasks, type Task } from './tasks.ts';

/** Background work of a process. */
export interface Background {
  /** Resolves once the work has started, or `stop` is called. */
  readonly started: Promise<void>;
  /** Takes no more jobs, and waits for those that run; other processes repeat jobs that do not complete soon. Does not reject. */
  readonly stop: () => Promise<void>;
}

/** Milliseconds between attempts to start, which double. */
const PAUSE = { shortest: 2_000, longest: 60_000 };

/** Milliseconds in which the queue stops: a little more than its runs get. */
const QUEUE_STOP_TIMEOUT = STOP_GRACE + 1_000;

/** Starts background work as soon as the database can be reached. Its statements have connections of their own. */
export function startBackground(given: AppContext): Background {
  const ctx = { ...given, db: given.backgroundDb };
  const { config, log } = ctx;
  const stopping = new AbortController();
  const { signal } = stopping;
  const isStopping = (): boolean => signal.aborted;
  const started = Promise.withResolvers<undefined>();
  const workers = { webhooks: createWebhookWorker(ctx), schedules: createScheduleWorker(ctx) };
  const tasks = Object.entries(createTasks(ctx, workers)) as [TaskName, Task][];
  const crontab = Object.fromEntries(tasks.map(([name, task]) => [name, task.crontab])) as Record<TaskName, string>;
  const taskList: TaskList = Object.fromEntries(
    tasks.map(([name, task]) => [name, createRun(ctx, name, task, signal)]),
  );

  const runQueue = async (): Promise<void> => {
    const queue = await startJobQueue(config.database, log, taskList, crontab);
    if (!isStopping()) {
      log.info({ event: 'background.started' }, 'background work has started');
      started.resolve(undefined);
      // Tasks may have become due while no process ran them.
      for (const [name] of tasks) ctx.background.wake(name);
      await Promise.race([queue.stopped, aborted(signal)]);
    }
    if (isStopping()) await queue.stop(QUEUE_STOP_TIMEOUT);
  };

  const keepWorking = async (): Promise<void> => {
    let pause = PAUSE.shortest;
    while (!isStopping()) {
      try {
        await runQueue();
        pause = PAUSE.shortest;
        if (!isStopping())
          log.warn({ event: 'background.stopped' }, 'background work has stopped: the service starts it again');
      } catch (error) {
        if (!isStopping())
          log.warn(
            { event: 'background.start_failed', err: error },
            'background work cannot start yet: check that the database is reachable and migrated',
          );
      }
      await wait(pause, undefined, { signal, ref: false }).catch(() => {});
      pause = Math.min(2 * pause, PAUSE.longest);
    }
  };

  const heartbeat = ctx.heartbeat.start();
  const working = Promise.all([heartbeat, keepWorking()]);
  return {
    started: Promise.all([started.promise, heartbeat]).then(() => {}),
    stop: async () => {
      stopping.abort();
      started.resolve(undefined);
      try {
        await Promise.all([working, workers.schedules.stop(), workers.webhooks.stop()]);
      } catch (error) {
        log.warn({ event: 'background.stop_failed', err: error }, 'background work failed while it stopped');
      }
    },
  };
}
