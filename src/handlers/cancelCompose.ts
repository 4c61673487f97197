import { cancelRunningCompose } from '../domain/composes/cancel-compose.ts';
import { notFound } from '../lib/errors.ts';
import type { OperationHandler } from '../http/operation.ts';

export const cancelCompose: OperationHandler<'cancelCompose'> = async (ctx, request) => {
  const { params, identity } = request;
  const compose = await ctx.db.composes.findStatus(identity.orgId, params.composeId);
  if (compose === null) throw notFound('compose entry not found');
  await cancelRunningCompose(ctx, request, compose);
  return { status: 202, body: undefined };
};
