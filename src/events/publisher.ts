import { setTimeout as wait } from 'node:timers/promises';
import type { Database } from '../db/index.ts';
import type { Logger } from '../logger.ts';
import { complaint } from './complaint.ts';
import type { EventMetrics } from './metrics.ts';

/** Events that are published at a time. */
const BATCH = 500;

/** Milliseconds between two looks for events, and after a failure. */
const PAUSE = { usual: 200, afterFailure: 2_000 };

export interface Publisher {
  /** Resolves once nothing is being published any more. Does not reject. */
  readonly stop: () => Promise<void>;
}

/** Publishes what has happened, as soon as it has. Any number of processes may do so: they take turns. */
export const startPublisher = (
  db: Pick<Database, 'events'>,
  log: Logger,
  metrics: Pick<EventMetrics, 'published'>,
): Publisher => {
  const stopping = new AbortController();
  const { signal } = stopping;
  const complain = complaint(log, 'events cannot be published at the moment: it is tried again');

  const publishAll = async (): Promise<void> => {
    for (let published = BATCH; published === BATCH && !signal.aborted;) {
      published = await db.events.publish(BATCH);
      metrics.published.inc(published);
    }
  };

  const work = async (): Promise<void> => {
    while (!signal.aborted) {
      let pause = PAUSE.usual;
      try {
        await publishAll();
      } catch (error) {
        if (!signal.aborted) complain(error);
        pause = PAUSE.afterFailure;
      }
      await wait(pause, undefined, { signal, ref: false }).catch(() => {});
    }
  };

  const ended = work();
  return {
    stop: async () => {
      stopping.abort();
      await ended;
    },
  };
};
