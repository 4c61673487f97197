// Pages of the lists of composes and blueprints.
import { sql, type FragmentSqlToken } from 'slonik';
import { z } from 'zod';
import type { CommonQueryMethods } from '../database.ts';
import { customPlan, hiddenFromPlanner } from '../prepared-statements.ts';

/** Keyset position of an entry: the value of the sort expression and the id. */
export type Position = readonly [value: string, id: string];

export interface LabelFilter {
  readonly key: string;
  readonly value: string;
}

/** The page of a list to read. */
export interface ListWindow {
  readonly ascending: boolean;
  readonly limit: number;
  readonly offset: number;
  /** Reads entries after this position; `null` for all. */
  readonly after: Position | null;
  /** Counts the whole list, up to `MOST_COUNTED` entries, or nothing. */
  readonly counted: 'exactly' | 'bounded' | 'not';
}

export interface Counted {
  readonly count: number;
  /** Whether the list is longer than `count`. */
  readonly atLeast: boolean;
}

export interface ListPage {
  /** `null` where the list was not counted. */
  readonly counted: Counted | null;
  /** JSON texts of the items, separated by commas. */
  readonly items: string;
  /** Number of items. */
  readonly found: number;
  /** Position of the last item, `null` on the last page. */
  readonly next: Position | null;
}

type CountedPage = ListPage & { readonly counted: Counted };

/** A list of one organization. */
export interface ListSource {
  /** A SELECT of `id`, `sort` and `matches`. Matching candidates are the entries, in the order of `sort` and `id`. */
  readonly candidates: FragmentSqlToken;
  /** An expression for the JSON text of `entry`, which has `id` and `sort`; NULL for an entry that is not indexed. */
  readonly item: FragmentSqlToken;
  /** Joins of `entry` with the rows of `item`. */
  readonly joins: FragmentSqlToken;
  /** Whether another implementation has stored rows that are not indexed. */
  readonly isStale: FragmentSqlToken;
  /** Whether the list has no filters: its statement has a generic plan. */
  readonly isUnfiltered: boolean;
  /**
   * @param ids entries of the page that are not indexed, `null` for none
   * @returns whether the page has to be read again
   */
  readonly index: (isStale: boolean, ids: readonly string[] | null) => Promise<boolean>;
}

export const MOST_COUNTED = 1_000;

/** One more than `MOST_COUNTED`. A literal, so that a generic plan expects no more rows. */
const CANDIDATE_LIMIT = sql.fragment`1001`;

/** Attempts to read a page: another implementation can store a row between indexing and reading. */
const MOST_READS = 5;

const readRow = z.strictObject({
  total: z.number().nullable(),
  candidates: z.number().nullable(),
  isStale: z.boolean(),
  found: z.number(),
  items: z.string().nullable(),
  last: z.array(z.string()).nullable(),
  unindexed: z.array(z.string()).nullable(),
});
type Read = z.infer<typeof readRow>;

function direction({ ascending }: Pick<ListWindow, 'ascending'>): FragmentSqlToken {
  return ascending ? sql.fragment`ASC` : sql.fragment`DESC`;
}

/** The operator that compares rows with the position of the previous page. */
export function positionOperator({ ascending }: Pick<ListWindow, 'ascending'>): FragmentSqlToken {
  return ascending ? sql.fragment`>` : sql.fragment`<`;
}

/** The condition of a filter, no condition where the filter is `null`. */
export function conditionFor<Value, Condition>(
  value: Value | null,
  condition: (value: Value) => Condition,
): readonly Condition[] {
  return value === null ? [] : [condition(value)];
}

/** Combines conditions with AND. */
export function allOf(conditions: readonly FragmentSqlToken[]): FragmentSqlToken {
  return sql.fragment`${sql.join([sql.fragment`true`, ...conditions], sql.fragment` AND `)}`;
}

/**
 * Composes the SELECT of a page of `candidates`, and one entry more, which shows whether a next page exists.
 * @param length of the list if it is known: a page in its second half is read from the end
 */
function selectPage(
  { item, joins, isUnfiltered }: ListSource,
  window: ListWindow,
  length: number | null = null,
): FragmentSqlToken {
  const listDirection = direction(window);
  const isNearEnd = length !== null && window.offset > length / 2;
  const entries = isNearEnd ? Math.min(window.limit + 1, Math.max(length - window.offset, 0)) : window.limit + 1;
  const skipped = isNearEnd ? Math.max(length - window.offset - entries, 0) : window.offset;
  const readDirection = direction({ ascending: window.ascending !== isNearEnd });
  const value = (number: number) =>
    isUnfiltered ? hiddenFromPlanner(sql.fragment`${number}::bigint`) : sql.fragment`${number}`;
  return sql.fragment`
    SELECT count(*)::int AS found, string_agg(item, ',' ORDER BY number) FILTER (WHERE number <= ${value(window.limit)}) AS items,
      min(ARRAY[sort::text, id::text]) FILTER (WHERE number = ${value(window.limit)}) AS last,
      array_agg(id::text) FILTER (WHERE item IS NULL) AS unindexed
    FROM (
      SELECT entry.id, entry.sort, row_number() OVER (ORDER BY entry.sort ${listDirection}, entry.id ${listDirection}) AS number, ${item} AS item
      FROM (
        SELECT id, sort FROM candidates WHERE matches
        ORDER BY sort ${readDirection}, id ${readDirection} LIMIT ${value(entries)} OFFSET ${value(skipped)}
      ) AS entry ${joins}
    ) AS listed`;
}

