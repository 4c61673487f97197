import { notFound } from '../lib/errors.ts';
import type { OperationHandler } from '../http/operation.ts';
import { listLinks } from '../domain/lists/page-links.ts';

export const getComposeClones: OperationHandler<'getComposeClones'> = async (ctx, { params, query, identity }) => {
  const { limit = 100, offset = 0 } = query;
  const page = await ctx.db.clones.list(identity.orgId, params.composeId, { limit, offset });
  if (page === null) throw notFound('compose entry not found');
  const links = listLinks(
    ctx,
    `composes/${params.composeId.toLowerCase()}/clones`,
    {},
    { count: page.total, limit, offset },
  );
  const data = page.rows.map(({ id, compose_id, request, created_at }) => ({ id, compose_id, request, created_at }));
  return { status: 200, body: { meta: { count: page.total }, links, data } };
};
