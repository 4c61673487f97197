import type { AppContext } from '../../context.ts';

export interface PageLinks {
  readonly first: string;
  readonly last: string;
}

function lastPageOffset(count: number, limit: number): number {
  return limit >= count ? 0 : Math.floor((count - 1) / limit) * limit;
}

type QueryValues = Readonly<Record<string, string | number | readonly string[] | undefined>>;

type PagingOrder = readonly ['limit', 'offset'] | readonly ['offset', 'limit'];

/** An absolute path of the API. @param path below the versioned prefix, without a leading slash */
export function apiAddress(ctx: Pick<AppContext, 'config' | 'document'>, path: string): string {
  return `${ctx.config.http.apiPath}/v${ctx.document.info.version}/${path}`;
}

/** Addresses of the pages of a list, by their offsets. */
function pageAddresses(
  ctx: Pick<AppContext, 'config' | 'document'>,
  path: string,
  filters: QueryValues,
  limit: number,
  pagingOrder: PagingOrder = ['limit', 'offset'],
): (offset: number) => string {
  const base = apiAddress(ctx, path);
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(filters))
    for (const one of [value].flat()) if (one !== undefined) search.append(name, String(one));
  const given = search.size === 0 ? '' : `${search.toString()}&`;
  return (offset) => `${base}?${given}${pagingOrder.map((name) => `${name}=${{ limit, offset }[name]}`).join('&')}`;
}

/**
 * Links to the first and the last page of a list.
 * @param path below the versioned prefix, without a leading slash
 * @param filters parameters in the order of the links
 * @param pagingOrder order of limit and offset after the filters; published per list
 */
export function pageLinks(
  ctx: Pick<AppContext, 'config' | 'document'>,
  path: string,
  filters: QueryValues,
  count: number,
  limit: number,
  pagingOrder?: PagingOrder,
): PageLinks {
  const link = pageAddresses(ctx, path, filters, limit, pagingOrder);
  return { first: link(0), last: link(lastPageOffset(count, limit)) };
}

/** A page of a list that is read by offset. */
export interface PagePlace {
  readonly count: number;
  readonly limit: number;
  readonly offset: number;
}

/** The offset of the page before, `null` for the first page. Beyond the end of the list it is the last page. */
function previousOffset({ count, limit, offset }: PagePlace): number | null {
  return offset === 0 ? null : Math.max(0, Math.min(offset - limit, lastPageOffset(count, limit)));
}

/** Links to the first, the last, the next and the previous page of a list. Parameters as of `pageLinks`. */
export function listLinks(
  ctx: Pick<AppContext, 'config' | 'document'>,
  path: string,
  filters: QueryValues,
  place: PagePlace,
): PageLinks & { readonly next?: string; readonly previous?: string } {
  const { count, limit, offset } = place;
  const link = pageAddresses(ctx, path, filters, limit);
  const previous = previousOffset(place);
  return {
    ...{ first: link(0), last: link(lastPageOffset(count, limit)) },
    ...(offset + limit < count ? { next: link(offset + limit) } : {}),
    ...(previous === null ? {} : { previous: link(previous) }),
  };
}

/**
 * The header `Link` (RFC 8288) with the next and the previous page of a list. Compatibility: clients compare the bodies of published
 * lists, whose links name the first and the last page only.
 * @param query the request's, with filters
 * @returns nothing for a list of one page, and for a page of a cursor
 */
export function neighbourHeader(
  ctx: Pick<AppContext, 'config' | 'document'>,
  path: string,
  query: QueryValues & { readonly limit?: number; readonly offset?: number },
  { count, hasMore }: { readonly count: number; readonly hasMore: boolean },
): { readonly headers?: { readonly Link: string } } {
  const { limit = 100, offset = 0, cursor, ...filters } = query;
  if (cursor !== undefined || (!hasMore && offset === 0)) return {};
  const link = pageAddresses(ctx, path, filters, limit);
  const previous = previousOffset({ count, limit, offset });
  const links = [
    ...(hasMore ? [`<${link(offset + limit)}>; rel="next"`] : []),
    ...(previous === null ? [] : [`<${link(previous)}>; rel="prev"`]),
  ];
  return { headers: { Link: links.join(', ') } };
}
