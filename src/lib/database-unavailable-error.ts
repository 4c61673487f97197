const DETAILS = {
  unreachable: 'the database cannot be reached',
  pool_timeout: 'no connection to the database became free in time',
  statement_timeout: 'the database did not respond in time',
  lock_timeout: 'another statement holds a lock in the database for too long',
} as const;

/** `pool_timeout`: all connections of the pool were in use. `lock_timeout`: another session held a lock. */
export type UnavailableReason = keyof typeof DETAILS;

/** Seconds, chosen at random so that clients do not return at the same time. */
const RETRY_AFTER = { from: 1, to: 5 };

/**
 * The database cannot be used at the moment; its response is a 503. Not a `ServiceError`: a statement whose response was lost may have
 * had its effect, so the request counts as interrupted.
 */
export class DatabaseUnavailableError extends Error {
  override readonly name = 'DatabaseUnavailableError';
  readonly reason: UnavailableReason;
  /** Seconds. */
  readonly retryAfter: number;
  constructor(reason: UnavailableReason, cause?: unknown) {
    super(DETAILS[reason], { cause });
    this.reason = reason;
    const { from, to } = RETRY_AFTER;
    this.retryAfter = from + Math.floor(Math.random() * (to - from + 1));
  }
}
