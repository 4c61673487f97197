import type { components } from '../../generated/image-builder.ts';
import { JsonText, pageText, type OperationHandler } from '../http/operation.ts';
import { readComposes } from '../domain/lists/composes.ts';

export const getComposes: OperationHandler<'getComposes'> = async (ctx, { query, identity }) => {
  const { meta, links, items } = await readComposes(ctx, identity.orgId, query);
  return {
    status: 200,
    body: new JsonText<components['schemas']['ComposesResponse']>(pageText(meta.count, links, [items], meta)),
  };
};
