/** Limits of a resource of this process, and of each organization in it. */
export interface UseLimits {
  readonly total: number;
  readonly perOrganization: number;
}

/** Why an organization gets no more: its own limit, or the process is short of the resource. */
export type Shortage = 'organization' | 'process';

/** The service's own work has no organization. */
export type Holder = string | null;

interface Use {
  amount: number;
  /** Mean amount of the last seconds: an amount that is held for a moment only is still known afterwards. */
  recent: number;
  /** When `recent` was computed. */
  since: number;
}

/** Part of the total that is left to organizations that use little. */
const RESERVED = 0.25;

/** An organization is heavy if it uses at least this part of what the heaviest organization uses. */
const HEAVY = 0.5;

/** Milliseconds after which past use counts half, and after which it is forgotten. */
const HALF_LIFE = 1_000;
const MEMORY = 10_000;

/** Organizations from which on those that use nothing are dropped. */
const MANY = 1_000;

/** What each organization uses of one resource of this process: requests, bytes, calls, streams. */
export class OrganizationUse {
  readonly limits: UseLimits;
  readonly #now: () => number;
  readonly #uses = new Map<Holder, Use>();
  #total = 0;
  #many = MANY;

  /** @param now monotonic milliseconds */
  constructor(limits: UseLimits, now: () => number = () => performance.now()) {
    this.limits = limits;
    this.#now = now;
  }

  get total(): number {
    return this.#total;
  }

  /** Number of organizations that are remembered. */
  get size(): number {
    return this.#uses.size;
  }

  of(holder: Holder): number {
    return this.#uses.get(holder)?.amount ?? 0;
  }

  add(holder: Holder, amount = 1): void {
    this.#total += amount;
    this.#change(holder, amount);
  }

  remove(holder: Holder, amount = 1): void {
    this.#total -= amount;
    this.#change(holder, -amount);
  }

  /** Why an organization gets no further amount; `null` if it gets it. Takes nothing. */
  refusal(holder: Holder, amount = 1): Shortage | null {
    const { total, perOrganization } = this.limits;
    if (holder !== null && this.of(holder) + amount > perOrganization) return 'organization';
    const wanted = this.#total + amount;
    if (wanted > total) return 'process';
    const isScarce = holder !== null && wanted > total - Math.floor(total * RESERVED);
    return isScarce && this.isHeavy(holder) ? 'process' : null;
  }

  /** Whether an organization is among those that use most, now and in the last seconds. */
  isHeavy(holder: string): boolean {
    const now = this.#now();
    const own = this.#weight(this.#uses.get(holder), now);
    for (const [other, use] of this.#uses) {
      if (other !== null && own < HEAVY * this.#weight(use, now)) return false;
    }
    return true;
  }

  #weight(use: Use | undefined, now: number): number {
    return use === undefined ? 0 : use.amount + recentUse(use, now);
  }

  #change(holder: Holder, amount: number): void {
    const now = this.#now();
    const use = this.#uses.get(holder);
    if (use === undefined) {
      if (this.#uses.size >= this.#many) this.#forget(now);
      this.#uses.set(holder, { amount, recent: 0, since: now });
      return;
    }
    use.recent = recentUse(use, now);
    use.since = now;
    use.amount += amount;
  }

  #forget(now: number): void {
    for (const [holder, { amount, since }] of this.#uses) {
      if (amount === 0 && now - since > MEMORY) this.#uses.delete(holder);
    }
    this.#many = Math.max(MANY, 2 * this.#uses.size);
  }
}

/** What one organization can use of a resource: a part of it, but one unit at least. */
export function shareOf(total: number, share: number): number {
  return Math.max(1, Math.ceil(total * share));
}

/** The mean amount, with half of the weight on the last second. */
function recentUse({ amount, recent, since }: Use, now: number): number {
  return amount + (recent - amount) * 2 ** ((since - now) / HALF_LIFE);
}
