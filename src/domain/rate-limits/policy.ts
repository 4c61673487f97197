import { readFileSync, statSync, type BigIntStats } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import type { Logger } from '../../observability/logger.ts';
import { isObject } from '../../lib/json-object.ts';

/** What requests are told apart by. `src/http/operation-traits.ts` says which operation is which. */
export const ROUTE_CLASSES = ['reads', 'writes', 'builds'] as const;
export type RouteClass = (typeof ROUTE_CLASSES)[number];

/** So many requests within so many seconds, counted from the first of them. */
export interface Limit {
  readonly requests: number;
  readonly seconds: number;
}

export interface RateLimitPolicy {
  /** The limit of an organization on a class, `null` for none. */
  readonly limitOf: (orgId: string, routeClass: RouteClass) => Promise<Limit | null>;
}

/** The entry for organizations without one of their own, and for the classes that theirs leaves out. */
const DEFAULT = 'default';

const MAX_REQUESTS = 1_000_000_000;
const MAX_SECONDS = 24 * 3600;

type Entry = ReadonlyMap<RouteClass, Limit | null>;

const isCount = (value: unknown, most: number): value is number =>
  Number.isInteger(value) && (value as number) >= 1 && (value as number) <= most;

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

const parse = (text: string): ReadonlyMap<string, Entry> => {
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch {
    throw new Error('is not JSON');
  }
  if (!isObject(content)) throw new Error('must be an object from organization id to limits');
  return new Map(Object.entries(content).map(([key, value]) => [key, parseEntry(key, value)]));
};

/** What tells one content of a file from the next. */
const versionOf = ({ mtimeNs, ctimeNs, size, ino }: BigIntStats): string => `${mtimeNs} ${ctimeNs} ${size} ${ino}`;

/** Milliseconds between two looks at the file. */
const LOOK = 1_000;

/**
 * Limits from a JSON file: organization id (or `default`) → class → `{"requests", "seconds"}`, or `null` for no limit. An
 * organization has the default for a class it does not name. Looked at again once a second when somebody asks; a file that
 * cannot be used any more leaves the last good one in force, and is logged.
 * @throws Error saying what is wrong with the file as it is now
 */
export const createRateLimitPolicy = (
  file: string,
  log: Pick<Logger, 'error' | 'info'>,
  now: () => number = () => performance.now(),
): RateLimitPolicy => {
  let version = versionOf(statSync(file, { bigint: true }));
  let entries = parse(readFileSync(file, 'utf8'));
  let lookAt = now() + LOOK;

  const lookAgain = async (): Promise<void> => {
    const found = await stat(file, { bigint: true }).then(
      versionOf,
      (error: NodeJS.ErrnoException) => error.code ?? '',
    );
    if (found === version) return;
    // Noted before it is read: what cannot be used is said once, and not every second.
    version = found;
    try {
      entries = parse(await readFile(file, 'utf8'));
      log.info(
        { event: 'rate_limits.reloaded', organizations: entries.size },
        'rate limits: the changed file was read',
      );
    } catch (error) {
      const { code, message } = error as NodeJS.ErrnoException;
      log.error(
        { event: 'rate_limits.file_invalid', reason: code ?? message },
        'rate limits: the changed file cannot be used, the limits read before stay in force',
      );
    }
  };

  return {
    limitOf: async (orgId, routeClass) => {
      if (now() >= lookAt) {
        lookAt = now() + LOOK;
        await lookAgain();
      }
      const own = entries.get(orgId)?.get(routeClass);
      return own === undefined ? (entries.get(DEFAULT)?.get(routeClass) ?? null) : own;
    },
  };
};
