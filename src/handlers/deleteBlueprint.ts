import { blueprintVersionMismatch } from '../domain/blueprints/errors.ts';
import { notFound } from '../lib/errors.ts';
import { revisionCondition } from '../lib/response/etag.ts';
import type { OperationHandler } from '../http/operation.ts';

export const deleteBlueprint: OperationHandler<'deleteBlueprint'> = async (ctx, request) => {
  const { params, headers, identity, audit } = request;
  const outcome = await ctx.db.blueprints.delete(
    identity.orgId,
    params.id,
    revisionCondition(headers['if-match']),
    audit,
  );
  if (outcome === 'unexpected') throw blueprintVersionMismatch();
  // Compatibility: clients match this text, which differs from that of the other operations.
  if (outcome === 'notFound') throw notFound('Not Found');
  return { status: 204, body: undefined };
};
