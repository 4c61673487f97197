import { waitAtMost } from '../../lib/timeout.ts';
import type { Logger } from '../../observability/logger.ts';

/** Failed work that must still be done, such as a deletion at composer. */
export interface PendingWork {
  readonly what: string;
  readonly fields: Readonly<Record<string, unknown>>;
  /** @throws when it must be retried */
  readonly run: () => Promise<void>;
}

/** Retries work for as long as the process lives. */
export interface Retries {
  readonly add: (work: PendingWork) => void;
  /** Runs work now, and retries it if it fails. Never rejects. */
  readonly runOrAdd: (work: PendingWork) => Promise<void>;
  readonly size: () => number;
  /** Attempts all pending work once more, for a second at most. Other processes reconcile the rest. */
  readonly close: () => Promise<void>;
}

const RETRY_INTERVAL = 1_000;
const LAST_ATTEMPT_TIMEOUT = 1_000;

/** @param interval milliseconds between two attempts */
export function createRetries(log: Logger, interval: number = RETRY_INTERVAL): Retries {
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

  /** Starts no second attempt of running work, so slow work does not delay other work. */
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
    }, interval).unref();
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
      await waitAtMost(LAST_ATTEMPT_TIMEOUT, attemptAll());
      for (const { what, fields } of pending)
        log.fatal({ event: 'retry.abandoned', ...fields }, `not done when the process stopped: ${what}`);
    },
  };
}
