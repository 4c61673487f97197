import type { OperationHandler } from '../http/operation.ts';
import { toComposeItem } from '../compose/stored-request.ts';
import { pageLinks } from '../paging.ts';

export const getComposes: OperationHandler<'getComposes'> = async (ctx, { query, identity }) => {
  const { limit = 100, offset = 0, ignoreImageTypes = [] } = query;
  const [rows, count] = await Promise.all([
    ctx.db.listComposes(identity.orgId, ignoreImageTypes, { limit, offset }),
    ctx.db.countComposes(identity.orgId, ignoreImageTypes),
  ]);
  const links = pageLinks(ctx, 'composes', {}, count, limit);
  return { status: 200, body: { meta: { count }, links, data: rows.map(toComposeItem) } };
};
