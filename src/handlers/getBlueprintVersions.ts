import { blueprintNotFound } from '../domain/blueprints/errors.ts';
import { toVersionItems } from '../domain/blueprints/version-item.ts';
import type { OperationHandler } from '../http/operation.ts';
import { listLinks } from '../domain/lists/page-links.ts';

export const getBlueprintVersions: OperationHandler<'getBlueprintVersions'> = async (ctx, request) => {
  const { params, query, identity } = request;
  const { limit = 100, offset = 0 } = query;
  const page = await ctx.db.blueprints.listVersions(identity.orgId, params.id, { limit, offset });
  if (page === null) throw blueprintNotFound();
  const { total, rows } = page;
  const links = listLinks(ctx, `blueprints/${params.id}/versions`, {}, { count: total, limit, offset });
  return { status: 200, body: { meta: { count: total }, links, data: toVersionItems(rows, limit) } };
};
