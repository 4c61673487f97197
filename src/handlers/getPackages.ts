import { LRUCache } from 'lru-cache';
import type { components } from '../../generated/image-builder.ts';
import type { AppContext } from '../context.ts';
import { accessDistribution } from '../domain/distributions/access.ts';
import type { Distribution } from '../domain/distributions/registry.ts';
import { CachedText, pageText, type OperationHandler, type OperationRequest } from '../http/operation.ts';
import { memoize } from '../lib/memoize.ts';
import { neighbourHeader, pageLinks } from '../domain/lists/page-links.ts';
import type { Headers } from '../lib/response/bodies.ts';

type Query = OperationRequest<'getPackages'>['query'];
interface Page {
  readonly body: CachedText<components['schemas']['PackagesResponse']>;
  readonly headers?: Headers;
}

/** Size of the page cache, in bytes. A search form requests a page for every typed character. */
const CACHE_BYTES = 4 * 1024 * 1024;

/** Estimated size of a page: its text, its bytes and overhead. */
const bytesOf = ({ body }: Page): number => 2 * body.text.length + 1_000;

const pageCacheOf = memoize(
  (_ctx: AppContext) => new LRUCache<string, Page>({ maxSize: CACHE_BYTES, sizeCalculation: bytesOf }),
);

const readPage = (ctx: AppContext, distribution: Distribution, query: Query): Page => {
  const { search, architecture, limit = 100, offset = 0 } = query;
  const index = distribution.packages.get(architecture);
  const { count, items } = index?.search(search, { limit, offset }) ?? { count: 0, items: [] };
  const incomplete = index !== undefined && distribution.hasStarterLists ? 'starter' : undefined;
  const links = pageLinks(ctx, 'packages', { search, distribution: query.distribution, architecture }, count, limit, [
    'offset',
    'limit',
  ]);
  const body: Page['body'] = new CachedText(pageText(count, links, items, { package_list: incomplete }), {
    compressed: false,
  });
  return { body, ...neighbourHeader(ctx, 'packages', query, { count, hasMore: offset + limit < count }) };
};

export const getPackages: OperationHandler<'getPackages'> = (ctx, { query, identity }) => {
  const distribution = accessDistribution(ctx, query.distribution, identity, 'query.distribution');
  const { architecture, limit, offset, search } = query;
  // The search comes last, since it may contain any character.
  const key = `${query.distribution} ${architecture} ${limit} ${offset} ${search}`;
  const cache = pageCacheOf(ctx);
  let page = cache.get(key);
  if (!page) cache.set(key, (page = readPage(ctx, distribution, query)));
  return { status: 200, ...page };
};
