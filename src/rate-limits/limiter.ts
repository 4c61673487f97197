import { tooManyRequests, type ServiceError } from '../errors.ts';
import type { Logger } from '../logger.ts';
import type { ProtectionMetrics } from '../protection-metrics.ts';
import type { Limit, RateLimitPolicy, RouteClass } from './policy.ts';
import type { Count, CountStore } from './store.ts';

/** A request that was counted against a limit. */
export interface Taken {
  readonly allowed: boolean;
  readonly routeClass: RouteClass;
  readonly limit: Limit;
  /** Seconds until the window ends. */
  readonly resetIn: number;
  /** The fields of draft-ietf-httpapi-ratelimit-headers, by name. */
  readonly fields: { readonly RateLimit: string; readonly 'RateLimit-Policy': string };
}

export interface RateLimiter extends AsyncDisposable {
  /** Counts a request; `null` where there is no limit, or none that could be checked: such a request is let through. */
  readonly take: (orgId: string, routeClass: RouteClass) => Promise<Taken | null>;
}

export interface RateLimiterParts {
  readonly policy: RateLimitPolicy;
  readonly store: CountStore;
  readonly metrics: Pick<ProtectionMetrics, 'limitedRequests' | 'uncheckedRequests'>;
  readonly log: Pick<Logger, 'warn'>;
  readonly now?: () => number;
}

/** Milliseconds for which nobody asks a store that failed. */
const PAUSE = 1_000;

const toTaken = (routeClass: RouteClass, limit: Limit, { allowed, remaining, resetIn }: Count): Taken => {
  const seconds = Math.max(1, Math.ceil(resetIn / 1000));
  return {
    ...{ allowed, routeClass, limit, resetIn: seconds },
    fields: {
      RateLimit: `"${routeClass}";r=${remaining};t=${seconds}`,
      'RateLimit-Policy': `"${routeClass}";q=${limit.requests};w=${limit.seconds}`,
    },
  };
};

/** Limits the requests of organizations, by class. A store that fails limits nobody. */
export const createRateLimiter = ({
  policy,
  store,
  metrics,
  log,
  now = () => performance.now(),
}: RateLimiterParts): RateLimiter => {
  let pausedUntil = -Infinity;
  const count = async (key: string, limit: Limit): Promise<Count | null> => {
    if (now() < pausedUntil) return null;
    try {
      return await store.count(key, limit);
    } catch (error) {
      // Of those that failed together one says so.
      if (now() >= pausedUntil) log.warn({ err: error }, 'rate limits cannot be checked: requests are let through');
      pausedUntil = now() + PAUSE;
      return null;
    }
  };
  return {
    take: async (orgId, routeClass) => {
      const limit = await policy.limitOf(orgId, routeClass);
      if (limit === null) return null;
      const counted = await count(`${routeClass} ${orgId}`, limit);
      if (counted === null) {
        metrics.uncheckedRequests.inc();
        return null;
      }
      if (!counted.allowed) metrics.limitedRequests.inc({ class: routeClass });
      return toTaken(routeClass, limit, counted);
    },
    [Symbol.asyncDispose]: () => store[Symbol.asyncDispose](),
  };
};

/** The refusal of a request over its limit. */
export const rateLimitExceeded = ({ limit, routeClass, resetIn }: Taken): ServiceError =>
  tooManyRequests(
    `Rate limit of ${limit.requests} ${routeClass} in ${limit.seconds} seconds exceeded for the organization`,
    resetIn,
  );
