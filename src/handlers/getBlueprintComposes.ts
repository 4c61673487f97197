import type { components } from '../../generated/image-builder.ts';
import { blueprintNotFound } from '../blueprints/refusals.ts';
import { composeItemText } from '../compose/stored-request.ts';
import { JsonText, pageText, type OperationHandler } from '../http/operation.ts';
import { pageLinks } from '../paging.ts';

export const getBlueprintComposes: OperationHandler<'getBlueprintComposes'> = async (ctx, request) => {
  const { params, query, identity } = request;
  const { limit = 100, offset = 0, ignoreImageTypes = [], blueprint_version: wanted = null } = query;
  const newest = await ctx.db.findLatestVersion(identity.orgId, params.id);
  if (newest === null) throw blueprintNotFound();

  const version = wanted !== null && wanted < 0 ? newest : wanted;
  const exists = version === null || (version >= 1 && version <= newest);
  const page = { limit, offset };
  const { total, rows } = exists
    ? await ctx.db.listBlueprintComposes(identity.orgId, params.id, version, ignoreImageTypes, page)
    : { total: 0, rows: [] };
  // Compatibility: clients compare these links, although they name the list of all composes, which takes no such
  // parameters.
  const filters = { blueprint_id: params.id, blueprint_version: version ?? undefined };
  const links = pageLinks(ctx, 'composes', filters, total, limit);
  return {
    status: 200,
    body: new JsonText<components['schemas']['ComposesResponse']>(pageText(total, links, rows.map(composeItemText))),
  };
};
