import { notFound } from '../errors.ts';
import type { OperationHandler } from '../http/operation.ts';
import { refuseMalformedLabels, sortLabels } from '../labels.ts';

export const setComposeLabels: OperationHandler<'setComposeLabels'> = async (ctx, { params, body, identity }) => {
  refuseMalformedLabels(body.labels);
  const found = await ctx.db.composes.setLabels(identity.orgId, params.composeId, body.labels);
  if (!found) throw notFound('compose entry not found');
  return { status: 200, body: { labels: sortLabels(body.labels) } };
};
