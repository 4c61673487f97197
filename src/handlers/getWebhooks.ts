import type { OperationHandler } from '../http/operation.ts';
import { listLinks } from '../domain/lists/page-links.ts';
import { toWebhook } from '../domain/webhooks/presenter.ts';

export const getWebhooks: OperationHandler<'getWebhooks'> = async (ctx, { query, identity }) => {
  const { limit = 100, offset = 0 } = query;
  const { total, rows } = await ctx.db.webhooks.list(identity.orgId, { limit, offset });
  const links = listLinks(ctx, 'webhooks', {}, { count: total, limit, offset });
  return { status: 200, body: { meta: { count: total }, links, data: rows.map(toWebhook) } };
};
