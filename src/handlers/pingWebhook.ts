import { randomUUID } from 'node:crypto';
import type { OperationHandler } from '../http/operation.ts';
import { webhookNotFound, webhooksNotAvailable } from '../domain/webhooks/errors.ts';
import { toWebhookDelivery } from '../domain/webhooks/presenter.ts';

export const pingWebhook: OperationHandler<'pingWebhook'> = async (ctx, { params, identity, audit }) => {
  if (!ctx.db.secrets.canEncrypt) throw webhooksNotAvailable();
  const ping = await ctx.db.deliveries.insertPing(identity.orgId, params.id, randomUUID(), audit);
  if (ping === null) throw webhookNotFound();
  ctx.background.wake('deliver-webhooks');
  return { status: 202, body: toWebhookDelivery(ping) };
};
