import type { OperationHandler } from '../http/operation.ts';
import { listComposesResponse } from '../domain/lists/composes.ts';

export const getComposes: OperationHandler<'getComposes'> = async (ctx, { query, identity }) => {
  return { status: 200, ...(await listComposesResponse(ctx, identity.orgId, query)) };
};
