// Histograms of large lists of composes by time: they give the length of a list and the position of a deep page.
import { LRUCache } from 'lru-cache';
import { sql, type FragmentSqlToken } from 'slonik';
import { z } from 'zod';
import type { CommonQueryMethods } from '../database.ts';
import { allOf } from './list-page.ts';
import type { ListWindow } from './list-types.ts';
import { customPlan } from '../prepared-statements.ts';

/** Lists contain composes of so many days. */
const LISTED_DAYS = 14;

export const listedSince = sql.fragment`(CURRENT_TIMESTAMP::timestamp - make_interval(days => ${LISTED_DAYS}::int))`;

/** In seconds. */
const BUCKET = 600;

/** Composes of an organization that are not deleted, without some image types. */
export interface Listed {
  readonly orgId: string;
  /** If not empty, composes without an image type are excluded as well. */
  readonly ignoreImageTypes: readonly string[];
}

/** A part of a list by time; `null` for no bound of its own. Times have the format of the tables. */
export interface TimeRange {
  readonly createdAfter: string | null;
  readonly createdBefore: string | null;
}

/** Counts of a list in buckets of ten minutes, numbered since 1970. */
export interface Histogram {
  readonly first: number;
  /** Exclusive. No open transaction can store a compose in an earlier bucket. */
  readonly end: number;
  /** By bucket from `first` to `end`: the number of composes in that bucket and in later buckets. */
  readonly since: readonly number[];
  readonly readAt: number;
}

/** Whether a row of `compose_statuses` has an ignored type. @param types a `jsonb` array in SQL */
const isIgnored = (types: FragmentSqlToken) => sql.fragment`
  (${types} ? image_type OR image_type IS NULL AND request_text IS NOT NULL)`;

const ignoredTypes = ({ ignoreImageTypes }: Listed) => sql.fragment`${JSON.stringify(ignoreImageTypes)}::jsonb`;

/**
 * Whether a row `candidate` has no ignored type. For few rows: each needs a lookup in `compose_statuses`.
 * @param types a `jsonb` array in SQL
 */
export function hasNoIgnoredType(types: FragmentSqlToken): FragmentSqlToken {
  return sql.fragment`
    (SELECT ${isIgnored(types)} FROM compose_statuses WHERE compose_statuses.job_id = candidate.job_id) IS NOT TRUE`;
}

/** Conditions that exclude ignored types from rows `candidate`. */
export function isNotIgnored(list: Listed): readonly FragmentSqlToken[] {
  return list.ignoreImageTypes.length === 0 ? [] : [hasNoIgnoredType(ignoredTypes(list))];
}

const timeOf = (bucket: number): string =>
  new Date(bucket * BUCKET * 1_000).toISOString().slice(0, -1).replace('T', ' ');

const bucketsUntil = (time: string): number => new Date(`${time.replace(' ', 'T')}Z`).getTime() / 1_000 / BUCKET;

const clamp = (value: number, least: number, most: number): number => Math.min(Math.max(value, least), most);

const bucketOf = (time: FragmentSqlToken) => sql.fragment`floor(date_part('epoch', ${time}) / ${BUCKET}::int)::int`;

/** Counts the composes of each bucket by an index-only scan, and subtracts ignored composes. */
function countBuckets(db: CommonQueryMethods, list: Listed, first: number, end: number): Promise<readonly number[]> {
  const { orgId, ignoreImageTypes } = list;
  const start = sql.fragment`(timestamp 'epoch' + make_interval(secs => bucket * ${BUCKET}::int))`;
  const ignored = sql.fragment`
    SELECT ${bucketOf(sql.fragment`composes.created_at`)} AS bucket, count(*) AS count
    FROM compose_statuses AS statuses JOIN composes ON composes.job_id = statuses.job_id
    WHERE statuses.org_id = ${orgId} AND ${isIgnored(ignoredTypes(list))} AND composes.org_id = ${orgId} AND NOT composes.deleted
      AND composes.created_at >= ${timeOf(first)}::timestamp AND composes.created_at < ${timeOf(end)}::timestamp
    GROUP BY 1`;
  const none = sql.fragment`SELECT NULL::int AS bucket, 0 AS count`;
  return db.anyFirst(sql.type(z.strictObject({ count: z.number() }))`
    ${customPlan}
    SELECT ((
      SELECT count(*) FROM composes
      WHERE org_id = ${orgId} AND NOT deleted
        AND created_at >= ${start} AND created_at < ${start} + make_interval(secs => ${BUCKET}::int)
    ) - coalesce(ignored.count, 0))::int AS count
    FROM generate_series(${first}::int, ${end - 1}::int) AS bucket
    LEFT JOIN (${ignoreImageTypes.length === 0 ? none : ignored}) AS ignored USING (bucket)
    ORDER BY bucket`);
}

const bounds = z.strictObject({ first: z.number(), end: z.number() });

