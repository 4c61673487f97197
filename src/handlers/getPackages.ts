import type { components } from '../../generated/image-builder.ts';
import { accessDistribution } from '../distributions/access.ts';
import { JsonText, type OperationHandler } from '../http/operation.ts';
import { pageLinks } from '../paging.ts';

type PackagesResponse = components['schemas']['PackagesResponse'];

export const getPackages: OperationHandler<'getPackages'> = (ctx, { query, identity }) => {
  const { search, architecture, limit = 100, offset = 0 } = query;
  const distribution = accessDistribution(ctx, query.distribution, identity);
  const index = distribution.packages.get(architecture);
  const { count, items } = index?.search(search, { limit, offset }) ?? { count: 0, items: [] };
  const links = pageLinks(ctx, 'packages', { search, distribution: query.distribution, architecture }, count, limit, [
    'offset',
    'limit',
  ]);
  const head = JSON.stringify({ meta: { count }, links }).slice(0, -1);
  return { status: 200, body: new JsonText<PackagesResponse>(`${head},"data":[${items.join(',')}]}`) };
};
