// Pages of the lists of composes and blueprints.
import { sql, type FragmentSqlToken } from 'slonik';
import { z } from 'zod';
import { batch } from '../batch.ts';
import type { CommonQueryMethods, DatabaseAccess } from '../database.ts';
import type { Counted, ListPage, ListWindow } from './list-types.ts';
import { customPlan, hiddenArray } from '../prepared-statements.ts';

type CountedPage = ListPage & { readonly counted: Counted };

/** The SQL of a list of one organization. */
export interface ListSql {
  /** A SELECT of `id`, `sort` and `matches`. Matching candidates are the entries, in the order of `sort` and `id`. */
  readonly candidates: FragmentSqlToken;
  /** An expression for the JSON text of `entry`, which has `id` and `sort`; NULL for an entry that is not indexed. */
  readonly item: FragmentSqlToken;
  /** Joins of `entry` with the rows of `item`. */
  readonly joins: FragmentSqlToken;
  /** Length of the stored texts of `item`; NULL for an entry that is not indexed. */
  readonly size: FragmentSqlToken;
  /** Whether another implementation has stored rows that are not indexed. */
  readonly isStale: FragmentSqlToken;
}

/** A list of one organization. */
export interface ListSource extends ListSql {
  /** Whether the list has filters. The count of such a list shares the evaluation of the conditions with the page. */
  readonly isFiltered: boolean;
  /** Reads the page among the first candidates, where a batch can do that; `readAmongFirst` otherwise. */
  readonly readFirst?: (window: ListWindow) => Promise<FirstRead>;
  /**
   * @param ids entries of the page that are not indexed, `null` for none
   * @returns whether the page has to be read again
   */
  readonly index: (isStale: boolean, ids: readonly string[] | null) => Promise<boolean>;
}

export const MOST_COUNTED = 1_000;

/** One more than `MOST_COUNTED`. A literal, so that a generic plan expects no more rows. */
const CANDIDATE_LIMIT = sql.fragment`1001`;

/** Bytes of the items of a page that are read at once. Pages of common requests have a tenth. */
const MOST_BYTES = sql.fragment`1048576`;

/** Attempts to read a page: another implementation can store a row between indexing and reading. */
const MOST_READS = 5;

const readRow = z.strictObject({
  total: z.number().nullable(),
  /** Number of candidates that were read; `null` where the page is anywhere. */
  candidates: z.number().nullable(),
  isStale: z.boolean(),
  found: z.number(),
  items: z.string().nullable(),
  rest: z.array(z.string()).nullable(),
  last: z.array(z.string()).nullable(),
  unindexed: z.array(z.string()).nullable(),
});
type Read = z.infer<typeof readRow>;

/** What a statement found among the first candidates. */
export type FirstRead = Read;

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

/** Limit and offset of a page in a statement. */
interface PageBounds {
  readonly limit: FragmentSqlToken;
  readonly offset: FragmentSqlToken;
  /** Number of entries to read: those of the page, and one more, which shows whether a next page exists. */
  readonly entries: FragmentSqlToken;
}

/**
 * Composes the SELECT of a page of `candidates`.
 * @param isReadFromEnd whether the offset counts from the end of the list
 */
