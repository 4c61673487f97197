import type { Logger } from '../logger.ts';

/** Something that has to be done and could not be: a row that was not written, a build that was not deleted. */
export interface UnsettledTask {
  /** What it is, for the log. */
  readonly what: string;
  readonly fields: Readonly<Record<string, unknown>>;
  /** Does it. @throws when it has to be tried again */
  readonly run: () => Promise<void>;
}

/** Tries again, for as long as the process lives, what ends a build's way through the service. */
export interface Unsettled {
  readonly add: (task: UnsettledTask) => void;
  /** How many tasks wait. */
  readonly size: () => number;
  /** Tries all of them one last time. What is left is recorded in the database as far as it could be, and logged. */
  readonly close: () => Promise<void>;
}

/** Milliseconds between two attempts. */
const PAUSE = 1_000;

export const createUnsettled = (log: Logger, pause: number = PAUSE): Unsettled => {
  const tasks = new Set<UnsettledTask>();
  let timer: NodeJS.Timeout | null = null;
  let running: Promise<void> | null = null;

  const attempt = async (task: UnsettledTask): Promise<void> => {
    try {
      await task.run();
      tasks.delete(task);
      log.info(task.fields, `done at last: ${task.what}`);
    } catch (error) {
      log.debug({ err: error, ...task.fields }, `still to be done: ${task.what}`);
    }
  };

  const attemptAll = (): Promise<void> => {
    running ??= Promise.all([...tasks].map(attempt)).then(() => {
      running = null;
    });
    return running;
  };

  const plan = (): void => {
    if (tasks.size === 0) return;
    timer ??= setTimeout(() => {
      timer = null;
      void attemptAll().then(plan);
    }, pause).unref();
  };

  return {
    add: (task) => {
      log.error(task.fields, `to be done later: ${task.what}`);
      tasks.add(task);
      plan();
    },
    size: () => tasks.size,
    close: async () => {
      if (timer) clearTimeout(timer);
      await running;
      await attemptAll();
      for (const { what, fields } of tasks) log.fatal(fields, `given up: ${what}`);
    },
  };
};
