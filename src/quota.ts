import { readFile, stat } from 'node:fs/promises';
import type { QuotaLimit } from './db/build-reservations.ts';

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

const integer = (value: unknown, fallback?: number): number => {
  const number = value ?? fallback;
  if (typeof number !== 'number' || !Number.isSafeInteger(number)) throw new Error('quota file: an entry is malformed');
  return number;
};

const parseLimits = (text: string): Map<string, QuotaLimit> => {
  const content: unknown = JSON.parse(text);
  if (typeof content !== 'object' || content === null || Array.isArray(content)) {
    throw new Error('quota file: must be an object from organization id to quota and slidingWindow');
  }
  return new Map(
    Object.entries(content as Record<string, { quota?: unknown; slidingWindow?: unknown } | null>).map(
      ([key, entry]) => [key, { quota: integer(entry?.quota, 0), slidingWindow: integer(entry?.slidingWindow, 0) }],
    ),
  );
};

/** Limits from a JSON file, which is read again when it changes; `default` stands for organizations without an entry. */
export const createQuotaPolicy = (file: string | null): QuotaPolicy => {
  if (file === null) return { limitOf: async () => null };
  let known: { version: string; limits: Map<string, QuotaLimit> } | null = null;
  return {
    limitOf: async (orgId) => {
      const { mtimeNs, size, ino } = await stat(file, { bigint: true });
      const version = `${mtimeNs} ${size} ${ino}`;
      if (known?.version !== version) known = { version, limits: parseLimits(await readFile(file, 'utf8')) };
      const limit = known.limits.get(orgId) ?? known.limits.get('default');
      if (!limit) throw new Error('quota file: neither the organization nor a default has an entry');
      return limit;
    },
  };
};
