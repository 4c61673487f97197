import { accessDistribution } from '../distributions/access.ts';
import { pageText, type OperationHandler } from '../http/operation.ts';
import { pageLinks } from '../paging.ts';

export const getPackages: OperationHandler<'getPackages'> = (ctx, { query, identity }) => {
  const { search, architecture, limit = 100, offset = 0 } = query;
  const distribution = accessDistribution(ctx, query.distribution, identity);
  const index = distribution.packages.get(architecture);
  const { count, items } = index?.search(search, { limit, offset }) ?? { count: 0, items: [] };
  const links = pageLinks(ctx, 'packages', { search, distribution: query.distribution, architecture }, count, limit, [
    'offset',
    'limit',
  ]);
  return { status: 200, body: pageText(count, links, items) };
};
