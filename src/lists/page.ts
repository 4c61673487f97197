// Pages of lists that are sorted, filtered or read by cursor.
import type { AppContext } from '../context.ts';
import { invalid } from '../errors.ts';
import { pageLinks, type PageLinks } from '../paging.ts';
import { fingerprintOfList, readCursor, writeCursor, type Counted, type Position } from './cursor.ts';

/** What is asked for of a list. */
export interface PageQuery {
  readonly limit?: number;
  readonly offset?: number;
  readonly cursor?: string;
}

/** Which entries are to be read. */
export interface PageWindow {
  readonly limit: number;
  readonly offset: number;
  /** Only entries behind this one; `null` for all. */
  readonly after: Position | null;
  /** Whether the list is to be counted as well. */
  readonly counted: boolean;
}

export interface FoundPage<Row> {
  /** `null` where the list was not to be counted. */
  readonly counted: Counted | null;
  readonly rows: readonly Row[];
}

/** A list, with the parameters that make it what it is. */
export interface List<Row> {
  readonly orgId: string;
  /** Its address, below the versioned prefix. */
  readonly path: string;
  /** Order and filters as they were given, in the order in which links show them. */
  readonly parameters: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly positionOf: (row: Row) => Position;
  readonly isPosition: (position: Position) => boolean;
}

/** What is told of a page besides its entries. */
export interface Page<Row> {
  readonly rows: readonly Row[];
  readonly meta: { readonly count: number; readonly at_least?: true; readonly next_cursor?: string };
  readonly links: PageLinks & { readonly next?: string };
}

/** Address of the page that a cursor stands for. The parameters are those of the other links. */
const nextLink = ({ first }: PageLinks, cursor: string): string => {
  const [path, query] = first.split('?');
  const search = new URLSearchParams(query);
  search.delete('offset');
  search.append('cursor', cursor);
  return `${path}?${search.toString()}`;
};

/**
 * Reads a page. By cursor, one entry more than the page has tells whether another page follows; and the list is counted once, at
 * its beginning: from then on the cursor knows.
 * @throws ServiceError `invalid` for a cursor that is none of this list
 */
export const readPage = async <Row>(
  ctx: Pick<AppContext, 'config' | 'document'>,
  { orgId, path, parameters, positionOf, isPosition }: List<Row>,
  { limit = 100, offset = 0, cursor }: PageQuery,
  read: (window: PageWindow) => Promise<FoundPage<Row>>,
): Promise<Page<Row>> => {
  if (cursor !== undefined && offset > 0) {
    throw invalid('parameter "offset" in query has an error: it cannot be given together with cursor');
  }
  const list = fingerprintOfList(orgId, path, parameters);
  const from = cursor === undefined ? null : readCursor(cursor, list, isPosition);
  const { counted, rows: found } = await read({
    limit: cursor === undefined ? limit : limit + 1,
    ...{ offset, after: from?.after ?? null, counted: from === null },
  });
  const { count: known, atLeast } = counted ?? from ?? { count: 0, atLeast: false };
  // What is shown is there, although counting ended before it.
  const count = atLeast && from === null ? Math.max(known, offset + found.length) : known;
  const links = pageLinks(ctx, path, parameters, count, limit);
  const bounded = atLeast ? ({ at_least: true } as const) : {};
  const rows = cursor === undefined ? found : found.slice(0, limit);
  const last = rows.at(-1);
  if (rows.length === found.length || last === undefined) return { rows, meta: { count, ...bounded }, links };
  const next = writeCursor(list, { count, atLeast, after: positionOf(last) });
  return { rows, meta: { count, ...bounded, next_cursor: next }, links: { ...links, next: nextLink(links, next) } };
};
