import { notFound } from '../errors.ts';
import type { OperationHandler } from '../http/operation.ts';

export const deleteBlueprint: OperationHandler<'deleteBlueprint'> = async (ctx, { params, identity }) => {
  // Compatibility: clients know this text, which is not that of the other operations.
  if (!(await ctx.db.deleteBlueprint(identity.orgId, params.id))) throw notFound('Not Found');
  return { status: 204, body: undefined };
};
