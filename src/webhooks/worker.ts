import type { AppContext } from '../context.ts';
import type { TakenDelivery } from '../db/webhook-deliveries.ts';
import { attemptDelivery } from './attempt.ts';

/**
 * Deliveries of a process at the same time, and of those how many to one webhook. Those that fail have their own, since they take
 * long: however many receivers hang, the others get their messages.
 */
const LANES = [
  { failing: false, most: 48, perWebhook: 4 },
  { failing: true, most: 16, perWebhook: 1 },
] as const;

/** Seconds after which somebody else delivers what was taken: longer than an attempt can take, with what is recorded of it. */
const LEASE = 20;

/** Milliseconds between looks for messages that are due, and between looks that failed. */
const PAUSE = 1_000;
const PAUSE_AFTER_FAILURE = { shortest: 2_000, longest: 30_000 };

/** Milliseconds between counts of what is on its way. */
const COUNTING = 15_000;

/** Milliseconds that attempts get which run when the process stops. */
const STOP_GRACE = 500;

/** Delivers messages to webhooks. */
export interface WebhookWorker {
  /** Delivers what is due and what becomes due meanwhile, and resolves when there is nothing more. */
  readonly deliverDue: () => Promise<void>;
  /** Does so from now on. */
  readonly start: () => void;
  /** Takes nothing more, and leaves to others what does not end at once. Does not reject. */
  readonly stop: () => Promise<void>;
}

/** The worker of a process. Without keys there is nothing to sign with, and it does nothing. */
export const createWebhookWorker = (ctx: AppContext): WebhookWorker => {
  const { db, log, metrics } = ctx;
  const stopping = new AbortController();
  const running = new Map<TakenDelivery, Promise<void>>();
  let timer: NodeJS.Timeout | undefined;
  let counter: NodeJS.Timeout | undefined;
  let taking: Promise<boolean> | null = null;
  let started = false;
  let failures = 0;

  const attempt = async (taken: TakenDelivery): Promise<void> => {
    try {
      await attemptDelivery(ctx, taken, stopping.signal);
    } catch (error) {
      // Whoever takes it when its time is over delivers it once more, under the same id.
      if (!stopping.signal.aborted)
        log.warn({ err: error, delivery_id: taken.id }, 'what came of a delivery is not recorded: it is made again');
    }
  };

  const begin = (taken: TakenDelivery): void => {
    const work = attempt(taken).finally(() => {
      running.delete(taken);
      // Its place is free, and there may be more that waited for it.
      if (started) look(0);
    });
    running.set(taken, work);
  };

  const takeLane = async ({ failing, most, perWebhook }: (typeof LANES)[number]): Promise<number> => {
    const own = [...running.keys()].filter((taken) => taken.failing === failing);
    const free = most - own.length;
    if (free <= 0) return 0;
    // A webhook that begins to fail is in both lanes for a while.
    const byWebhook = Map.groupBy(running.keys(), ({ webhook_id }) => webhook_id);
    const counts = new Map([...byWebhook].map(([id, of]) => [id, of.length]));
    const taken = await db.deliveries.takeDue({ failing, most: free, perWebhook, running: counts, lease: LEASE });
    for (const one of taken) begin(one);
    return taken.length;
  };

  /** Takes what is due and there is room for; gives whether there was any. */
  const take = (): Promise<boolean> => {
    taking ??= (async () => {
      let total = 0;
      for (const lane of LANES) if (!stopping.signal.aborted) total += await takeLane(lane);
      return total > 0;
    })().finally(() => (taking = null));
    return taking;
  };

  const failed = (error: unknown): number => {
    // Said once: the database may be away for long.
    if (failures === 0) log.warn({ err: error }, 'messages to webhooks cannot be looked for: is the database there?');
    failures += 1;
    return Math.min(PAUSE_AFTER_FAILURE.longest, PAUSE_AFTER_FAILURE.shortest * 2 ** Math.min(failures, 10));
  };

  const lookNow = async (): Promise<void> => {
    let pause = PAUSE;
    try {
      await take();
      failures = 0;
    } catch (error) {
      pause = failed(error);
    }
    look(pause);
  };

  const look = (pause: number): void => {
    // The database is not asked more often for deliveries that end while it is away.
    if (stopping.signal.aborted || (pause === 0 && failures > 0)) return;
    clearTimeout(timer);
    timer = setTimeout(() => void lookNow(), pause).unref();
  };

  const count = (): void => {
    db.deliveries.countPending().then(
      (total) => metrics.webhooks.pending.set(total),
      (error: unknown) => log.debug({ err: error }, 'messages to webhooks cannot be counted'),
    );
  };

  return {
    deliverDue: async () => {
      for (;;) {
        const found = await take();
        if (!found && running.size === 0) return;
        if (running.size > 0) await Promise.race(running.values());
      }
    },
    start: () => {
      if (started || ctx.secretBox === null) return;
      started = true;
      look(0);
      count();
      counter = setInterval(count, COUNTING).unref();
    },
    stop: async () => {
      clearTimeout(timer);
      clearInterval(counter);
      const expiry = setTimeout(() => stopping.abort(), STOP_GRACE);
      started = false;
      try {
        await taking?.catch(() => {});
        clearTimeout(timer);
        await Promise.race([Promise.all(running.values()), aborted(stopping.signal)]);
        stopping.abort();
        const left = [...running.keys()];
        await Promise.all(running.values());
        if (left.length > 0) await db.deliveries.release(left);
      } catch (error) {
        log.warn({ err: error }, 'deliveries that were not made are made later');
      } finally {
        clearTimeout(expiry);
      }
    },
  };
};

const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
