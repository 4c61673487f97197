import { notFound } from '../lib/errors.ts';
import type { OperationHandler } from '../http/operation.ts';
import { refuseMalformedLabels, sortLabels } from '../domain/labels.ts';

export const setComposeLabels: OperationHandler<'setComposeLabels'> = async (ctx, request) => {
  const { params, body, identity, audit } = request;
  refuseMalformedLabels(body.labels);
  const labels = sortLabels(body.labels);
  const found = await ctx.db.composes.setLabels(identity.orgId, params.composeId, labels, audit);
  if (!found) throw notFound('compose entry not found');
  return { status: 200, body: { labels } };
};
