import type { Database, TaskName } from '../db/index.ts';
import type { Logger } from '../observability/logger.ts';

/** Makes the background run tasks when they are due. */
export interface Wakeups extends Disposable {
  /**
   * Has a task run by one of the processes. Does not reject: each task also runs every minute.
   * @param delay milliseconds from now. An earlier wakeup of the task that is waiting stays; a later one is replaced.
   */
  readonly wake: (name: TaskName, delay?: number) => void;
}

/** Milliseconds between two jobs that a process adds for a task. */
const PAUSE = 100;

/** Milliseconds after which nothing is woken: the task runs before that, and then wakes itself. */
const LONGEST = 600_000;

interface Waiting {
  readonly at: number;
  readonly timer: NodeJS.Timeout;
}

/** Wakeups of a process: timers of its own, and a job of the queue when one is over. */
export function createWakeups(db: Pick<Database, 'jobs'>, log: Logger): Wakeups {
  const waiting = new Map<TaskName, Waiting>();
  const added = new Map<TaskName, number>();
  let isClosed = false;

  const add = (name: TaskName): void => {
    waiting.delete(name);
    added.set(name, performance.now());
    db.jobs
      .add(name)
      .catch((error: unknown) =>
        log.debug({ event: 'task.enqueue_failed', err: error, task: name }, 'a background task cannot be enqueued'),
      );
  };

  return {
    wake: (name, delay = 0) => {
      if (isClosed || delay > LONGEST) return;
      const now = performance.now();
      const at = Math.max(now + delay, (added.get(name) ?? -Infinity) + PAUSE);
      const earlier = waiting.get(name);
      if (earlier && earlier.at <= at) return;
      clearTimeout(earlier?.timer);
      if (at <= now) add(name);
      else waiting.set(name, { at, timer: setTimeout(() => add(name), at - now).unref() });
    },
    [Symbol.dispose]: () => {
      isClosed = true;
      for (const { timer } of waiting.values()) clearTimeout(timer);
      waiting.clear();
    },
  };
}
