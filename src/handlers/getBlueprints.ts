import type { components } from '../../generated/image-builder.ts';
import { JsonText, pageText, type OperationHandler } from '../http/operation.ts';
import { neighbourHeader } from '../domain/lists/page-links.ts';
import { readBlueprints } from '../domain/lists/blueprints.ts';

export const getBlueprints: OperationHandler<'getBlueprints'> = async (ctx, { query, identity }) => {
  const { meta, links, items, hasMore } = await readBlueprints(ctx, identity.orgId, query);
  return {
    status: 200,
    body: new JsonText<components['schemas']['BlueprintsResponse']>(pageText(meta.count, links, [items], meta)),
    // A name matches at most one blueprint, so the list has one page at every offset.
    ...(query.name ? {} : neighbourHeader(ctx, 'blueprints', query, { count: meta.count, hasMore })),
  };
};
