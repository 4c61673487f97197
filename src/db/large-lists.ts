import { LRUCache } from 'lru-cache';
import { sql, type FragmentSqlToken } from 'slonik';
import type { CommonQueryMethods } from './database.ts';
import { isListed, isListedOfMany, listedSince } from './listed-composes.ts';
import { plannedAnew } from './prepared-statements.ts';
import { row } from './row.ts';

/** Composes between two anchors. A list with more is large. */
export const STEP = 2_000;

/**
 * Positions in a list of composes, newest first: the start of the part that no longer grows, and every further `STEP`th compose. Times
 * as the table has them.
 */
export interface Anchors {
  readonly times: readonly string[];
  readonly ids: readonly string[];
}

/** Minutes after which no transaction is left that could store a compose of that time. */
const GROWING_MINUTES = 10;

const FIRST_ID = '00000000-0000-0000-0000-000000000000';

/** Reads the whole list. The last anchors would leave it while the others are in use: they are left out. */
async function findAnchors(
  db: CommonQueryMethods,
  orgId: string,
  ignoreImageTypes: readonly string[],
): Promise<Anchors> {
  const grown = sql.fragment`CURRENT_TIMESTAMP::timestamp - make_interval(mins => ${GROWING_MINUTES}::int)`;
  const rows = await db.transaction(async (transaction) => {
    // Without statistics the planner may expect few rows, and compare each compose with each ignored one.
    await transaction.query(sql.type(row<Record<never, never>>())`SET LOCAL enable_nestloop = off`);
    return transaction.any(sql.type(row<{ time: string; id: string }>())`
      ${plannedAnew}
      SELECT anchors.created_at::text AS time, anchors.job_id AS id FROM (
        SELECT ${grown} AS created_at, ${FIRST_ID}::uuid AS job_id, 0 AS number
        UNION ALL
        SELECT composes.created_at, composes.job_id,
          row_number() OVER (ORDER BY composes.created_at DESC, composes.job_id DESC) AS number
        FROM composes
        WHERE ${isListedOfMany(orgId, ignoreImageTypes)} AND composes.created_at < ${grown}
          AND composes.created_at >= ${listedSince} + make_interval(mins => ${GROWING_MINUTES}::int)
      ) AS anchors
      WHERE number % ${STEP}::int = 0
      ORDER BY number`);
  });
  return { times: rows.map(({ time }) => time), ids: rows.map(({ id }) => id) };
}

const countWhere = (orgId: string, ignoreImageTypes: readonly string[], where: FragmentSqlToken) => sql.fragment`
  (SELECT count(*) FROM composes WHERE ${isListed(orgId, ignoreImageTypes)} AND ${where})`;

/** The composes of the part of a list that still grows. */
export const countNewest = (orgId: string, ignoreImageTypes: readonly string[], anchors: Anchors) =>
  countWhere(orgId, ignoreImageTypes, sql.fragment`composes.created_at >= ${anchors.times[0] ?? ''}::timestamp`);

/**
 * An SQL expression that counts the composes of a list from a time on. It reads the part that grows and, behind the last anchor, about
 * `STEP` composes.
 * @param since `null` for as far as lists go back
 */
export function countSince(
  orgId: string,
  ignoreImageTypes: readonly string[],
  since: string | null,
  { times, ids }: Anchors,
): FragmentSqlToken {
  const time = since === null ? listedSince : sql.fragment`${since}::timestamp`;
  // Times of the table are ordered as their texts are.
  const last = since === null ? times.length - 1 : times.findLastIndex((one) => one >= since);
  if (last < 0) return countWhere(orgId, ignoreImageTypes, sql.fragment`composes.created_at >= ${time}`);
  const rest = sql.fragment`composes.created_at >= ${time}
    AND (composes.created_at, composes.job_id) < (${times[last] ?? ''}::timestamp, ${ids[last] ?? ''}::uuid)`;
  return sql.fragment`(
    ${countNewest(orgId, ignoreImageTypes, { times, ids })} + ${last * STEP}::int + ${countWhere(orgId, ignoreImageTypes, rest)}
  )`;
}

/** Milliseconds for which anchors are used, and after which they are read again meanwhile. */
const LONGEST = 60_000;
const REFRESH = 30_000;

const MOST_LISTS = 200;

interface Entry {
  readonly anchors: Promise<Anchors>;
  readonly startedAt: number;
  refreshing: boolean;
}

/**
 * The anchors of large lists, by organization and ignored image types. With them, counting a list and finding a page deep in it read a
 * few thousand composes instead of all. Composes that are stored, that another implementation stores, and that leave the list
 * by their age count at once, exactly. So do composes that this process deletes: `drop` is called after each. A compose that was older
 * than ten minutes when another process deleted it may be counted for another minute.
 */
export interface LargeLists {
  /**
   * Calls `read` with the anchors of a list that is known to be large, else without; then again with anchors if the list is large.
   */
  readonly read: <Result extends { readonly isLarge: boolean }>(
    db: CommonQueryMethods,
    orgId: string,
    ignoreImageTypes: readonly string[],
    read: (anchors: Anchors | null) => Promise<Result>,
  ) => Promise<Result>;
  /** The organization has deleted a compose. */
  readonly drop: (orgId: string) => void;
}

/** @param now milliseconds of a clock that never goes back */
export function createLargeLists(now: () => number = () => performance.now()): LargeLists {
  const entries = new LRUCache<string, Entry>({ max: MOST_LISTS });

  const start = (key: string, find: () => Promise<Anchors>): Entry => {
    const entry = { anchors: find(), startedAt: now(), refreshing: false };
    entry.anchors.catch(() => {
      if (entries.peek(key) === entry) entries.delete(key);
    });
    entries.set(key, entry);
    return entry;
  };

  /** Reads anchors again while the present ones are in use. Those that were dropped meanwhile stay so. */
  const refresh = async (key: string, entry: Entry, find: () => Promise<Anchors>): Promise<void> => {
    entry.refreshing = true;
    const next = { anchors: find(), startedAt: now(), refreshing: false };
    const isFound = await next.anchors.then(
      () => true,
      () => false,
    );
    entry.refreshing = false;
    if (isFound && entries.peek(key) === entry) entries.set(key, next);
  };

  return {
    read: async (db, orgId, ignoreImageTypes, read) => {
      const key = JSON.stringify([orgId, ...ignoreImageTypes.toSorted()]);
      const find = () => findAnchors(db, orgId, ignoreImageTypes);
      const known = entries.get(key);
      if (!known) {
        const result = await read(null);
        return result.isLarge ? read(await (entries.get(key) ?? start(key, find)).anchors) : result;
      }
      const age = now() - known.startedAt;
      if (age > LONGEST) return read(await start(key, find).anchors);
      if (age > REFRESH && !known.refreshing) void refresh(key, known, find);
      return read(await known.anchors);
    },
    drop: (orgId) => {
      const prefix = JSON.stringify([orgId]).slice(0, -1);
      for (const key of entries.keys()) if (key.startsWith(prefix)) entries.delete(key);
    },
  };
}
