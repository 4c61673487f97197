import type { OperationHandler } from '../http/operation.ts';
import { listLinks } from '../domain/lists/page-links.ts';
import { webhookNotFound } from '../domain/webhooks/errors.ts';
import { toWebhookDelivery } from '../domain/webhooks/presenter.ts';

export const getWebhookDeliveries: OperationHandler<'getWebhookDeliveries'> = async (
  ctx,
  { params, query, identity },
) => {
  const { limit = 100, offset = 0 } = query;
  const webhook = await ctx.db.webhooks.find(identity.orgId, params.id);
  if (webhook === null) throw webhookNotFound();
  const { total, rows } = await ctx.db.deliveries.list(identity.orgId, webhook.id, { limit, offset });
  const links = listLinks(ctx, `webhooks/${webhook.id}/deliveries`, {}, { count: total, limit, offset });
  return { status: 200, body: { meta: { count: total }, links, data: rows.map(toWebhookDelivery) } };
};
