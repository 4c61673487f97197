import type { AppContext } from '../../context.ts';

export interface PageLinks {
  readonly first: string;
  readonly last: string;
}

export function lastPageOffset(count: number, limit: number): number {
  return limit >= count ? 0 : Math.floor((count - 1) / limit) * limit;
}

type QueryValues = Readonly<Record<string, string | number | readonly string[] | undefined>>;

/** An absolute path of the API. @param path below the versioned prefix, without a leading slash */
export function apiAddress(ctx: Pick<AppContext, 'config' | 'document'>, path: string): string {
  return `${ctx.config.http.apiPath}/v${ctx.document.info.version}/${path}`;
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
  pagingOrder: readonly ['limit', 'offset'] | readonly ['offset', 'limit'] = ['limit', 'offset'],
): PageLinks {
  const base = apiAddress(ctx, path);
  const link = (offset: number): string => {
    const search = new URLSearchParams();
    const values: Record<string, number> = { limit, offset };
    const add = (name: string, value: QueryValues[string]): void => {
      for (const one of [value].flat()) if (one !== undefined) search.append(name, String(one));
    };
    for (const [name, value] of Object.entries(filters)) add(name, value);
    for (const name of pagingOrder) add(name, values[name]);
    return `${base}?${search.toString()}`;
  };
  return { first: link(0), last: link(lastPageOffset(count, limit)) };
}