function selectPage(
  { item, joins, size }: ListSql,
  { limit, offset, entries }: PageBounds,
  window: Pick<ListWindow, 'ascending'>,
  isReadFromEnd = false,
): FragmentSqlToken {
  const listDirection = direction(window);
  const readDirection = direction({ ascending: window.ascending !== isReadFromEnd });
  return sql.fragment`
    SELECT count(*)::int AS found,
      string_agg(item, ',' ORDER BY number) FILTER (WHERE number <= ${limit} AND bytes <= ${MOST_BYTES}) AS items,
      array_agg(id::text ORDER BY number) FILTER (WHERE number <= ${limit} AND bytes > ${MOST_BYTES}) AS rest,
      min(ARRAY[sort::text, id::text]) FILTER (WHERE number = ${limit}) AS last,
      array_agg(id::text) FILTER (WHERE size IS NULL) AS unindexed
    FROM (
      SELECT entry.id, entry.sort, row_number() OVER listed AS number, ${size} AS size,
        coalesce(sum(${size}) OVER listed, 0) AS bytes,
        CASE WHEN coalesce(sum(${size}) OVER listed, 0) <= ${MOST_BYTES} THEN ${item} END AS item
      FROM (
        SELECT id, sort FROM candidates WHERE matches
        ORDER BY sort ${readDirection}, id ${readDirection} LIMIT ${entries} OFFSET ${offset}
      ) AS entry ${joins}
      WINDOW listed AS (ORDER BY entry.sort ${listDirection}, entry.id ${listDirection})
    ) AS listed`;
}

/** Composes the statement that reads a page among the first candidates, and counts them. */
function selectAmongFirst(
  list: ListSql,
  bounds: Omit<PageBounds, 'entries'>,
  window: Pick<ListWindow, 'ascending'>,
): FragmentSqlToken {
  const listDirection = direction(window);
  return sql.fragment`
    WITH candidates AS MATERIALIZED (
      SELECT id, sort, matches FROM (${list.candidates}) AS candidates
      ORDER BY sort ${listDirection}, id ${listDirection} LIMIT ${CANDIDATE_LIMIT}
    )
    SELECT counted.*, ${list.isStale} AS "isStale", page.*
    FROM (
      SELECT count(*) FILTER (WHERE matches)::int AS total, count(*)::int AS candidates FROM candidates
    ) AS counted, (${selectPage(list, { ...bounds, entries: sql.fragment`${bounds.limit} + 1` }, window)}) AS page`;
}

/** Reads a page, and reads it again after indexing rows that are not indexed. */
async function readIndexed({ index }: ListSource, read: () => Promise<Read>): Promise<Read> {
  for (let reads = 1; reads <= MOST_READS; reads += 1) {
    const found = await read();
    // Once only: a locked row stays marked although it is indexed.
    const isStale = found.isStale && reads === 1;
    if ((!isStale && found.unindexed === null) || !(await index(isStale, found.unindexed))) return found;
  }
  throw new Error('entries of the list cannot be indexed');
}

function toPage({ found, items, rest, last }: Read, { limit }: ListWindow, counted: Counted | null): ListPage {
  const [value, id] = last ?? [];
  const next = found > limit && value !== undefined && id !== undefined ? ([value, id] as const) : null;
  return { counted, items: items ?? '', rest: rest ?? [], found: Math.min(found, limit), next };
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
  const bounds = { limit: sql.fragment`${window.limit}`, offset: sql.fragment`${window.offset}` };
  const read = await readIndexed(
    source,
    () =>
      source.readFirst?.(window) ??
      db.one(sql.type(readRow)`${customPlan} ${selectAmongFirst(source, bounds, window)}`),
  );
  const { total, candidates } = read;
  const counted = { count: Math.min(total ?? 0, MOST_COUNTED), atLeast: (candidates ?? 0) > MOST_COUNTED };
  return { ...toPage(read, window, counted), counted };
}

/** A page of an unfiltered list of an organization. */
export interface PageAddress {
  readonly orgId: string;
  readonly limit: number;
  readonly offset: number;
  /** For composes. */
  readonly ignoreImageTypes?: readonly string[];
}

const numberedRead = readRow.extend({ number: z.number() });

/** The organization, and the ignored image types as `jsonb`, in the SQL of a list that `batchFirstReads` reads. */
export const requestedOrganization = sql.fragment`request.org_id`;
export const requestedIgnoredTypes = sql.fragment`request.ignored_types::jsonb`;

/**
 * Creates the batched read of pages of unfiltered lists among their first candidates. The statement is the same for all organizations.
 * @param list its organization is `requestedOrganization`
 * @param mostEntries entries of the pages of a batch at most
 */
