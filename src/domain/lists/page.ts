// Pages of lists, with their counts, links and cursors.
import type { AppContext } from '../../context.ts';
import type { Counted, ListPage, ListWindow, Position } from '../../db/queries/list-page.ts';
import { invalid } from '../../lib/errors.ts';
import { pageLinks, type PageLinks } from './page-links.ts';
import { fingerprintOfList, readCursor, writeCursor } from './cursor.ts';

/** Parameters that choose a page of a list. */
export interface PageQuery {
  readonly limit?: number;
  readonly offset?: number;
  readonly cursor?: string;
}

/** Which entries are to be read, apart from their order. */
export type PageWindow = Omit<ListWindow, 'ascending'>;

/** A list, with the parameters that distinguish it from other lists. */
export interface List {
  readonly orgId: string;
  /** Its address, below the versioned prefix. */
  readonly path: string;
  /** Order and filters as the request has them, in the order in which links contain them. */
  readonly parameters: Readonly<Record<string, string | readonly string[] | undefined>>;
  /** Whether the list is counted exactly, however long it is. */
  readonly isCountedExactly: boolean;
  readonly isPosition: (position: Position) => boolean;
}

/** A page as a response contains it. */
export interface Page {
  /** The items as JSON texts, separated by commas. */
  readonly items: string;
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
 * Reads a page. By cursor a list is counted once, at its start: the cursor carries the count.
 * @throws ServiceError `invalid` for a cursor of another list, or one that is malformed
 */
export async function readPage(
  ctx: Pick<AppContext, 'config' | 'document'>,
  { orgId, path, parameters, isCountedExactly, isPosition }: List,
  { limit = 100, offset = 0, cursor }: PageQuery,
  read: (window: PageWindow) => Promise<ListPage>,
): Promise<Page> {
  const isByCursor = cursor !== undefined;
  if (isByCursor && offset > 0) {
    throw invalid('parameter "offset" in query has an error: it cannot be given together with cursor');
  }
  const list = isByCursor ? fingerprintOfList(orgId, path, parameters) : '';
  const from = isByCursor ? readCursor(cursor, list, isPosition) : null;
  const counting = isCountedExactly ? 'exactly' : 'bounded';
  const window = { limit, offset, after: from?.after ?? null, counted: from === null ? counting : 'not' } as const;
  const { counted, items, found, next } = await read(window);
  const { count: known, atLeast }: Counted = counted ?? from ?? { count: 0, atLeast: false };
  // Entries of the page exist, although counting ended before them.
  const count = atLeast && from === null ? Math.max(known, offset + found) : known;
  const links = pageLinks(ctx, path, parameters, count, limit);
  const meta = { count, ...(atLeast ? { at_least: true as const } : {}) };
  if (!isByCursor || next === null) return { items, meta, links };
  const nextCursor = writeCursor(list, { count, atLeast, after: next });
  return { items, meta: { ...meta, next_cursor: nextCursor }, links: { ...links, next: nextLink(links, nextCursor) } };
}
