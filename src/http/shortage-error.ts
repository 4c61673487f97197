import { ServiceError } from '../lib/errors.ts';
import type { ProtectionMetrics } from '../observability/protection-metrics.ts';

/** Seconds, chosen at random so that clients do not return at the same time. */
const RETRY_AFTER = { from: 1, to: 5 };

/** What is short: a resource of the process (503), or what its organization may use of one (429). */
const DETAILS = {
  event_loop: 'the service is overloaded',
  database: 'too many requests wait for the database',
  body_bytes: 'the bodies of the requests in progress need too much memory',
  organization_requests: (limit: number) =>
    `the organization has ${limit} requests in progress, which is the most it may have`,
  organization_body_bytes: (limit: number) =>
    `the requests in progress of the organization would have bodies of more than ${limit} bytes, which is the most they may have`,
} as const;

export type ShortageKind = keyof typeof DETAILS;

/** A request that was not started, or whose body was not read. */
export class ShortageError extends ServiceError {
  readonly shortage: ShortageKind;

  /** @param limit that of the organization; for shortages of an organization */
  constructor(shortage: ShortageKind, limit = 0) {
    const detail = DETAILS[shortage];
    const { from, to } = RETRY_AFTER;
    const retryAfter = from + Math.floor(Math.random() * (to - from + 1));
    if (typeof detail === 'string') super('unavailable', detail, { retryAfter });
    else super('tooManyRequests', detail(limit), { retryAfter });
    this.shortage = shortage;
  }
}

/** Counts a refusal, and returns its error. */
export function shortageError(
  metrics: Pick<ProtectionMetrics, 'shedRequests'>,
  shortage: ShortageKind,
  limit?: number,
): ShortageError {
  metrics.shedRequests.inc({ reason: shortage });
  return new ShortageError(shortage, limit);
}
