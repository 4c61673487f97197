// Composes of large lists, counted by their times: with that a list is counted, and a page deep in it found, by reading a few hundred.
import { LRUCache } from 'lru-cache';
import { sql, type FragmentSqlToken } from 'slonik';
import { z } from 'zod';
import type { CommonQueryMethods } from '../database.ts';
import { all, type ListWindow } from './list-page.ts';
import { plannedAnew } from '../prepared-statements.ts';

/** Composes older than this are left out of the lists, in days. They can still be read by id. */
const LISTED_DAYS = 14;

/** The first moment whose composes are listed. */
export const listedSince = sql.fragment`(CURRENT_TIMESTAMP::timestamp - make_interval(days => ${LISTED_DAYS}::int))`;

/** Seconds of a bucket. */
const BUCKET = 600;

/** Which composes a list is about: those of an organization that are not deleted, without those of some image types. */
export interface Listed {
  readonly orgId: string;
  /** With these types, composes without an image type are left out. Empty leaves out none. */
  readonly ignoreImageTypes: readonly string[];
}

/** A part of a list by time, each bound as the table has it; `null` for as far as lists go back, and for no later bound. */
export interface TimeRange {
  readonly createdAfter: string | null;
  readonly createdBefore: string | null;
}

/** The composes of a list in buckets of ten minutes, numbered by their time since 1970. */
export interface Histogram {
  readonly first: number;
  /** Number of the first bucket behind the last. Before it no transaction is left that could store a compose. */
  readonly end: number;
  /** By bucket from the first on, `end` included: composes in that bucket and in later ones. */
  readonly since: readonly number[];
  readonly readAt: number;
}

/** Whether a row of `compose_statuses` is of an ignored type. */
const isIgnored = ({ ignoreImageTypes }: Listed) => sql.fragment`
  (image_type = ANY (${sql.array(ignoreImageTypes, 'text')}) OR image_type IS NULL AND request_text IS NOT NULL)`;

/** Conditions under which a row `place` is not of an ignored type. For few rows: the status row of each is read. */
export function isNotIgnored(list: Listed): readonly FragmentSqlToken[] {
  if (list.ignoreImageTypes.length === 0) return [];
  return [
    sql.fragment`(SELECT ${isIgnored(list)} FROM compose_statuses WHERE compose_statuses.job_id = place.job_id) IS NOT TRUE`,
  ];
}

const timeOf = (bucket: number): string =>
  new Date(bucket * BUCKET * 1_000).toISOString().slice(0, -1).replace('T', ' ');

const bucketsUntil = (time: string): number => new Date(`${time.replace(' ', 'T')}Z`).getTime() / 1_000 / BUCKET;

const clamp = (value: number, least: number, most: number): number => Math.min(Math.max(value, least), most);

const bucketOf = (time: FragmentSqlToken) => sql.fragment`floor(date_part('epoch', ${time}) / ${BUCKET}::int)::int`;

/** The composes of each bucket, in order: an index-only count of each, less the ignored composes, which are joined once. */
function countBuckets(db: CommonQueryMethods, list: Listed, first: number, end: number): Promise<readonly number[]> {
  const { orgId, ignoreImageTypes } = list;
  const start = sql.fragment`(timestamp 'epoch' + make_interval(secs => bucket * ${BUCKET}::int))`;
  const ignored = sql.fragment`
    SELECT ${bucketOf(sql.fragment`composes.created_at`)} AS bucket, count(*) AS count
    FROM compose_statuses AS statuses JOIN composes ON composes.job_id = statuses.job_id
    WHERE statuses.org_id = ${orgId} AND ${isIgnored(list)} AND composes.org_id = ${orgId} AND NOT composes.deleted
      AND composes.created_at >= ${timeOf(first)}::timestamp AND composes.created_at < ${timeOf(end)}::timestamp
    GROUP BY 1`;
  const none = sql.fragment`SELECT NULL::int AS bucket, 0 AS count`;
  return db.anyFirst(sql.type(z.strictObject({ count: z.number() }))`
    ${plannedAnew}
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

/** Reads the whole list, both halves at the same time. */
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
 * Counts a part of a list, and moves the start of a page to the nearest bucket. Outside the whole buckets composes are counted one by one.
 * @returns the length of the part, and a part of it with an offset at which the page is
 */
export async function locate(
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
    SELECT count(*)::int FROM composes AS place WHERE ${all([
      sql.fragment`place.org_id = ${list.orgId} AND NOT place.deleted AND ${bound}`,
      sql.fragment`place.created_at >= ${createdAfter === null ? listedSince : sql.fragment`${createdAfter}::timestamp`}`,
      ...(createdBefore === null ? [] : [sql.fragment`place.created_at < ${createdBefore}::timestamp`]),
      ...isNotIgnored(list),
    ])})`;
  const { newer, older } = await db.one(sql.type(ends)`
    ${plannedAnew}
    SELECT ${count(sql.fragment`place.created_at >= ${timeOf(stop)}::timestamp`)} AS newer,
      ${count(sql.fragment`place.created_at < ${timeOf(start)}::timestamp`)} AS older`);
  /** Composes of the part that are not older than a bucket's start. */
  const until = (bucket: number): number => newer + (since[bucket - first] ?? 0) - (since[stop - first] ?? 0);
  const total = until(start) + older;
  if (ascending || offset < newer) return { total, range, offset };
  let bucket = stop;
  while (bucket > start && until(bucket - 1) <= offset) bucket -= 1;
  return { total, range: { createdAfter, createdBefore: timeOf(bucket) }, offset: offset - until(bucket) };
}

/** Milliseconds after which a histogram is read again while it is in use, and after which it is not used any more. */
const REFRESH = 30_000;
const LONGEST = 60_000;

/** Lists whose histograms are stored at most: organizations, and lists of one that ignore different image types. */
const MOST_ORGANIZATIONS = 200;
const MOST_LISTS = 10;

/**
 * The histograms of large lists. Composes that are stored, that another implementation stores, and that leave the list by their age
 * count at once, exactly. So do composes that this process deletes: `drop` is called after each. A compose that was older than ten
 * minutes when another process deleted it may be counted for another minute.
 */
export interface ComposeHistograms {
  /** The histogram of a list; `null` if the list was not read lately. */
  readonly find: (db: CommonQueryMethods, list: Listed) => Promise<Histogram> | null;
  /** The histogram of a list that is large. Requests share the read. */
  readonly read: (db: CommonQueryMethods, list: Listed) => Promise<Histogram>;
  /** The organization has deleted a compose. */
  readonly drop: (orgId: string) => void;
}

/** @param now milliseconds of a clock that never goes back */
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
    const allowStale = known !== undefined && now() - known.readAt <= LONGEST;
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
