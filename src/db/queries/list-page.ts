// Pages of lists. A list is a set of conditions in an order; a page is a window of it. Composes and blueprints share the statement.
import { sql, type FragmentSqlToken } from 'slonik';
import { z } from 'zod';
import type { CommonQueryMethods } from '../database.ts';
import { plannedAnew, unseen } from '../prepared-statements.ts';

/** The position of an entry in a list: the value that the list is sorted by, as the table has it, and the id. */
export type Position = readonly [value: string, id: string];

/** A label that entries of a list must have. */
export interface LabelFilter {
  readonly key: string;
  readonly value: string;
}

/** Which entries of a list are read. */
export interface ListWindow {
  readonly ascending: boolean;
  readonly limit: number;
  readonly offset: number;
  /** Only entries behind this one; `null` for all. */
  readonly after: Position | null;
  /** How far the list is counted: to its end, as far as `MOST_COUNTED`, or not at all. */
  readonly counted: 'exactly' | 'bounded' | 'not';
}

/** The length of a list. */
export interface Counted {
  readonly count: number;
  /** Whether counting ended before the list did. */
  readonly atLeast: boolean;
}

export interface ListPage {
  /** `null` where the list was not to be counted. */
  readonly counted: Counted | null;
  /** The items as JSON texts, separated by commas. */
  readonly items: string;
  /** How many these are. */
  readonly found: number;
  /** The position of the last item if more items follow it, `null` otherwise. */
  readonly next: Position | null;
}

type CountedPage = ListPage & { readonly counted: Counted };

/** A list of one organization. */
export interface ListSource {
  /** A SELECT of `id`, `sort` and `matches` of candidates. Entries of the list are those that match, in the order of `sort` and `id`. */
  readonly candidates: FragmentSqlToken;
  /** An expression of the item of `entry`, which has `id` and `sort`, as JSON text; NULL for an entry without an item. */
  readonly item: FragmentSqlToken;
  /** Joins of `entry` with the rows that the item is made of. */
  readonly joins: FragmentSqlToken;
  /** Whether another implementation has stored rows that are not indexed yet. */
  readonly isStale: FragmentSqlToken;
  /** Whether the list has all entries of the organization: one plan fits all, so the statement of its first entries is prepared. */
  readonly isWhole: boolean;
  /**
   * Indexes rows.
   * @param ids entries of the page without an item, `null` without any
   * @returns whether the list has to be read again
   */
  readonly index: (isStale: boolean, ids: readonly string[] | null) => Promise<boolean>;
}

/** Candidates that are counted one by one at most. */
export const MOST_COUNTED = 1_000;

/** One more than `MOST_COUNTED`. Part of the text of statements, so that a plan for all values expects no more rows. */
const FIRST = sql.fragment`1001`;

/** Reads of a page at most: another implementation may store a row between indexing and reading. */
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

/** The operator of what is behind a position, in the direction of the list. */
export function behind({ ascending }: Pick<ListWindow, 'ascending'>): FragmentSqlToken {
  return ascending ? sql.fragment`>` : sql.fragment`<`;
}

/** The condition of a filter, none where the filter is `null`. */
export function given<Value, Condition>(
  value: Value | null,
  condition: (value: Value) => Condition,
): readonly Condition[] {
  return value === null ? [] : [condition(value)];
}

/** Conditions that all hold. */
export function all(conditions: readonly FragmentSqlToken[]): FragmentSqlToken {
  return sql.fragment`${sql.join([sql.fragment`true`, ...conditions], sql.fragment` AND `)}`;
}

/**
 * A page of `candidates`, with one entry more, which shows whether the list continues.
 * @param length of the list if it is known: a page nearer to its end is read from there
 */
