import { statSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import type { components } from '../../generated/image-builder.ts';
import type { QuotaLimit, QuotaUse } from '../db/queries/build-reservations.ts';
import type { LimitState } from './rate-limits/limiter.ts';
import { ServiceError } from '../lib/errors.ts';

/** Limits on the builds of an organization. */
export interface QuotaPolicy {
  /**
   * The limit of an organization, `null` when there is none.
   * @throws Error when the quota file cannot be used or has no entry for the organization
   */
  readonly limitOf: (orgId: string) => Promise<QuotaLimit | null>;
}

const DAY = 24 * 3600 * 1e9;

/** The text that refuses a build, as clients know it. */
export const quotaExceeded = ({ quota, slidingWindow }: QuotaLimit): string =>
  `Quota of ${quota} builds per ${Math.floor(slidingWindow / DAY)} days exceeded for user`;

const SECOND = 1e9;

/** A quota and what counts against it, as it is shown. A limit below zero allows as much as none at all. */
export const shownQuota = (
  { quota, slidingWindow }: QuotaLimit,
  { used, next_free_at: nextFreeAt }: QuotaUse,
): Omit<components['schemas']['Quota'], 'rate_limits'> => ({
  limited: true,
  limit: Math.max(0, quota),
  used,
  remaining: Math.max(0, quota - used),
  window_seconds: Math.max(0, Math.floor(slidingWindow / SECOND)),
  ...(nextFreeAt === null ? {} : { next_free_at: nextFreeAt }),
});

/** A limit of requests as it is shown. */
export const shownRateLimit = ({ routeClass, limit, left }: LimitState): components['schemas']['RequestLimit'] => ({
  applies_to: routeClass,
  limit: limit.requests,
  window_seconds: limit.seconds,
  ...(left === null ? {} : { remaining: left.remaining, resets_in: left.resetIn }),
});
/** The refusal of builds for which there is no quota left. */
export class QuotaExceeded extends ServiceError {
  /** @param freesIn seconds until the oldest build stops counting, `null` where there is none */
  constructor(limit: QuotaLimit, freesIn: number | null) {
    super(
      'forbidden',
      { detail: quotaExceeded(limit), code: 'quota.exceeded' },
      freesIn === null ? {} : { retryAfter: freesIn },
    );
  }
}

const integer = (value: unknown, fits: (value: unknown) => boolean): number => {
  const number = value ?? 0;
  if (typeof number !== 'number' || !fits(number)) throw new Error('quota file: an entry is malformed');
  return number;
};

/** Nanoseconds are written with 64 bits. Beyond 104 days a few of them are lost, which nobody will miss. */
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

/** Limits from a JSON file, which is read again when it changes; `default` stands for organizations without an entry. */
export const createQuotaPolicy = (file: string | null): QuotaPolicy => {
  if (file === null) return { limitOf: async () => null };
  let known: { version: string; limits: Map<string, QuotaLimit> } | null = null;
  return {
    limitOf: async (orgId) => {
      // A few microseconds; the way over other threads takes twenty times as long.
      const { mtimeNs, size, ino } = statSync(file, { bigint: true });
      const version = `${mtimeNs} ${size} ${ino}`;
      if (known?.version !== version) known = { version, limits: parseLimits(await readFile(file, 'utf8')) };
      const limit = known.limits.get(orgId) ?? known.limits.get('default');
      if (!limit) throw new Error('quota file: neither the organization nor a default has an entry');
      return limit;
    },
  };
};
