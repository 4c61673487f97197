import { tooManyRequests, type ServiceError } from '../../lib/errors.ts';
import type { Logger } from '../../observability/logger.ts';
import type { ProtectionMetrics } from '../../observability/protection-metrics.ts';
import { ROUTE_CLASSES, type Limit, type RateLimitPolicy, type RouteClass } from './policy.ts';
import type { Count, CountStore } from './store.ts';

export interface CountedRequest {
  readonly allowed: boolean;
  readonly routeClass: RouteClass;
  readonly limit: Limit;
  /** Seconds until the window ends. */
  readonly resetIn: number;
  /** The fields of draft-ietf-httpapi-ratelimit-headers, by name. */
  readonly fields: { readonly RateLimit: string; readonly 'RateLimit-Policy': string };
}

export interface LimitState {
  readonly routeClass: RouteClass;
  readonly limit: Limit;
  /** Remaining requests, and seconds until the window ends (0 without a window); `null` if the store fails. */
  readonly left: { readonly remaining: number; readonly resetIn: number } | null;
}

export interface RateLimiter extends AsyncDisposable {
  /** Counts a request; `null` without a limit, or if the store fails: the request is then allowed. */
  readonly take: (orgId: string, routeClass: RouteClass) => Promise<CountedRequest | null>;
  /** The limits of an organization; counts no request. */
  readonly readAll: (orgId: string) => Promise<readonly LimitState[]>;
}

export interface RateLimiterParts {
  readonly policy: RateLimitPolicy;
  readonly store: CountStore;
  readonly metrics: Pick<ProtectionMetrics, 'limitedRequests' | 'uncheckedRequests'>;
  readonly log: Pick<Logger, 'warn'>;
  readonly now?: () => number;
}

/** Milliseconds without queries after the store has failed. */
const PAUSE_MS = 1_000;

const keyOf = (orgId: string, routeClass: RouteClass): string => `${routeClass} ${orgId}`;

const toCountedRequest = (
  routeClass: RouteClass,
  limit: Limit,
  { allowed, remaining, resetIn }: Count,
): CountedRequest => {
  const seconds = Math.max(1, Math.ceil(resetIn / 1000));
  return {
    ...{ allowed, routeClass, limit, resetIn: seconds },
    fields: {
      RateLimit: `"${routeClass}";r=${remaining};t=${seconds}`,
      'RateLimit-Policy': `"${routeClass}";q=${limit.requests};w=${limit.seconds}`,
    },
  };
};

/** Limits requests per organization and route class. If the store fails, all requests are allowed. */
export function createRateLimiter({
  policy,
  store,
  metrics,
  log,
  now = () => performance.now(),
}: RateLimiterParts): RateLimiter {
  let pausedUntil = -Infinity;
  const queryStore = async <T>(query: () => Promise<T>): Promise<T | null> => {
    if (now() < pausedUntil) return null;
    try {
      return await query();
    } catch (error) {
      // Only the first of concurrent failures is logged.
      if (now() >= pausedUntil)
        log.warn(
          { event: 'rate_limits.unavailable', err: error },
          'rate limits cannot be checked: requests are accepted without them',
        );
      pausedUntil = now() + PAUSE_MS;
      return null;
    }
  };
  return {
    take: async (orgId, routeClass) => {
      const limit = policy.limitOf(orgId, routeClass);
      if (limit === null) return null;
      const counted = await queryStore(() => store.count(keyOf(orgId, routeClass), limit));
      if (counted === null) {
        metrics.uncheckedRequests.inc();
        return null;
      }
      if (!counted.allowed) metrics.limitedRequests.inc({ class: routeClass });
      return toCountedRequest(routeClass, limit, counted);
    },
    readAll: async (orgId) => {
      const states = ROUTE_CLASSES.map(async (routeClass): Promise<LimitState | null> => {
        const limit = policy.limitOf(orgId, routeClass);
        if (limit === null) return null;
        const found = await queryStore(() => store.read(keyOf(orgId, routeClass), limit));
        const left = found && { remaining: found.remaining, resetIn: Math.ceil(found.resetIn / 1000) };
        return { routeClass, limit, left };
      });
      return (await Promise.all(states)).filter((state) => state !== null);
    },
    [Symbol.asyncDispose]: () => store[Symbol.asyncDispose](),
  };
}

export function rateLimitExceeded({ limit, routeClass, resetIn }: CountedRequest): ServiceError {
  return tooManyRequests(
    `Rate limit of ${limit.requests} ${routeClass} in ${limit.seconds} seconds exceeded for the organization`,
    resetIn,
  );
}
