import { setTimeout as wait } from 'node:timers/promises';
import type { AppContext } from '../context.ts';
import { openQueue } from './queue.ts';
import { startWork } from './work.ts';

/** Background work of a process. */
export interface Background {
  /** Resolves once the work has begun. */
  readonly started: Promise<void>;
  readonly stop: () => Promise<void>;
}

/** Milliseconds between attempts to begin. The service does not need it to run. */
const PAUSE = 5_000;

/** Begins background work as soon as the database is there. Stops without it as well. */
export const startBackground = (ctx: AppContext): Background => {
  const stopping = new AbortController();
  let stopWork: (() => Promise<void>) | null = null;

  const begin = async (): Promise<void> => {
    for (;;) {
      try {
        stopWork = await startWork(ctx, await openQueue(ctx.config.database, ctx.log));
        ctx.log.info('background work has begun');
        return;
      } catch (error) {
        if (stopping.signal.aborted) return;
        ctx.log.warn({ err: error }, 'background work cannot begin yet: is the database there, and migrated?');
        await wait(PAUSE, undefined, { signal: stopping.signal, ref: false }).catch(() => {});
        if (stopping.signal.aborted) return;
      }
    }
  };

  const started = Promise.all([ctx.heartbeat.start(), begin()]).then(() => {});
  return {
    started,
    stop: async () => {
      stopping.abort();
      await started;
      await stopWork?.();
    },
  };
};
