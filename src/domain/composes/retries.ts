import { setTimeout as wait } from 'node:timers/promises';
import type { Logger } from '../../observability/logger.ts';

/** Work that failed and has to be done: a row that was not written, a build that was not deleted. */
export interface PendingWork {
  /** Names the work in the log. */
  readonly what: string;
  readonly fields: Readonly<Record<string, unknown>>;
  /** Does the work. @throws when it has to be retried */
  readonly run: () => Promise<void>;
}

/** Retries work for as long as the process lives. */
export interface Retries {
  readonly add: (work: PendingWork) => void;
  /** Does work now, and retries it if it fails. Does not reject. */
  readonly runOrAdd: (work: PendingWork) => Promise<void>;
  /** How much work is pending. */
  readonly size: () => number;
  /** Tries all of it a last time, for a second. Other processes reconcile the rest, which is logged. */
  readonly close: () => Promise<void>;
}

/** Milliseconds between two attempts, and milliseconds for the last one. */
const PAUSE = 1_000;
const LAST = 1_000;

/** Creates the retries of this process. @param pause milliseconds between two attempts */
export function createRetries(log: Logger, pause: number = PAUSE): Retries {
  const pending = new Set<PendingWork>();
  const attempts = new Map<PendingWork, Promise<void>>();
  let timer: NodeJS.Timeout | null = null;
  let closed = false;

  const attempt = async (work: PendingWork): Promise<void> => {
    try {
      await work.run();
      pending.delete(work);
      log.info({ event: 'retry.succeeded', ...work.fields }, `retry succeeded: ${work.what}`);
    } catch (error) {
      log.debug({ event: 'retry.failed', err: error, ...work.fields }, `retry failed: ${work.what}`);
    } finally {
      attempts.delete(work);
    }
  };

  /** Tries all work, each piece once at a time: slow work does not delay the rest. */
  const attemptAll = async (): Promise<void> => {
    for (const work of pending) if (!attempts.has(work)) attempts.set(work, attempt(work));
    await Promise.all(attempts.values());
  };

  const schedule = (): void => {
    if (pending.size === 0 || closed) return;
    timer ??= setTimeout(() => {
      timer = null;
      void attemptAll();
      schedule();
    }, pause).unref();
  };

  const add = (work: PendingWork): void => {
    log.error({ event: 'retry.queued', ...work.fields }, `to be retried: ${work.what}`);
    pending.add(work);
    schedule();
  };

  return {
    add,
    runOrAdd: (work) => work.run().catch(() => add(work)),
    size: () => pending.size,
    close: async () => {
      closed = true;
      if (timer) clearTimeout(timer);
      await Promise.race([attemptAll(), wait(LAST, undefined, { ref: false })]);
      for (const { what, fields } of pending)
        log.fatal({ event: 'retry.abandoned', ...fields }, `not done when the process stopped: ${what}`);
    },
  };
}
