import { blueprintNotFound } from '../domain/blueprints/errors.ts';
import type { OperationHandler } from '../http/operation.ts';
import { listComposesResponse } from '../domain/lists/composes.ts';

export const getBlueprintComposes: OperationHandler<'getBlueprintComposes'> = async (ctx, request) => {
  const { params, query, identity } = request;
  const { blueprint_version: wanted = null } = query;
  const latestVersion = await ctx.db.blueprints.findLatestVersion(identity.orgId, params.id);
  if (latestVersion === null) throw blueprintNotFound();

  const version = wanted !== null && wanted < 0 ? latestVersion : wanted;
  return { status: 200, ...(await listComposesResponse(ctx, identity.orgId, query, { id: params.id, version })) };
};
