import { isObject } from '../../lib/json.ts';
import type { PolicyFile } from '../policy-file.ts';

/** `src/http/operation-traits.ts` assigns a class to every operation. */
export const ROUTE_CLASSES = ['reads', 'writes', 'builds'] as const;
export type RouteClass = (typeof ROUTE_CLASSES)[number];

/** The window starts with its first request. */
export interface Limit {
  readonly requests: number;
  readonly seconds: number;
}

export interface RateLimitPolicy {
  /** `null` for no limit. */
  readonly limitOf: (orgId: string, routeClass: RouteClass) => Limit | null;
}

/** Applies to organizations without an entry, and to classes that their entry omits. */
const DEFAULT = 'default';

const MAX_REQUESTS = 1_000_000_000;
const MAX_SECONDS = 24 * 3600;

type Entry = ReadonlyMap<RouteClass, Limit | null>;

const isCount = (value: unknown, max: number): value is number =>
  Number.isInteger(value) && (value as number) >= 1 && (value as number) <= max;

const parseLimit = (value: unknown, where: string): Limit | null => {
  if (value === null) return null;
  const { requests, seconds, ...others } = isObject(value) ? value : {};
  if (!isCount(requests, MAX_REQUESTS) || !isCount(seconds, MAX_SECONDS) || Object.keys(others).length > 0) {
    throw new Error(
      `${where}: must be null, or {"requests": 1 to ${MAX_REQUESTS}, "seconds": 1 to ${MAX_SECONDS}} and nothing else`,
    );
  }
  return { requests, seconds };
};

const parseEntry = (key: string, value: unknown): Entry => {
  if (!isObject(value)) throw new Error(`/${key}: must be an object from class to limit`);
  return new Map(
    Object.entries(value).map(([name, limit]) => {
      const routeClass = ROUTE_CLASSES.find((known) => known === name);
      if (!routeClass) throw new Error(`/${key}/${name}: is none of ${ROUTE_CLASSES.join(', ')}`);
      return [routeClass, parseLimit(limit, `/${key}/${name}`)];
    }),
  );
};

type Entries = ReadonlyMap<string, Entry>;

/**
 * Parses the file of rate limits: organization id, or `default` → class → `{"requests", "seconds"}`, or `null` for no limit.
 * @throws Error naming the place
 */
export function parseRateLimits(content: unknown): Entries {
  if (!isObject(content)) throw new Error('must be an object from organization id to limits');
  return new Map(Object.entries(content).map(([key, value]) => [key, parseEntry(key, value)]));
}

export function createRateLimitPolicy(file: PolicyFile<Entries>): RateLimitPolicy {
  return {
    limitOf: (orgId, routeClass) => {
      const entries = file.read();
      const own = entries.get(orgId)?.get(routeClass);
      return own === undefined ? (entries.get(DEFAULT)?.get(routeClass) ?? null) : own;
    },
  };
}
