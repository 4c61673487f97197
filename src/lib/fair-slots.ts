import { OrganizationUse, type Holder } from './organization-use.ts';

export interface SlotLimits {
  readonly slots: number;
  readonly slotsPerOrganization: number;
  /** Calls that wait for a slot. */
  readonly queue: number;
  readonly queuePerOrganization: number;
  /** Milliseconds that a call may wait, `null` for any time. */
  readonly timeout: number | null;
}

/** `organization_limit`: too many calls of the organization wait. */
export type NoSlotReason = 'queue_full' | 'queue_timeout' | 'organization_limit';

/** A call that got no slot and was not made. */
export class NoSlotError extends Error {
  override readonly name = 'NoSlotError';
  readonly reason: NoSlotReason;
  constructor(reason: NoSlotReason) {
    super(`a call got no slot (${reason})`);
    this.reason = reason;
  }
}

interface Waiting {
  readonly start: () => void;
}

/**
 * Limits concurrent calls. Each organization has a queue of its own, and the queues take turns, so that many calls of
 * one organization do not delay a call of another.
 */
export class FairSlots {
  readonly #limits: SlotLimits;
  readonly #running: OrganizationUse;
  readonly #waiting: OrganizationUse;
  /** In the order of their turns. */
  readonly #queues = new Map<Holder, Waiting[]>();

  constructor(limits: SlotLimits) {
    this.#limits = limits;
    this.#running = new OrganizationUse({ total: limits.slots, perOrganization: limits.slotsPerOrganization });
    this.#waiting = new OrganizationUse({ total: limits.queue, perOrganization: limits.queuePerOrganization });
  }

  get running(): number {
    return this.#running.total;
  }

  get waiting(): number {
    return this.#waiting.total;
  }

  /** Calls of an organization that run or wait. */
  of(holder: Holder): number {
    return this.#running.of(holder) + this.#waiting.of(holder);
  }

  /** Whether a call would start at once. */
  hasSlot(holder: Holder): boolean {
    const { slots, slotsPerOrganization } = this.#limits;
    if (this.#running.total >= slots) return false;
    return holder === null || this.#running.of(holder) < slotsPerOrganization;
  }

  /** Makes a call, at once if there is a slot. @throws NoSlotError for a call that was not made; else as the call */
  run<T>(holder: Holder, call: () => Promise<T>): Promise<T> {
    return this.hasSlot(holder) ? this.#start(holder, call) : this.#enqueue(holder, call);
  }

  /**
   * Waits for a slot, and keeps it until the result is disposed of.
   * @param longest milliseconds after which the slot is free in any case
   * @throws NoSlotError
   */
  async take(holder: Holder, longest: number | null = null): Promise<Disposable> {
    const started = Promise.withResolvers<undefined>();
    const released = Promise.withResolvers<undefined>();
    const held = this.run(holder, () => {
      started.resolve(undefined);
      return released.promise;
    });
    await Promise.race([started.promise, held]);
    const timer = longest === null ? undefined : setTimeout(() => released.resolve(undefined), longest).unref();
    return {
      [Symbol.dispose]: () => {
        clearTimeout(timer);
        released.resolve(undefined);
      },
    };
  }

  async #start<T>(holder: Holder, call: () => Promise<T>): Promise<T> {
    this.#running.add(holder);
    try {
      return await call();
    } finally {
      this.#running.remove(holder);
      this.#startWaiting();
    }
  }

  async #enqueue<T>(holder: Holder, call: () => Promise<T>): Promise<T> {
    const shortage = this.#waiting.refusal(holder);
    if (shortage !== null) throw new NoSlotError(shortage === 'organization' ? 'organization_limit' : 'queue_full');
    const turn = Promise.withResolvers<T>();
    const waiting: Waiting = { start: () => turn.resolve(this.#start(holder, call)) };
    const { timeout } = this.#limits;
    const expire = (): void => {
      this.#remove(holder, waiting);
      turn.reject(new NoSlotError('queue_timeout'));
    };
    const timer = timeout === null ? undefined : setTimeout(expire, timeout).unref();
    const queue = this.#queues.get(holder);
    if (queue) queue.push(waiting);
    else this.#queues.set(holder, [waiting]);
    this.#waiting.add(holder);
    try {
      return await turn.promise;
    } finally {
      clearTimeout(timer);
    }
  }

  #startWaiting(): void {
    // A queue that has had its turn is visited again after the others.
    for (const [holder, queue] of this.#queues) {
      const next = this.hasSlot(holder) ? queue[0] : undefined;
      if (next === undefined) continue;
      this.#remove(holder, next);
      if (queue.length > 0) {
        this.#queues.delete(holder);
        this.#queues.set(holder, queue);
      }
      next.start();
    }
  }

  #remove(holder: Holder, waiting: Waiting): void {
    const queue = this.#queues.get(holder) ?? [];
    queue.splice(queue.indexOf(waiting), 1);
    if (queue.length === 0) this.#queues.delete(holder);
    this.#waiting.remove(holder);
  }
}
