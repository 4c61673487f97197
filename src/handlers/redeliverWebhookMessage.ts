import type { OperationHandler } from '../http/operation.ts';
import { LEASE } from '../domain/webhooks/attempt.ts';
import {
  deliveryNotFound,
  pingNotRedelivered,
  webhookDisabled,
  webhookNotFound,
  webhooksNotAvailable,
} from '../domain/webhooks/errors.ts';
import { toWebhookDelivery } from '../domain/webhooks/presenter.ts';
import { PING } from '../domain/webhooks/retry-delay.ts';

export const redeliverWebhookMessage: OperationHandler<'redeliverWebhookMessage'> = async (ctx, request) => {
  const { params, identity, audit } = request;
  const { id: webhookId, deliveryId: id } = params;
  if (!ctx.db.secrets.canEncrypt) throw webhooksNotAvailable();
  if ((await ctx.db.webhooks.find(identity.orgId, webhookId)) === null) throw webhookNotFound();
  const delivery = await ctx.db.deliveries.find(identity.orgId, webhookId, id);
  if (delivery === null) throw deliveryNotFound();
  if (delivery.event_type === PING) throw pingNotRedelivered();
  const due = await ctx.db.deliveries.redeliver(identity.orgId, { webhookId, id, lease: LEASE }, audit);
  if (due === null) throw webhookDisabled();
  ctx.background.wake('deliver-webhooks');
  return { status: 202, body: toWebhookDelivery(due) };
};