/** Executes a statement, and repeats it after indexing rows that are not indexed. */
async function readIndexed(db: CommonQueryMethods, source: ListSource, statement: FragmentSqlToken): Promise<Read> {
  for (let reads = 1; reads <= MOST_READS; reads += 1) {
    const read = await db.one(sql.type(readRow)`${statement}`);
    // Once only: a locked row stays marked although it is indexed.
    const isStale = read.isStale && reads === 1;
    if ((!isStale && read.unindexed === null) || !(await source.index(isStale, read.unindexed))) return read;
  }
  throw new Error('entries of the list cannot be indexed');
}

function toPage({ found, items, last }: Read, { limit }: ListWindow, counted: Counted | null): ListPage {
  const [value, id] = last ?? [];
  const next = found > limit && value !== undefined && id !== undefined ? ([value, id] as const) : null;
  return { counted, items: items ?? '', found: Math.min(found, limit), next };
}

/**
 * Reads a page among the first `MOST_COUNTED` candidates, and counts them.
 * @returns the page, which is complete unless its count is `atLeast`
 */
export async function readAmongFirst(
  db: CommonQueryMethods,
  source: ListSource,
  window: ListWindow,
): Promise<CountedPage> {
  const listDirection = direction(window);
  const read = await readIndexed(
    db,
    source,
    sql.fragment`
      ${source.isUnfiltered ? sql.fragment`` : customPlan}
      WITH candidates AS MATERIALIZED (
        SELECT id, sort, matches FROM (${source.candidates}) AS candidates
        ORDER BY sort ${listDirection}, id ${listDirection} LIMIT ${CANDIDATE_LIMIT}
      )
      SELECT counted.*, ${source.isStale} AS "isStale", page.*
      FROM (
        SELECT count(*) FILTER (WHERE matches)::int AS total, count(*)::int AS candidates FROM candidates
      ) AS counted, (${selectPage(source, window)}) AS page`,
  );
  const { total, candidates } = read;
  const counted = { count: Math.min(total ?? 0, MOST_COUNTED), atLeast: (candidates ?? 0) > MOST_COUNTED };
  return { ...toPage(read, window, counted), counted };
}

/**
 * Reads a page anywhere in a list, and counts the list exactly if requested.
 * @param length of the list if it is known
 */
export async function readAnywhere(
  db: CommonQueryMethods,
  source: ListSource,
  window: ListWindow,
  length: number | null = null,
): Promise<ListPage> {
  const isCounted = window.counted === 'exactly' && length === null;
  // Count and page share one evaluation of the conditions.
  const isEvaluatedOnce = isCounted && !source.isUnfiltered;
  const read = await readIndexed(
    db,
    source,
    sql.fragment`
      ${customPlan}
      WITH candidates AS ${isEvaluatedOnce ? sql.fragment`MATERIALIZED` : sql.fragment`NOT MATERIALIZED`} (${source.candidates})
      SELECT ${isCounted ? sql.fragment`(SELECT count(*)::int FROM candidates WHERE matches)` : sql.fragment`NULL::int`} AS total,
        NULL::int AS candidates, ${source.isStale} AS "isStale", page.*
      FROM (${selectPage({ ...source, isUnfiltered: false }, window, length)}) AS page`,
  );
  const count = length ?? read.total;
  return toPage(read, window, count === null ? null : { count, atLeast: false });
}

function countList(db: CommonQueryMethods, { candidates }: ListSource): Promise<number> {
  return db.oneFirst(sql.type(z.strictObject({ count: z.number() }))`
    ${customPlan} SELECT count(*)::int AS count FROM (${candidates}) AS candidates WHERE matches`);
}

/**
 * Reads a page of a list. Takes one statement, and a second one if the first candidates are not enough. A page behind these in a list that
 * is counted exactly takes a statement that counts and one that reads.
 */
export async function readList(db: CommonQueryMethods, source: ListSource, window: ListWindow): Promise<ListPage> {
  const { counted } = window;
  if (counted === 'not' || (counted === 'exactly' && !source.isUnfiltered)) return readAnywhere(db, source, window);
  if (counted === 'exactly' && window.offset > MOST_COUNTED)
    return readAnywhere(db, source, window, await countList(db, source));
  const first = await readAmongFirst(db, source, window);
  if (!first.counted.atLeast || (counted === 'bounded' && first.next !== null)) return first;
  const page = await readAnywhere(db, source, window);
  return { ...page, counted: page.counted ?? first.counted };
}
