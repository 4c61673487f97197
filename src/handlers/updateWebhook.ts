import type { OperationHandler } from '../http/operation.ts';
import { labelsToStore, refuseMalformedLabels } from '../domain/labels.ts';
import { refuseInvalidUrl, webhookNotFound } from '../domain/webhooks/errors.ts';
import { toWebhook } from '../domain/webhooks/presenter.ts';

export const updateWebhook: OperationHandler<'updateWebhook'> = async (ctx, { params, body, identity, audit }) => {
  const { url, description, event_types: types, labels } = body;
  refuseMalformedLabels(labels ?? {});
  if (url !== undefined) refuseInvalidUrl(ctx, url);
  const change = {
    ...(url === undefined ? {} : { url }),
    ...(description === undefined ? {} : { description }),
    // `null` removes the filter.
    ...(types === undefined ? {} : { eventTypes: types && [...new Set(types)] }),
    ...(labels === undefined ? {} : { labels: labelsToStore(labels ?? {}) }),
  };
  const webhook = await ctx.db.webhooks.update(identity.orgId, params.id, change, audit);
  if (webhook === null) throw webhookNotFound();
  return { status: 200, body: toWebhook(webhook) };
};
