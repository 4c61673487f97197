import { notFound } from '../lib/errors.ts';
import type { OperationHandler } from '../http/operation.ts';

export const deleteCompose: OperationHandler<'deleteCompose'> = async (ctx, { params, identity, audit }) => {
  // Deleting again is fine: a client repeats a request whose response it lost.
  if (!(await ctx.db.composes.delete(identity.orgId, params.composeId, audit)))
    throw notFound('compose entry not found');
  return { status: 200, body: undefined };
};
