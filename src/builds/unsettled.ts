import { setTimeout as wait } from 'node:timers/promises';
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
  /** Tries all of them one last time, for a second. What is left is on record in the database for others to settle, and logged. */
  readonly close: () => Promise<void>;
}

/** Milliseconds between two attempts, and milliseconds that the last ones get. */
const PAUSE = 1_000;
const LAST = 1_000;

export const createUnsettled = (log: Logger, pause: number = PAUSE): Unsettled => {
  const tasks = new Set<UnsettledTask>();
  const attempts = new Map<UnsettledTask, Promise<void>>();
  let timer: NodeJS.Timeout | null = null;
  let closed = false;

  const attempt = async (task: UnsettledTask): Promise<void> => {
    try {
      await task.run();
      tasks.delete(task);
      log.info(task.fields, `done at last: ${task.what}`);
    } catch (error) {
      log.debug({ err: error, ...task.fields }, `still to be done: ${task.what}`);
    } finally {
      attempts.delete(task);
    }
  };

  /** Tries every task, each once at a time: one that takes long keeps no other from being tried. */
  const attemptAll = async (): Promise<void> => {
    for (const task of tasks) if (!attempts.has(task)) attempts.set(task, attempt(task));
    await Promise.all(attempts.values());
  };

  const plan = (): void => {
    if (tasks.size === 0 || closed) return;
    timer ??= setTimeout(() => {
      timer = null;
      void attemptAll();
      plan();
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
      closed = true;
      if (timer) clearTimeout(timer);
      await Promise.race([attemptAll(), wait(LAST, undefined, { ref: false })]);
      for (const { what, fields } of tasks) log.fatal(fields, `given up: ${what}`);
    },
  };
};
