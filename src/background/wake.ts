import type { Database, TaskName } from '../db/index.ts';
import { traceHeaders, tracing } from '../lib/tracing.ts';
import type { Logger } from '../observability/logger.ts';

/** Wakes background tasks. */
export interface Wakeups extends Disposable {
  /**
   * Adds a job for a task, which one of the processes runs. Does not throw: each task also runs on a schedule.
   * @param delay milliseconds from now. It replaces a later pending wakeup of the task, and is ignored after an earlier one
   */
  readonly wake: (name: TaskName, delay?: number) => void;
}

/** Milliseconds between two jobs that this process adds for a task. */
const PAUSE = 100;

/** Longer delays are ignored: the task runs on its schedule before, and then wakes itself. */
const MAX_DELAY = 600_000;

interface PendingWakeup {
  readonly at: number;
  readonly timer: NodeJS.Timeout;
}

/** Creates the wakeups of a process: each timer that fires adds a job to the queue. */
export function createWakeups(db: Pick<Database, 'jobs'>, log: Logger): Wakeups {
  const pending = new Map<TaskName, PendingWakeup>();
  const addedAt = new Map<TaskName, number>();
  let isClosed = false;

  const add = (name: TaskName): void => {
    pending.delete(name);
    addedAt.set(name, performance.now());
    // A timer runs in the place that set it: in the trace of the request that wakes the task.
    db.jobs
      .add(name, tracing.on ? traceHeaders() : undefined)
      .catch((error: unknown) =>
        log.debug({ event: 'task.enqueue_failed', err: error, task: name }, 'a background task cannot be enqueued'),
      );
  };

  return {
    wake: (name, delay = 0) => {
      if (isClosed || delay > MAX_DELAY) return;
      const now = performance.now();
      const at = Math.max(now + delay, (addedAt.get(name) ?? -Infinity) + PAUSE);
      const earlier = pending.get(name);
      if (earlier && earlier.at <= at) return;
      clearTimeout(earlier?.timer);
      if (at <= now) add(name);
      else pending.set(name, { at, timer: setTimeout(() => add(name), at - now).unref() });
    },
    [Symbol.dispose]: () => {
      isClosed = true;
      for (const { timer } of pending.values()) clearTimeout(timer);
      pending.clear();
    },
  };
}
