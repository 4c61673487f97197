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

/** Bytes of the pages that are kept. Many ask for the same ones: a form asks again with every letter that is typed. */
const KEPT_BYTES = 4 * 1024 * 1024;

/** A page is kept as text, as bytes and in its own overhead. */
const bytesOf = ({ text }: Page): number => 2 * text.length + 1_000;

const pagesOf = memoize(
  (_ctx: AppContext) => new LRUCache<string, Page>({ maxSize: KEPT_BYTES, sizeCalculation: bytesOf }),
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
  // `undefined` stays out of the text: the lists of the other distributions are complete.
  return new CachedText(pageText(count, links, items, { package_list: incomplete }), { compressed: false });
};

export const getPackages: OperationHandler<'getPackages'> = (ctx, { query, identity }) => {
  const distribution = accessDistribution(ctx, query.distribution, identity);
  const { architecture, limit, offset, search } = query;
  // The search stands last: it may contain anything.
  const key = `${query.distribution} ${architecture} ${limit} ${offset} ${search}`;
  const pages = pagesOf(ctx);
  let page = pages.get(key);
  if (!page) pages.set(key, (page = readPage(ctx, distribution, query)));
  return { status: 200, body: page };
};
