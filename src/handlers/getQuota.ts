import { toStorageResponse } from '../domain/storage-limits.ts';
import { toQuotaResponse, toRateLimitResponse } from '../domain/quota.ts';
import type { OperationHandler } from '../http/operation.ts';

export const getQuota: OperationHandler<'getQuota'> = async (ctx, { identity }) => {
  const { orgId } = identity;
  const limit = ctx.quota.limitOf(orgId);
  const state = limit && (await ctx.db.reservations.readQuotaUse(orgId, limit, null));
  const storage = ctx.storage.limitsOf(orgId);
  const use = await ctx.db.readStorageUse(orgId);
  const rateLimits = (await ctx.rateLimiter?.readAll(orgId)) ?? [];
  return {
    status: 200,
    body: {
      ...(limit && state ? toQuotaResponse(limit, state) : { limited: false }),
      rate_limits: rateLimits.map(toRateLimitResponse),
      storage: toStorageResponse(storage, use),
    },
  };
};
