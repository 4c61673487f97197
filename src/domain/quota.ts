import { statSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import type { components } from '../../generated/image-builder.ts';
import type { QuotaLimit, QuotaUse } from '../db/queries/build-reservations.ts';
import type { LimitState } from './rate-limits/limiter.ts';
import { ServiceError } from '../lib/errors.ts';

export interface QuotaPolicy {
  /**
   * The limit of an organization, `null` without a limit.
   * @throws Error for an unusable quota file, or one without an entry for the organization
   */
  readonly limitOf: (orgId: string) => Promise<QuotaLimit | null>;
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

const integer = (value: unknown, isValid: (value: unknown) => boolean): number => {
  const number = value ?? 0;
  if (typeof number !== 'number' || !isValid(number)) throw new Error('quota file: an entry is malformed');
  return number;
};

/** Nanoseconds, up to 64 bits. Windows beyond 104 days lose precision, which is acceptable. */
const isWindow = (value: unknown): boolean => Number.isInteger(value) && Math.abs(value as number) <= 2 ** 63;

const parseLimits = (text: string): Map<string, QuotaLimit> => {
  const content: unknown = JSON.parse(text);
  if (typeof content !== 'object' || content === null || Array.isArray(content)) {
    throw new Error('quota file: must be an object from organization id to quota and slidingWindow');
  }
  return new Map(
    Object.entries(content as Record<string, { quota?: unknown; slidingWindow?: unknown } | null>).map(
      ([key, entry]) => [
        key,
        { quota: integer(entry?.quota, Number.isSafeInteger), slidingWindow: integer(entry?.slidingWindow, isWindow) },
      ],
    ),
  );
};

/** Reads limits from a JSON file, again after every change; `default` applies to organizations without an entry. */
export function createQuotaPolicy(file: string | null): QuotaPolicy {
  if (file === null) return { limitOf: () => Promise.resolve(null) };
  let cached: { version: string; limits: Map<string, QuotaLimit> } | null = null;
  return {
    limitOf: async (orgId) => {
      // Synchronous: a few microseconds, against twenty times that through the thread pool.
      const { mtimeNs, size, ino } = statSync(file, { bigint: true });
      const version = `${mtimeNs} ${size} ${ino}`;
      if (cached?.version !== version) cached = { version, limits: parseLimits(await readFile(file, 'utf8')) };
      const limit = cached.limits.get(orgId) ?? cached.limits.get('default');
      if (!limit) throw new Error('quota file: neither the organization nor a default has an entry');
      return limit;
    },
  };
}
