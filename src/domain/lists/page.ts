import type { AppContext } from '../../context.ts';
import type { Counted, ListPage, ListWindow, Position } from '../../db/queries/list-types.ts';
import { invalid } from '../../lib/errors.ts';
import { pageLinks, type PageLinks } from './page-links.ts';
import { fingerprintOfList, readCursor, writeCursor } from './cursor.ts';

export interface PageQuery {
  readonly limit?: number;
  readonly offset?: number;
  readonly cursor?: string;
}

export type PageWindow = Omit<ListWindow, 'ascending'>;

export interface List {
  readonly orgId: string;
  /** Below the versioned prefix. */
  readonly path: string;
  /** Order and filters of the request, in the order of the links. */
  readonly parameters: Readonly<Record<string, string | readonly string[] | undefined>>;
  /** Whether the count is exact for lists of any length. */
  readonly isCountedExactly: boolean;
  readonly isPosition: (position: Position) => boolean;
}

export interface Page {
  /** JSON texts, separated by commas. */
  readonly items: string;
  /** Ids of the other entries, which are read one by one. */
  readonly rest: readonly string[];
  readonly meta: { readonly count: number; readonly at_least?: true; readonly next_cursor?: string };
  readonly links: PageLinks & { readonly next?: string };
  /** Whether there is a page after this one. */
  readonly hasMore: boolean;
}

/** The link to the page of a cursor, with the parameters of the other links. */
const nextLink = ({ first }: PageLinks, cursor: string): string => {
  const [path, query] = first.split('?');
  const search = new URLSearchParams(query);
  search.delete('offset');
  search.append('cursor', cursor);
  return `${path}?${search.toString()}`;
};

/**
 * Reads a page. With cursors, only the first page counts the list: the cursor contains the count.
 * @throws ServiceError `invalid` for a malformed cursor or a cursor of another list
 */
export async function readPage(
  ctx: Pick<AppContext, 'config' | 'document'>,
  { orgId, path, parameters, isCountedExactly, isPosition }: List,
  { limit = 100, offset = 0, cursor }: PageQuery,
  read: (window: PageWindow) => Promise<ListPage>,
): Promise<Page> {
  const isByCursor = cursor !== undefined;
  if (isByCursor && offset > 0) {
    throw invalid({
      detail: 'parameter "offset" in query has an error: it cannot be given together with cursor',
      code: 'parameter.invalid',
      pointer: 'query.offset',
    });
  }
  const list = isByCursor ? fingerprintOfList(orgId, path, parameters) : '';
  const from = isByCursor ? readCursor(cursor, list, isPosition) : null;
  const counting = isCountedExactly ? 'exactly' : 'bounded';
  const window = { limit, offset, after: from?.after ?? null, counted: from === null ? counting : 'not' } as const;
  const { counted, items, rest, found, next } = await read(window);
  const { count: known, atLeast }: Counted = counted ?? from ?? { count: 0, atLeast: false };
  // The bounded count may end before the entries of this page.
  const count = atLeast && from === null ? Math.max(known, offset + found) : known;
  const links = pageLinks(ctx, path, parameters, count, limit);
  const meta = { count, ...(atLeast ? { at_least: true as const } : {}) };
  const hasMore = next !== null;
  if (!isByCursor || next === null) return { items, rest, meta, links, hasMore };
  const nextCursor = writeCursor(list, { count, atLeast, after: next });
  return {
    ...{ items, rest, hasMore, meta: { ...meta, next_cursor: nextCursor } },
    links: { ...links, next: nextLink(links, nextCursor) },
  };
}
