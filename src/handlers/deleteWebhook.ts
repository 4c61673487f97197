import type { OperationHandler } from '../http/operation.ts';
import { webhookNotFound } from '../domain/webhooks/errors.ts';

export const deleteWebhook: OperationHandler<'deleteWebhook'> = async (ctx, { params, identity, audit }) => {
  if (!(await ctx.db.webhooks.delete(identity.orgId, params.id, audit))) throw webhookNotFound();
  return { status: 204, body: undefined };
};
