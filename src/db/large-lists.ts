import { LRUCache } from 'lru-cache';
import { sql, type FragmentSqlToken } from 'slonik';
import type { CommonQueryMethods } from './database.ts';
import { isListed, isListedOfMany, listedSince } from './listed-composes.ts';
import { plannedAnew } from './prepared-statements.ts';
import { row } from './row.ts';

/** Composes between two anchors at most. A list of more, those of ignored image types included, is large. */
export const STEP = 2_000;

/**
 * A compose of a list, newest first, or a place between two; `position` is the number of composes up to it that are older than the first
 * anchor. The first anchor is where the part of the list starts that no longer grows, the last one where composes start to leave it by
 * their age.
 */
export interface Anchor {
  /** As the table has it. */
  readonly time: string;
  readonly id: string;
  readonly position: number;
}

/** Minutes after which no transaction is left that could store a compose of that time, and before which one leaves the list. */
const MARGIN_MINUTES = 10;

/** Before every other id. */
export const FIRST_ID = '00000000-0000-0000-0000-000000000000';

/** Reads the whole list. */
async function findAnchors(
  db: CommonQueryMethods,
  orgId: string,
  ignoreImageTypes: readonly string[],
): Promise<readonly Anchor[]> {
  const margin = sql.fragment`make_interval(mins => ${MARGIN_MINUTES}::int)`;
  const start = sql.fragment`CURRENT_TIMESTAMP::timestamp - ${margin}`;
  const end = sql.fragment`${listedSince} + ${margin}`;
  const rows = await db.transaction(async (transaction) => {
    // Without statistics the planner may expect few rows, and compare each compose with each ignored one.
    await transaction.query(sql.type(row<Record<never, never>>())`SET LOCAL enable_nestloop = off`);
    return transaction.any(sql.type(row<{ time: string; id: string; position: number | null }>())`
      ${plannedAnew}
      SELECT anchors.created_at::text AS time, anchors.job_id AS id, anchors.position::int AS position FROM (
        SELECT ${start} AS created_at, ${FIRST_ID}::uuid AS job_id, 0 AS position, true AS is_end
        UNION ALL
        SELECT composes.created_at, composes.job_id, row_number() OVER newest_first, lead(true) OVER newest_first IS NULL
        FROM composes
        WHERE ${isListedOfMany(orgId, ignoreImageTypes)} AND composes.created_at < ${start} AND composes.created_at >= ${end}
        WINDOW newest_first AS (ORDER BY composes.created_at DESC, composes.job_id DESC)
        UNION ALL
        SELECT ${end}, ${FIRST_ID}::uuid, NULL, true
      ) AS anchors
      WHERE anchors.is_end OR anchors.position % ${STEP}::int = 0
      ORDER BY anchors.created_at DESC, anchors.job_id DESC`);
  });
  return rows.map(({ time, id, position }, index) => ({
    time,
    id,
    position: position ?? rows[index - 1]?.position ?? 0,
  }));
}

const countWhere = (orgId: string, ignoreImageTypes: readonly string[], where: FragmentSqlToken) => sql.fragment`
  (SELECT count(*) FROM composes WHERE ${isListed(orgId, ignoreImageTypes)} AND ${where})`;

/**
 * A SELECT of the length of a list, of unknown size, as `total`, and whether it is large, as `isLarge`: then `total` is no length.
 * @param within what rows of `composes` have to meet besides
 */
export function countSmall(
  orgId: string,
  ignoreImageTypes: readonly string[],
  within: FragmentSqlToken,
): FragmentSqlToken {
  const total =
    ignoreImageTypes.length === 0
      ? sql.fragment`few.total`
      : sql.fragment`CASE WHEN few.total > ${STEP}::int THEN 0 ELSE ${countWhere(orgId, ignoreImageTypes, within)} END`;
  return sql.fragment`
    SELECT ${total}::int AS total, few.total > ${STEP}::int AS "isLarge" FROM (
      SELECT count(*) AS total FROM (
        SELECT FROM composes WHERE ${isListed(orgId, [])} AND ${within}
        ORDER BY composes.created_at DESC, composes.job_id DESC
        LIMIT ${STEP + 1}
      ) AS bounded
    ) AS few`;
}

/** The composes of the part of a list that still grows. */
export const countNewest = (orgId: string, ignoreImageTypes: readonly string[], anchors: readonly Anchor[]) =>
  countWhere(orgId, ignoreImageTypes, sql.fragment`composes.created_at >= ${anchors[0]?.time ?? ''}::timestamp`);

/**
 * An SQL expression that counts the composes of a list from a time on. It reads the part that grows, and what is between the time and the
 * anchor before it.
 * @param since `null` for as far as lists go back
 */
export function countSince(
  orgId: string,
  ignoreImageTypes: readonly string[],
  since: string | null,
  anchors: readonly Anchor[],
): FragmentSqlToken {
  const time = since === null ? listedSince : sql.fragment`${since}::timestamp`;
  // Times of the table are ordered as their texts are.
  const anchor = anchors.findLast((one) => since === null || one.time >= since);
  if (!anchor) return countWhere(orgId, ignoreImageTypes, sql.fragment`composes.created_at >= ${time}`);
  // The time is compared alone as well: from a pair the planner does not see how few composes are in between.
  const rest = sql.fragment`composes.created_at >= ${time} AND composes.created_at <= ${anchor.time}::timestamp
    AND (composes.created_at, composes.job_id) < (${anchor.time}::timestamp, ${anchor.id}::uuid)`;
  return sql.fragment`(
    ${countNewest(orgId, ignoreImageTypes, anchors)} + ${anchor.position}::int
    + ${countWhere(orgId, ignoreImageTypes, rest)}
  )`;
}

/** Milliseconds for which anchors are used, and after which they are read again meanwhile. */
const LONGEST = 60_000;
const REFRESH = 30_000;

const MOST_LISTS = 200;

interface Entry {
  readonly anchors: Promise<readonly Anchor[]>;
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
    read: (anchors: readonly Anchor[] | null) => Promise<Result>,
  ) => Promise<Result>;
  /** The organization has deleted a compose. */
  readonly drop: (orgId: string) => void;
}

/** @param now milliseconds of a clock that never goes back */
export function createLargeLists(now: () => number = () => performance.now()): LargeLists {
  const entries = new LRUCache<string, Entry>({ max: MOST_LISTS });

  const start = (key: string, find: () => Promise<readonly Anchor[]>): Entry => {
    const entry = { anchors: find(), startedAt: now(), refreshing: false };
    entry.anchors.catch(() => {
      if (entries.peek(key) === entry) entries.delete(key);
    });
    entries.set(key, entry);
    return entry;
  };

  /** Reads anchors again while the present ones are in use. Those that were dropped meanwhile stay so. */
  const refresh = async (key: string, entry: Entry, find: () => Promise<readonly Anchor[]>): Promise<void> => {
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