/** Counts the whole list, in two concurrent halves. */
async function readHistogram(db: CommonQueryMethods, list: Listed, readAt: number): Promise<Histogram> {
  const { first, end } = await db.one(sql.type(bounds)`
    SELECT ${bucketOf(listedSince)} + 2 AS first, ${bucketOf(sql.fragment`CURRENT_TIMESTAMP::timestamp`)} - 1 AS "end"`);
  const middle = Math.floor((first + end) / 2);
  const halves = await Promise.all([countBuckets(db, list, first, middle), countBuckets(db, list, middle, end)]);
  let total = 0;
  const since = [
    0,
    ...halves
      .flat()
      .toReversed()
      .map((count) => (total += count)),
  ].reverse();
  return { first, end, since, readAt };
}

const ends = z.strictObject({ newer: z.number(), older: z.number() });

/**
 * Counts a part of a list, and converts the offset of a page to a time range with a small offset. Composes outside whole buckets are
 * counted one by one.
 */
export async function locatePage(
  db: CommonQueryMethods,
  list: Listed,
  { first, end, since }: Histogram,
  range: TimeRange,
  { ascending, offset }: ListWindow,
): Promise<{ readonly total: number; readonly range: TimeRange; readonly offset: number }> {
  const { createdAfter, createdBefore } = range;
  const start = createdAfter === null ? first : clamp(Math.ceil(bucketsUntil(createdAfter)), first, end);
  const stop = createdBefore === null ? end : clamp(Math.floor(bucketsUntil(createdBefore)), start, end);
  const count = (bound: FragmentSqlToken) => sql.fragment`(
    SELECT count(*)::int FROM composes AS candidate WHERE ${allOf([
      sql.fragment`candidate.org_id = ${list.orgId} AND NOT candidate.deleted AND ${bound}`,
      sql.fragment`candidate.created_at >= ${createdAfter === null ? listedSince : sql.fragment`${createdAfter}::timestamp`}`,
      ...(createdBefore === null ? [] : [sql.fragment`candidate.created_at < ${createdBefore}::timestamp`]),
      ...isNotIgnored(list),
    ])})`;
  const { newer, older } = await db.one(sql.type(ends)`
    ${customPlan}
    SELECT ${count(sql.fragment`candidate.created_at >= ${timeOf(stop)}::timestamp`)} AS newer,
      ${count(sql.fragment`candidate.created_at < ${timeOf(start)}::timestamp`)} AS older`);
  /** Number of composes of the part that are not older than the start of a bucket. */
  const until = (bucket: number): number => newer + (since[bucket - first] ?? 0) - (since[stop - first] ?? 0);
  const total = until(start) + older;
  if (ascending || offset < newer) return { total, range, offset };
  let bucket = stop;
  while (bucket > start && until(bucket - 1) <= offset) bucket -= 1;
  return { total, range: { createdAfter, createdBefore: timeOf(bucket) }, offset: offset - until(bucket) };
}

/** Milliseconds after which a histogram is refreshed in the background, and after which it is no longer used. */
const REFRESH = 30_000;
const MAX_AGE = 60_000;

/** Size of the cache: organizations, and lists of each organization. */
const MOST_ORGANIZATIONS = 200;
const MOST_LISTS = 10;

/**
 * Cached histograms of large lists. Counts are exact, except that a compose older than ten minutes that another process deletes can be
 * counted for another minute.
 */
export interface ComposeHistograms {
  /** Returns the histogram of a list, `null` if none is cached. */
  readonly find: (db: CommonQueryMethods, list: Listed) => Promise<Histogram> | null;
  /** Returns the histogram of a list, and reads it if necessary. Concurrent callers share the read. */
  readonly read: (db: CommonQueryMethods, list: Listed) => Promise<Histogram>;
  /** Drops the histograms of an organization. Called after it deleted a compose. */
  readonly drop: (orgId: string) => void;
}

/** @param now a monotonic clock in milliseconds */
export function createComposeHistograms(now: () => number = () => performance.now()): ComposeHistograms {
  const createLists = () =>
    new LRUCache<string, Histogram, () => Promise<Histogram>>({
      ...{ max: MOST_LISTS, ttl: REFRESH, ttlResolution: 0, perf: { now } },
      fetchMethod: (_key, _stale, { context: read }) => read(),
    });
  const organizations = new LRUCache<string, ReturnType<typeof createLists>>({ max: MOST_ORGANIZATIONS });
  const keyOf = ({ ignoreImageTypes }: Listed) => JSON.stringify(ignoreImageTypes.toSorted());
  const read: ComposeHistograms['read'] = (db, list) => {
    const lists = organizations.get(list.orgId) ?? createLists();
    organizations.set(list.orgId, lists);
    const known = lists.peek(keyOf(list), { allowStale: true });
    const allowStale = known !== undefined && now() - known.readAt <= MAX_AGE;
    return lists.forceFetch(keyOf(list), { allowStale, context: () => readHistogram(db, list, now()) });
  };
  return {
    read,
    find: (db, list) => {
      const known = organizations.get(list.orgId)?.peek(keyOf(list), { allowStale: true });
      return known === undefined ? null : read(db, list);
    },
    drop: (orgId) => void organizations.delete(orgId),
  };
}
