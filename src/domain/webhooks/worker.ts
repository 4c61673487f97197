import type { AppContext } from '../../context.ts';
import type { TakenDelivery } from '../../db/queries/webhook-deliveries.ts';
import { attemptDelivery } from './attempt.ts';

/**
 * Deliveries of a process at the same time, and of those how many to one webhook. Webhooks that fail have a lane of their own, since
 * their deliveries take long: however many receivers hang, other receivers get their messages.
 */
const LANES = [
  { failing: false, most: 48, perWebhook: 4 },
  { failing: true, most: 16, perWebhook: 1 },
] as const;

/** Seconds after which another process takes a delivery that was taken: longer than an attempt and recording its outcome can take. */
const LEASE = 20;

/** Milliseconds until another process is offered deliveries for which this one has no room. */
const SHARE = 1_000;

/** Milliseconds that attempts have to end when the process stops. */
const STOP_GRACE = 500;

/** Delivers messages to webhooks. */
export interface WebhookWorker {
  /**
   * Takes due deliveries for which there is room, and starts an attempt of each. Attempts that end make room for more.
   * @returns milliseconds until the next delivery is due, `null` when none is, or when attempts that run lead to it
   */
  readonly deliver: () => Promise<number | null>;
  /** Resolves when no attempt runs, and none is due that had no room. */
  readonly idle: () => Promise<void>;
  /** Takes no more deliveries, and releases those that do not end soon. Does not reject. */
  readonly stop: () => Promise<void>;
}

/** The worker of a process. Without keys there is nothing to sign with, and it does nothing. */
export const createWebhookWorker = (ctx: AppContext): WebhookWorker => {
  const { db, log, background } = ctx;
  const stopping = new AbortController();
  const running = new Map<TakenDelivery, Promise<void>>();
  let taking: Promise<number | null> | null = null;
  /** Whether there may be due deliveries that wait for attempts to end. */
  let hasMore = false;
  /** Whether an attempt has ended since deliveries were taken. */
  let hasRoom = false;

  const attempt = async (taken: TakenDelivery): Promise<void> => {
    try {
      await attemptDelivery(ctx, taken, stopping.signal);
    } catch (error) {
      // When its lease is over a process delivers it once more, under the same id.
      if (!stopping.signal.aborted)
        log.warn(
          { event: 'webhook.outcome_store_failed', err: error, delivery_id: taken.id },
          'the outcome of a delivery cannot be recorded: the delivery is repeated',
        );
    }
  };

  const begin = (taken: TakenDelivery): void => {
    const work = attempt(taken).finally(() => {
      running.delete(taken);
      hasRoom = true;
      if (hasMore) refill();
    });
    running.set(taken, work);
  };

  /** Takes due deliveries of a lane. @returns how many */
  const takeLane = async ({ failing, most, perWebhook }: (typeof LANES)[number]): Promise<number> => {
    const own = [...running.keys()].filter((taken) => taken.failing === failing);
    const free = most - own.length;
    if (free <= 0) return 0;
    // A webhook that starts to fail is in both lanes for a while.
    const byWebhook = Map.groupBy(running.keys(), ({ webhook_id }) => webhook_id);
    const counts = new Map([...byWebhook].map(([id, of]) => [id, of.length]));
    const taken = await db.deliveries.takeDue({ failing, most: free, perWebhook, running: counts, lease: LEASE });
    for (const one of taken) begin(one);
    return taken.length;
  };

  const takeAll = async (): Promise<number | null> => {
    let next: number | null = null;
    let total = 0;
    do {
      total = 0;
      hasRoom = false;
      for (const lane of LANES) if (!stopping.signal.aborted) total += await takeLane(lane);
      // There may be more for the same webhooks, or than there was room for: known when attempts have ended.
      next = total > 0 ? 0 : await db.deliveries.findNextDue();
    } while (next !== null && next <= 0 && hasRoom && !stopping.signal.aborted);
    hasMore = running.size > 0 && next !== null && next <= 0;
    return hasMore ? null : next;
  };

  const take = (): Promise<number | null> => {
    taking ??= takeAll().finally(() => (taking = null));
    return taking;
  };

  /** Takes more deliveries after an attempt has ended. Should that fail, the next job does. */
  const refill = (): void => {
    if (taking || stopping.signal.aborted) return;
    take().then(
      (next) => {
        if (next !== null) background.wake('deliver-webhooks', Math.max(next, SHARE));
      },
      (error: unknown) =>
        log.debug({ event: 'webhook.claim_failed', err: error }, 'due deliveries to webhooks cannot be claimed'),
    );
  };

  const isFull = (): boolean => running.size >= LANES[0].most;

  return {
    deliver: async () => {
      if (ctx.secretBox === null || stopping.signal.aborted) return null;
      // Deliveries that were written meanwhile are not among those that are being taken.
      await taking?.catch(() => {});
      const next = await take();
      return hasMore && isFull() ? SHARE : next;
    },
    idle: async () => {
      while (taking || running.size > 0)
        await Promise.race([taking, ...running.values()].filter((one) => one !== null));
    },
    stop: async () => {
      const expiry = setTimeout(() => stopping.abort(), STOP_GRACE);
      hasMore = false;
      try {
        await taking?.catch(() => {});
        hasMore = false;
        await Promise.race([Promise.all(running.values()), aborted(stopping.signal)]);
        stopping.abort();
        const left = [...running.keys()];
        await Promise.all(running.values());
        if (left.length === 0) return;
        await db.deliveries.release(left);
        background.wake('deliver-webhooks');
      } catch (error) {
        log.warn(
          { event: 'webhook.release_failed', err: error },
          'claimed deliveries cannot be released: they are repeated later',
        );
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
