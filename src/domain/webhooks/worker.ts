import type { AppContext } from '../../context.ts';
import type { TakenDelivery } from '../../db/queries/webhook-deliveries.ts';
import { aborted } from '../../lib/timeout.ts';
import { attemptDelivery, LEASE } from './attempt.ts';
import { expireMessages } from './expiry.ts';

/**
 * Concurrent deliveries per process and per webhook. Failing webhooks have a separate lane: however many receivers hang,
 * deliveries to other receivers continue.
 */
const LANES = [
  { failing: false, most: 48, perWebhook: 4 },
  { failing: true, most: 16, perWebhook: 1 },
] as const;

/** Milliseconds until other processes may take due deliveries that this process has no capacity for. */
const YIELD_MS = 1_000;

/** Milliseconds that attempts get to complete when the process stops. */
const STOP_GRACE = 500;

/** Delivers messages to webhooks. */
export interface WebhookWorker {
  /**
   * Takes due deliveries up to the capacity, and starts an attempt of each. A completed attempt makes room for another.
   * @returns milliseconds until the next delivery is due, `null` without one, or when a running attempt leads to it
   */
  readonly deliver: () => Promise<number | null>;
  /** Resolves when no attempt runs and no due delivery waits for capacity. */
  readonly idle: () => Promise<void>;
  /** Takes no more deliveries, and releases those that do not complete soon. Does not reject. */
  readonly stop: () => Promise<void>;
}

class ProcessWebhookWorker implements WebhookWorker {
  readonly #ctx: AppContext;
  readonly #stopping = new AbortController();
  readonly #running = new Map<TakenDelivery, Promise<void>>();
  #taking: Promise<number | null> | null = null;
  /** Whether due deliveries may wait for running attempts. */
  #hasMore = false;
  #completedAttempts = 0;

  constructor(ctx: AppContext) {
    this.#ctx = ctx;
  }

  async deliver(): Promise<number | null> {
    if (!this.#ctx.db.secrets.canEncrypt || this.#isStopping()) return null;
    // A running query misses deliveries that were inserted since it started.
    await this.#taking?.catch(() => {});
    const next = await this.#take();
    return this.#hasMore && this.#isFull ? YIELD_MS : next;
  }

  async idle(): Promise<void> {
    while (this.#taking || this.#running.size > 0)
      await Promise.race([this.#taking, ...this.#running.values()].filter((one) => one !== null));
  }

  async stop(): Promise<void> {
    const { db, log, background } = this.#ctx;
    const expiry = setTimeout(() => this.#stopping.abort(), STOP_GRACE);
    this.#hasMore = false;
    try {
      await this.#taking?.catch(() => {});
      this.#hasMore = false;
      await Promise.race([Promise.all(this.#running.values()), aborted(this.#stopping.signal)]);
      this.#stopping.abort();
      const left = [...this.#running.keys()];
      await Promise.all(this.#running.values());
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
  }

  #isStopping(): boolean {
    return this.#stopping.signal.aborted;
  }

  get #isFull(): boolean {
    return this.#running.size >= LANES[0].most;
  }

  async #attempt(taken: TakenDelivery): Promise<void> {
    const { log } = this.#ctx;
    try {
      await attemptDelivery(this.#ctx, taken, this.#stopping.signal);
    } catch (error) {
      // After the lease has expired, a process delivers the message again under the same id.
      if (!this.#isStopping())
        log.warn(
          { event: 'webhook.outcome_store_failed', err: error, delivery_id: taken.id },
          'the outcome of a delivery cannot be recorded: the delivery is repeated',
        );
    }
  }

  #start(taken: TakenDelivery): void {
    const work = this.#attempt(taken).finally(() => {
      this.#running.delete(taken);
      this.#completedAttempts += 1;
      if (this.#hasMore) this.#refill();
    });
    this.#running.set(taken, work);
  }

  /** Takes due deliveries of a lane. @returns their number */
  async #takeLane({ failing, most, perWebhook }: (typeof LANES)[number]): Promise<number> {
    const own = [...this.#running.keys()].filter((taken) => taken.failing === failing);
    const free = most - own.length;
    if (free <= 0) return 0;
    // A webhook that starts to fail is in both lanes for a while.
    const byWebhook = Map.groupBy(this.#running.keys(), ({ webhook_id }) => webhook_id);
    const running = new Map([...byWebhook].map(([id, deliveries]) => [id, deliveries.length]));
    const age = this.#ctx.config.webhooks.messageAge;
    const taken = await this.#ctx.db.deliveries.takeDue({
      failing,
      most: free,
      perWebhook,
      running,
      lease: LEASE,
      age,
    });
    for (const delivery of taken) this.#start(delivery);
    return taken.length;
  }

  /** Milliseconds until the next delivery is due. Deliveries that are overdue for too long expire before. */
  async #findNextDue(): Promise<number | null> {
    const next = await this.#ctx.db.deliveries.findNextDue();
    const isLate = next !== null && next < -1000 * this.#ctx.config.webhooks.messageAge;
    if (!isLate || (await expireMessages(this.#ctx)) === 0) return next;
    return this.#findNextDue();
  }

  async #takeAll(): Promise<number | null> {
    let next: number | null = null;
    let completedBefore = 0;
    do {
      let total = 0;
      completedBefore = this.#completedAttempts;
      for (const lane of LANES) if (!this.#isStopping()) total += await this.#takeLane(lane);
      // After a successful take more deliveries may be due, for the same webhooks or beyond the capacity.
      next = total > 0 ? 0 : await this.#findNextDue();
    } while (next !== null && next <= 0 && this.#completedAttempts > completedBefore && !this.#isStopping());
    this.#hasMore = this.#running.size > 0 && next !== null && next <= 0;
    return this.#hasMore ? null : next;
  }

  #take(): Promise<number | null> {
    this.#taking ??= this.#takeAll().finally(() => {
      this.#taking = null;
    });
    return this.#taking;
  }

  /** Takes more deliveries after an attempt has completed. After a failure the next job retries. */
  #refill(): void {
    const { background, log } = this.#ctx;
    if (this.#taking || this.#isStopping()) return;
    this.#take().then(
      (next) => {
        if (next !== null) background.wake('deliver-webhooks', Math.max(next, YIELD_MS));
      },
      (error: unknown) =>
        log.debug({ event: 'webhook.claim_failed', err: error }, 'due deliveries to webhooks cannot be claimed'),
    );
  }
}

/** The worker of a process. Without an encryption key it delivers nothing. */
export function createWebhookWorker(ctx: AppContext): WebhookWorker {
  return new ProcessWebhookWorker(ctx);
}
