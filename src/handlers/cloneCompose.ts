import { cloneImage } from '../domain/composes/clone-compose.ts';
import { notFound } from '../lib/errors.ts';
import type { OperationHandler } from '../http/operation.ts';

export const cloneCompose: OperationHandler<'cloneCompose'> = async (ctx, request) => {
  const { params, body, identity } = request;
  const compose = await ctx.db.composes.findStatus(identity.orgId, params.composeId);
  if (compose === null) throw notFound('compose entry not found');
  return { status: 201, body: { id: await cloneImage(ctx, request, compose, body) } };
};
