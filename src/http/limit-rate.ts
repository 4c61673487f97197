import type { RequestHandler } from 'express';
import { rateLimitExceeded, type RateLimiter } from '../domain/rate-limits/limiter.ts';

/** Counts requests against the limits of their organization; rejects those over a limit with 429. */
export function limitRate(limiter: RateLimiter): RequestHandler {
  return async ({ exchange }, _res, next) => {
    const rateLimitClass = exchange.operation?.rateLimitClass ?? null;
    const result = rateLimitClass === null ? null : await limiter.take(exchange.identity.orgId, rateLimitClass);
    if (result) {
      exchange.limitFields = result.fields;
      if (!result.allowed) throw rateLimitExceeded(result);
    }
    next();
  };
}
