import type { components } from '../../generated/image-builder.ts';
import type { AppContext } from '../context.ts';
import { JsonText, pageText, type OperationHandler, type OperationRequest } from '../http/operation.ts';
import { composeItemText } from '../compose/stored-request.ts';
import { isOwnComposeList, readComposes } from '../lists/composes.ts';
import { pageLinks } from '../paging.ts';

/** The list that all clients know: newest first, of the last days. */
const readNewest = async (ctx: AppContext, { query, identity }: OperationRequest<'getComposes'>) => {
  const { limit = 100, offset = 0, ignoreImageTypes = [] } = query;
  const { total, rows } = await ctx.db.listComposes(identity.orgId, ignoreImageTypes, { limit, offset });
  return { rows, meta: { count: total }, links: pageLinks(ctx, 'composes', {}, total, limit) };
};

export const getComposes: OperationHandler<'getComposes'> = async (ctx, request) => {
  const { query, identity } = request;
  const { rows, meta, links } = isOwnComposeList(query)
    ? await readComposes(ctx, identity.orgId, 'composes', query)
    : await readNewest(ctx, request);
  const text = pageText(meta.count, links, rows.map(composeItemText), meta);
  return { status: 200, body: new JsonText<components['schemas']['ComposesResponse']>(text) };
};
