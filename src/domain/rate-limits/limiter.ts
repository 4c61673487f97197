import { tooManyRequests, type ServiceError } from '../../lib/errors.ts';
import type { Logger } from '../../observability/logger.ts';
import type { ProtectionMetrics } from '../../observability/protection-metrics.ts';
import { ROUTE_CLASSES, type Limit, type RateLimitPolicy, type RouteClass } from './policy.ts';
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

/** A limit of an organization as it stands. */
export interface LimitState {
  readonly routeClass: RouteClass;
  readonly limit: Limit;
  /** Requests that are left, and seconds until the window ends (0 without one); `null` when that cannot be told. */
  readonly left: { readonly remaining: number; readonly resetIn: number } | null;
}

export interface RateLimiter extends AsyncDisposable {
  /** Counts a request; `null` where there is no limit, or none that could be checked: such a request is let through. */
  readonly take: (orgId: string, routeClass: RouteClass) => Promise<Taken | null>;
  /** The limits that an organization has, without counting anything. */
  readonly look: (orgId: string) => Promise<readonly LimitState[]>;
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

const keyOf = (orgId: string, routeClass: RouteClass): string => `${routeClass} ${orgId}`;

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
  const asked = async <T>(ask: () => Promise<T>): Promise<T | null> => {
    if (now() < pausedUntil) return null;
    try {
      return await ask();
    } catch (error) {
      // Of those that failed together one says so.
      if (now() >= pausedUntil)
        log.warn(
          { event: 'rate_limits.unavailable', err: error },
          'rate limits cannot be checked: requests are accepted without them',
        );
      pausedUntil = now() + PAUSE;
      return null;
    }
  };
  return {
    take: async (orgId, routeClass) => {
      const limit = await policy.limitOf(orgId, routeClass);
      if (limit === null) return null;
      const counted = await asked(() => store.count(keyOf(orgId, routeClass), limit));
      if (counted === null) {
        metrics.uncheckedRequests.inc();
        return null;
      }
      if (!counted.allowed) metrics.limitedRequests.inc({ class: routeClass });
      return toTaken(routeClass, limit, counted);
    },
    look: async (orgId) => {
      const states = ROUTE_CLASSES.map(async (routeClass): Promise<LimitState | null> => {
        const limit = await policy.limitOf(orgId, routeClass);
        if (limit === null) return null;
        const found = await asked(() => store.look(keyOf(orgId, routeClass), limit));
        const left = found && { remaining: found.remaining, resetIn: Math.ceil(found.resetIn / 1000) };
        return { routeClass, limit, left };
      });
      return (await Promise.all(states)).filter((state) => state !== null);
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