function selectPage(
  { item, joins, isWhole }: ListSource,
  window: ListWindow,
  length: number | null = null,
): FragmentSqlToken {
  const way = direction(window);
  const isNearEnd = length !== null && window.offset > length / 2;
  const entries = isNearEnd ? Math.min(window.limit + 1, Math.max(length - window.offset, 0)) : window.limit + 1;
  const skipped = isNearEnd ? Math.max(length - window.offset - entries, 0) : window.offset;
  const readWay = direction({ ascending: window.ascending !== isNearEnd });
  const value = (number: number) => (isWhole ? unseen(sql.fragment`${number}::bigint`) : sql.fragment`${number}`);
  return sql.fragment`
    SELECT count(*)::int AS found, string_agg(item, ',' ORDER BY number) FILTER (WHERE number <= ${value(window.limit)}) AS items,
      min(ARRAY[sort::text, id::text]) FILTER (WHERE number = ${value(window.limit)}) AS last,
      array_agg(id::text) FILTER (WHERE item IS NULL) AS unindexed
    FROM (
      SELECT entry.id, entry.sort, row_number() OVER (ORDER BY entry.sort ${way}, entry.id ${way}) AS number, ${item} AS item
      FROM (
        SELECT id, sort FROM candidates WHERE matches
        ORDER BY sort ${readWay}, id ${readWay} LIMIT ${value(entries)} OFFSET ${value(skipped)}
      ) AS entry ${joins}
    ) AS listed`;
}

/** Executes a statement; if rows are not indexed, indexes them and executes it again. */
async function readIndexed(db: CommonQueryMethods, source: ListSource, statement: FragmentSqlToken): Promise<Read> {
  for (let reads = 1; reads <= MOST_READS; reads += 1) {
    const read = await db.one(sql.type(readRow)`${statement}`);
    // A row on which another transaction holds a lock stays marked, although it is indexed.
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
 * Reads a page among the first `MOST_COUNTED` candidates, and counts these.
 * @returns the page. Unless its count is `atLeast`, it is a page of the whole list
 */
export async function readFirst(db: CommonQueryMethods, source: ListSource, window: ListWindow): Promise<CountedPage> {
  const way = direction(window);
  const read = await readIndexed(
    db,
    source,
    sql.fragment`
      ${source.isWhole ? sql.fragment`` : plannedAnew}
      WITH candidates AS MATERIALIZED (
        SELECT id, sort, matches FROM (${source.candidates}) AS candidates
        ORDER BY sort ${way}, id ${way} LIMIT ${FIRST}
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
 * Reads a page anywhere in a list, and counts the list if it is to be counted exactly.
 * @param length of the list if it is known
 */
export async function readAnywhere(
  db: CommonQueryMethods,
  source: ListSource,
  window: ListWindow,
  length: number | null = null,
): Promise<ListPage> {
  const isCounted = window.counted === 'exactly' && length === null;
  // The conditions of a list that is counted are evaluated once for the count and the page.
  const isEvaluatedOnce = isCounted && !source.isWhole;
  const read = await readIndexed(
    db,
    source,
    sql.fragment`
      ${plannedAnew}
      WITH candidates AS ${isEvaluatedOnce ? sql.fragment`MATERIALIZED` : sql.fragment`NOT MATERIALIZED`} (${source.candidates})
      SELECT ${isCounted ? sql.fragment`(SELECT count(*)::int FROM candidates WHERE matches)` : sql.fragment`NULL::int`} AS total,
        NULL::int AS candidates, ${source.isStale} AS "isStale", page.*
      FROM (${selectPage({ ...source, isWhole: false }, window, length)}) AS page`,
  );
  const count = length ?? read.total;
  return toPage(read, window, count === null ? null : { count, atLeast: false });
}

/** Counts a list to its end. */
function countList(db: CommonQueryMethods, { candidates }: ListSource): Promise<number> {
  return db.oneFirst(sql.type(z.strictObject({ count: z.number() }))`
    ${plannedAnew} SELECT count(*)::int AS count FROM (${candidates}) AS candidates WHERE matches`);
}

/**
 * Reads a page of a list: one statement, or two if the page or the exact length of a long list is not among its first entries. A page
 * deep in a list that is counted exactly takes a third, which counts.
 */
export async function readList(db: CommonQueryMethods, source: ListSource, window: ListWindow): Promise<ListPage> {
  const { counted } = window;
  if (counted === 'not' || (counted === 'exactly' && !source.isWhole)) return readAnywhere(db, source, window);
  const first = await readFirst(db, source, window);
  if (!first.counted.atLeast || (counted === 'bounded' && first.next !== null)) return first;
  const isDeep = counted === 'exactly' && window.offset > MOST_COUNTED;
  const page = await readAnywhere(db, source, window, isDeep ? await countList(db, source) : null);
  return { ...page, counted: page.counted ?? first.counted };
}
