// Entitlements that requests show, for the schedules of their organizations: a schedule has no request of its own.
import { LRUCache } from 'lru-cache';
import type { Database } from '../db/index.ts';
import type { SeenEntitlement } from '../db/queries/schedule-entitlements.ts';
import type { Logger } from '../observability/logger.ts';
import type { Identity } from './identity.ts';

/** Milliseconds after which an unchanged entitlement is recorded again. */
const REUSE = 600_000;

/** Milliseconds for which entitlements are collected before one statement records them. */
const PAUSE = 5_000;

const MAX_ORGANIZATIONS = 10_000;

export interface Entitlements extends Disposable {
  /** Entitlements by organization that need not be observed again. */
  readonly known: { readonly get: (orgId: string) => boolean | undefined };
  /** Records the entitlement of an organization soon. */
  readonly observe: (identity: Pick<Identity, 'orgId' | 'entitled'>) => void;
  /** Records collected entitlements at once. Does not reject. */
  readonly record: () => Promise<void>;
}

/** Creates the observer of entitlements of a process. What it has not recorded when it closes, other requests show again. */
export function createEntitlements(db: Pick<Database, 'schedules'>, log: Logger): Entitlements {
  const known = new LRUCache<string, boolean>({ max: MAX_ORGANIZATIONS, ttl: REUSE });
  const pending = new Map<string, { readonly entitled: boolean; readonly at: number }>();
  let timer: NodeJS.Timeout | null = null;

  const record = async (): Promise<void> => {
    if (timer !== null) clearTimeout(timer);
    timer = null;
    const now = performance.now();
    const seen: SeenEntitlement[] = [...pending].map(([orgId, { entitled, at }]) => ({
      ...{ orgId, entitled, age: (now - at) / 1000 },
    }));
    pending.clear();
    if (seen.length === 0) return;
    try {
      for (const { org_id, blueprint_id } of await db.schedules.recordEntitlements(seen))
        log.info({ event: 'schedule.resumed', org_id, blueprint_id }, 'a schedule is not paused any more');
    } catch (error) {
      for (const { orgId } of seen) known.delete(orgId);
      log.debug({ event: 'schedule.entitlements_store_failed', err: error }, 'entitlements cannot be recorded');
    }
  };

  return {
    known,
    observe: ({ orgId, entitled }) => {
      known.set(orgId, entitled);
      pending.set(orgId, { entitled, at: performance.now() });
      timer ??= setTimeout(() => void record(), PAUSE).unref();
    },
    record,
    [Symbol.dispose]: () => {
      if (timer !== null) clearTimeout(timer);
      pending.clear();
    },
  };
}
