import { setTimeout as wait } from 'node:timers/promises';
import type { TaskList } from 'graphile-worker';
import type { AppContext } from '../context.ts';
import type { TaskName } from '../db/index.ts';
import { createScheduleWorker } from '../domain/schedules/worker.ts';
import { createWebhookWorker } from '../domain/webhooks/worker.ts';
import { startJobQueue } from './job-queue.ts';
import { createRun, STOP_GRACE } from './run-task.ts';
import { createTasks, type Task } from './tasks.ts';

/** Background work of a process. */
export interface Background {
  /** Resolves once the work has started, or the process stops before. */
  readonly started: Promise<void>;
  /** Takes no more work, and ends what runs; other processes do what does not end soon. Does not reject. */
  readonly stop: () => Promise<void>;
}

/** Milliseconds between attempts to start, which double. The service does not need the background to run. */
const PAUSE = { shortest: 2_000, longest: 60_000 };

/** Milliseconds for which the queue may stop: a little more than its runs have. */
const QUEUE_STOPS = STOP_GRACE + 1_000;

/** Starts background work as soon as the database is there. Stops without it as well. */
export const startBackground = (ctx: AppContext): Background => {
  const { config, log } = ctx;
  const stopping = new AbortController();
  const { signal } = stopping;
  const started = Promise.withResolvers<undefined>();
  const workers = { webhooks: createWebhookWorker(ctx), schedules: createScheduleWorker(ctx) };
  const tasks = Object.entries(createTasks(ctx, workers)) as [TaskName, Task][];
  const crontab = Object.fromEntries(tasks.map(([name, task]) => [name, task.crontab])) as Record<TaskName, string>;
  const taskList: TaskList = Object.fromEntries(
    tasks.map(([name, task]) => [name, createRun(ctx, name, task, signal)]),
  );

  const begin = async (): Promise<void> => {
    const queue = await startJobQueue(config.database, log, taskList, crontab);
    if (!signal.aborted) {
      log.info({ event: 'background.started' }, 'background work has started');
      started.resolve(undefined);
      // What became due while no process worked.
      for (const [name] of tasks) ctx.background.wake(name);
      await Promise.race([queue.stopped, aborted(signal)]);
    }
    if (signal.aborted) await queue.stop(QUEUE_STOPS);
  };

  const keepWorking = async (): Promise<void> => {
    let pause = PAUSE.shortest;
    while (!signal.aborted) {
      try {
        await begin();
        pause = PAUSE.shortest;
        if (!signal.aborted)
          log.warn({ event: 'background.stopped' }, 'background work has stopped: the service starts it again');
      } catch (error) {
        if (!signal.aborted)
          log.warn(
            { event: 'background.start_failed', err: error },
            'background work cannot start yet: check that the database is reachable and migrated',
          );
      }
      await wait(pause, undefined, { signal, ref: false }).catch(() => {});
      pause = Math.min(2 * pause, PAUSE.longest);
    }
  };

  const beating = ctx.heartbeat.start();
  const working = Promise.all([beating, keepWorking()]);
  return {
    started: Promise.all([started.promise, beating]).then(() => {}),
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
};

const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
