import { LRUCache } from 'lru-cache';
import type { components } from '../../generated/image-builder.ts';
import type { AppContext } from '../context.ts';
import { accessDistribution } from '../domain/distributions/access.ts';
import type { Distribution } from '../domain/distributions/registry.ts';
import { CachedText, pageText, type OperationHandler, type OperationRequest } from '../http/operation.ts';
import { memoize } from '../lib/memoize.ts';
import { pageLinks } from '../domain/lists/page-links.ts';

type Query = OperationRequest<'getPackages'>['query'];
type Page = CachedText<components['schemas']['PackagesResponse']>;

/** Size of the page cache, in bytes. A search form requests a page for every typed character. */
const CACHE_BYTES = 4 * 1024 * 1024;

/** Estimated size of a page: its text, its bytes and overhead. */
const bytesOf = ({ text }: Page): number => 2 * text.length + 1_000;

const pageCacheOf = memoize(
  (_ctx: AppContext) => new LRUCache<string, Page>({ maxSize: CACHE_BYTES, sizeCalculation: bytesOf }),
);

const readPage = (ctx: AppContext, distribution: Distribution, { search, architecture, ...given }: Query): Page => {
  const { limit = 100, offset = 0 } = given;
  const index = distribution.packages.get(architecture);
  const { count, items } = index?.search(search, { limit, offset }) ?? { count: 0, items: [] };
  const incomplete = index !== undefined && distribution.hasStarterLists ? 'starter' : undefined;
  const links = pageLinks(ctx, 'packages', { search, distribution: given.distribution, architecture }, count, limit, [
    'offset',
    'limit',
  ]);
  return new CachedText(pageText(count, links, items, { package_list: incomplete }), { compressed: false });
};

export const getPackages: OperationHandler<'getPackages'> = (ctx, { query, identity }) => {
  const distribution = accessDistribution(ctx, query.distribution, identity);
  const { architecture, limit, offset, search } = query;
  // The search comes last, since it may contain any character.
  const key = `${query.distribution} ${architecture} ${limit} ${offset} ${search}`;
  const cache = pageCacheOf(ctx);
  let page = cache.get(key);
  if (!page) cache.set(key, (page = readPage(ctx, distribution, query)));
  return { status: 200, body: page };
};
