import type { components } from '../../generated/image-builder.ts';
import { JsonText, pageText, type OperationHandler } from '../http/operation.ts';
import { readBlueprints } from '../domain/lists/blueprints.ts';

export const getBlueprints: OperationHandler<'getBlueprints'> = async (ctx, { query, identity }) => {
  const { meta, links, items } = await readBlueprints(ctx, identity.orgId, query);
  return {
    status: 200,
    body: new JsonText<components['schemas']['BlueprintsResponse']>(pageText(meta.count, links, [items], meta)),
  };
};
