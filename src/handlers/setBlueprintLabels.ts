import { blueprintNotFound } from '../domain/blueprints/errors.ts';
import type { OperationHandler } from '../http/operation.ts';
import { refuseMalformedLabels, sortLabels } from '../domain/labels.ts';

export const setBlueprintLabels: OperationHandler<'setBlueprintLabels'> = async (ctx, request) => {
  const { params, body, identity, audit } = request;
  refuseMalformedLabels(body.labels);
  if (!(await ctx.db.blueprints.setLabels(identity.orgId, params.id, body.labels, audit))) throw blueprintNotFound();
  return { status: 200, body: { labels: sortLabels(body.labels) } };
};
