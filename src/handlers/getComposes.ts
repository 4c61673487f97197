import type { components } from '../../generated/image-builder.ts';
import { JsonText, pageText, type OperationHandler } from '../http/operation.ts';
import { composeItemText } from '../compose/stored-request.ts';
import { pageLinks } from '../paging.ts';

export const getComposes: OperationHandler<'getComposes'> = async (ctx, { query, identity }) => {
  const { limit = 100, offset = 0, ignoreImageTypes = [] } = query;
  const { total, rows } = await ctx.db.listComposes(identity.orgId, ignoreImageTypes, { limit, offset });
  const links = pageLinks(ctx, 'composes', {}, total, limit);
  return {
    status: 200,
    body: new JsonText<components['schemas']['ComposesResponse']>(pageText(total, links, rows.map(composeItemText))),
  };
};
