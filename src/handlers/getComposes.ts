import type { OperationHandler } from '../http/operation.ts';
import { listComposesResponse } from '../domain/lists/composes.ts';

export const getComposes: OperationHandler<'getComposes'> = async (ctx, { query, identity }) => {
  return { status: 200, body: await listComposesResponse(ctx, identity.orgId, query) };
};
