import type { components } from '../../generated/image-builder.ts';
import type { QuotaLimit, QuotaUse } from '../db/queries/build-reservations.ts';
import type { LimitState } from './rate-limits/limiter.ts';
import { ServiceError } from '../lib/errors.ts';
import { isObject } from '../lib/json.ts';
import type { PolicyFile } from './policy-file.ts';

export interface QuotaPolicy {
  /**
   * The limit of an organization, `null` without a limit.
   * @throws Error for a quota file without an entry for the organization
   */
  readonly limitOf: (orgId: string) => QuotaLimit | null;
}

const DAY = 24 * 3600 * 1e9;

/** Compatibility: clients match this text. */
export function quotaExceededMessage({ quota, slidingWindow }: QuotaLimit): string {
  return `Quota of ${quota} builds per ${Math.floor(slidingWindow / DAY)} days exceeded for user`;
}

const SECOND = 1e9;

/** The quota of a response. A negative limit equals zero. */
export function toQuotaResponse(
  { quota, slidingWindow }: QuotaLimit,
  { used, next_free_at: nextFreeAt }: QuotaUse,
): Omit<components['schemas']['Quota'], 'rate_limits'> {
  return {
    limited: true,
    limit: Math.max(0, quota),
    used,
    remaining: Math.max(0, quota - used),
    window_seconds: Math.max(0, Math.floor(slidingWindow / SECOND)),
    ...(nextFreeAt === null ? {} : { next_free_at: nextFreeAt }),
  };
}

/** The rate limit of a response. */
export function toRateLimitResponse({ routeClass, limit, left }: LimitState): components['schemas']['RequestLimit'] {
  return {
    applies_to: routeClass,
    limit: limit.requests,
    window_seconds: limit.seconds,
    ...(left === null ? {} : { remaining: left.remaining, resets_in: left.resetIn }),
  };
}

/** The organization has no quota left for the requested composes. */
export class QuotaExceededError extends ServiceError {
  /** @param freesIn seconds until the oldest compose leaves the window, `null` without a compose */
  constructor(limit: QuotaLimit, freesIn: number | null) {
    super(
      'forbidden',
      { detail: quotaExceededMessage(limit), code: 'quota.exceeded' },
      freesIn === null ? {} : { retryAfter: freesIn },
    );
  }
}

type Entries = ReadonlyMap<string, QuotaLimit>;

/** Nanoseconds, up to 64 bits. Windows beyond 104 days lose precision, which is acceptable. */
const isWindow = (value: unknown): boolean => Number.isInteger(value) && Math.abs(value as number) <= 2 ** 63;

const parseInteger = (place: string, value: unknown, isValid: (value: unknown) => boolean): number => {
  const number = value ?? 0;
  if (typeof number !== 'number' || !isValid(number)) throw new Error(`${place}: must be a whole number`);
  return number;
};

const parseEntry = (key: string, entry: unknown): QuotaLimit => {
  if (entry !== null && !isObject(entry)) throw new Error(`/${key}: must be an object`);
  // Compatibility: the original reads what is missing as 0, an entry that is null included.
  const { quota, slidingWindow } = entry ?? {};
  return {
    quota: parseInteger(`/${key}/quota`, quota, Number.isSafeInteger),
    slidingWindow: parseInteger(`/${key}/slidingWindow`, slidingWindow, isWindow),
  };
};

/** Parses the quota file: organization id, or `default` → quota and slidingWindow. @throws Error naming the place */
export function parseQuotas(content: unknown): Entries {
  if (!isObject(content)) throw new Error('must be an object from organization id to quota and slidingWindow');
  return new Map(Object.entries(content).map(([key, entry]) => [key, parseEntry(key, entry)]));
}

/** The limits of a quota file; `default` applies to organizations without an entry. @param file `null` for no limits */
export function createQuotaPolicy(file: PolicyFile<Entries> | null): QuotaPolicy {
  if (file === null) return { limitOf: () => null };
  return {
    limitOf: (orgId) => {
      const limits = file.read();
      const limit = limits.get(orgId) ?? limits.get('default');
      if (!limit) throw new Error('quota file: neither the organization nor a default has an entry');
      return limit;
    },
  };
}
