import { notFound } from '../errors.ts';
import type { OperationHandler } from '../http/operation.ts';

export const deleteCompose: OperationHandler<'deleteCompose'> = async (ctx, { params, identity }) => {
  // Deleting again is fine: whoever repeats a request whose answer was lost has what they wanted.
  if (!(await ctx.db.composes.delete(identity.orgId, params.composeId))) throw notFound('compose entry not found');
  return { status: 200, body: undefined };
};
