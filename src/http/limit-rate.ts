import type { RequestHandler } from 'express';
import { rateLimitExceeded, type RateLimiter } from '../domain/rate-limits/limiter.ts';

/** Counts requests against the limits of their organization. */
export function limitRate(limiter: RateLimiter): RequestHandler {
  return async ({ exchange }, _res, next) => {
    const limitedAs = exchange.operation?.limitedAs ?? null;
    const taken = limitedAs === null ? null : await limiter.take(exchange.identity.orgId, limitedAs);
    if (taken) {
      exchange.limitFields = taken.fields;
      if (!taken.allowed) throw rateLimitExceeded(taken);
    }
    next();
  };
}
