import { setTimeout as wait } from 'node:timers/promises';
import type { AppContext } from '../context.ts';
import { startSchedules } from '../schedules/worker.ts';
import { startPublisher } from '../events/publisher.ts';
import { createWebhookWorker } from '../webhooks/worker.ts';
import { openQueue } from './queue.ts';
import { startWork } from './work.ts';

/** Background work of a process. */
export interface Background {
  /** Resolves once the work has begun, or been given up. */
  readonly started: Promise<void>;
  /** Takes no more work, and ends what runs; what does not end in a while is left to others. Does not reject. */
  readonly stop: () => Promise<void>;
}

/** Milliseconds between attempts to begin, which grow. The service does not need it to run. */
const PAUSE = { shortest: 2_000, longest: 60_000 };

/** Begins background work as soon as the database is there. Stops without it as well. */
export const startBackground = (ctx: AppContext): Background => {
  const stopping = new AbortController();
  const { signal } = stopping;
  let stopWork: (() => Promise<void>) | null = null;

  const begin = async (): Promise<void> => {
    for (let pause = PAUSE.shortest; !signal.aborted; pause = Math.min(2 * pause, PAUSE.longest)) {
      try {
        stopWork = await startWork(ctx, await openQueue(ctx.config.database, ctx.log), signal);
        ctx.log.info('background work has begun');
        return;
      } catch (error) {
        if (signal.aborted) return;
        ctx.log.warn({ err: error }, 'background work cannot begin yet: is the database there, and migrated?');
        await wait(pause, undefined, { signal, ref: false }).catch(() => {});
      }
    }
  };

  const schedules = startSchedules(ctx);
  // It needs no queue, and works on every PostgreSQL that the service works on.
  const publisher = startPublisher(ctx.db, ctx.log, ctx.metrics.events);
  const webhooks = createWebhookWorker(ctx);
  webhooks.start();

  const started = Promise.all([ctx.heartbeat.start(), begin()]).then(() => {});
  return {
    started,
    stop: async () => {
      stopping.abort();
      const loopsEnd = Promise.all([schedules.stop(), publisher.stop(), webhooks.stop()]);
      try {
        await started;
        await stopWork?.();
        await loopsEnd;
      } catch (error) {
        ctx.log.warn({ err: error }, 'background work does not stop as it should');
      }
    },
  };
};