export function batchFirstReads(
  { use }: Pick<DatabaseAccess, 'use'>,
  list: ListSql,
  { mostEntries, ...order }: Pick<ListWindow, 'ascending'> & { readonly mostEntries: number },
): (address: PageAddress) => Promise<FirstRead> {
  const bounds = { limit: sql.fragment`request.page_limit`, offset: sql.fragment`request.page_offset` };
  const page = selectAmongFirst(list, bounds, order);
  const readTogether = (db: CommonQueryMethods, addresses: readonly PageAddress[]): Promise<readonly Read[]> => {
    const orgIds = addresses.map(({ orgId }) => orgId);
    const limits = addresses.map(({ limit }) => limit);
    // Offsets of any size fit the column: behind the candidates every page is empty.
    const offsets = addresses.map(({ offset }) => Math.min(offset, MOST_COUNTED + 1));
    const ignored = addresses.map(({ ignoreImageTypes = [] }) => JSON.stringify(ignoreImageTypes));
    return db.many(sql.type(numberedRead)`
      SELECT request.number::int AS number, list.*
      FROM unnest(
          ${hiddenArray(orgIds, 'text')}, ${hiddenArray(limits, 'int4')}, ${hiddenArray(offsets, 'int4')}, ${hiddenArray(ignored, 'text')}
        )
        WITH ORDINALITY AS request (org_id, page_limit, page_offset, ignored_types, number)
      CROSS JOIN LATERAL (${page}) AS list
      ORDER BY number`);
  };
  return batch((addresses) => use((db) => readTogether(db, addresses)), {
    ...{ most: 20, inFlight: 3, sizeOf: ({ limit }) => limit, mostSize: mostEntries },
  });
}

/**
 * Reads a page anywhere in a list, and counts the list exactly if requested.
 * @param length of the list if it is known: a page in its second half is read from the end
 */
export async function readAnywhere(
  db: CommonQueryMethods,
  source: ListSource,
  window: ListWindow,
  length: number | null = null,
): Promise<ListPage> {
  const { limit, offset } = window;
  const isReadFromEnd = length !== null && offset > length / 2;
  const entries = isReadFromEnd ? Math.min(limit + 1, Math.max(length - offset, 0)) : limit + 1;
  const skipped = isReadFromEnd ? Math.max(length - offset - entries, 0) : offset;
  const bounds = {
    limit: sql.fragment`${limit}`,
    offset: sql.fragment`${skipped}`,
    entries: sql.fragment`${entries}`,
  };
  const isCounted = window.counted === 'exactly' && length === null;
  // Count and page share one evaluation of the conditions.
  const isEvaluatedOnce = isCounted && source.isFiltered;
  const read = await readIndexed(source, () =>
    db.one(sql.type(readRow)`
      ${customPlan}
      WITH candidates AS ${isEvaluatedOnce ? sql.fragment`MATERIALIZED` : sql.fragment`NOT MATERIALIZED`} (${source.candidates})
      SELECT ${isCounted ? sql.fragment`(SELECT count(*)::int FROM candidates WHERE matches)` : sql.fragment`NULL::int`} AS total,
        NULL::int AS candidates, ${source.isStale} AS "isStale", page.*
      FROM (${selectPage(source, bounds, window, isReadFromEnd)}) AS page`),
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
  if (counted === 'not' || (counted === 'exactly' && source.isFiltered)) return readAnywhere(db, source, window);
  if (counted === 'exactly' && window.offset > MOST_COUNTED)
    return readAnywhere(db, source, window, await countList(db, source));
  const first = await readAmongFirst(db, source, window);
  if (!first.counted.atLeast || (counted === 'bounded' && first.next !== null)) return first;
  const page = await readAnywhere(db, source, window);
  return { ...page, counted: page.counted ?? first.counted };
}
