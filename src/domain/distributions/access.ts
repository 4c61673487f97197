import { forbidden, invalid } from '../../lib/errors.ts';
import type { Identity } from '../identity.ts';
import type { AllowList } from './allow-list.ts';
import type { Distribution, DistributionRegistry } from './registry.ts';

interface AccessContext {
  readonly distributions: DistributionRegistry;
  readonly allowList: AllowList;
}

/** Whether the allow list excludes the caller from a distribution. */
export function isRestrictedFor({ allowList }: AccessContext, distribution: Distribution, identity: Identity): boolean {
  return distribution.restrictedAccess && !allowList.allows(identity.orgId, distribution.name);
}

/** @throws ServiceError `forbidden` */
export function refuseRestricted(ctx: AccessContext, distribution: Distribution, identity: Identity): void {
  if (isRestrictedFor(ctx, distribution, identity)) {
    throw forbidden(`This account's organization is not authorized to build ${distribution.name} images`);
  }
}

/**
 * A distribution by key.
 * @throws ServiceError `invalid` when it is unknown or needs an entitlement, `forbidden` when it is restricted
 */
export function accessDistribution(ctx: AccessContext, key: string, identity: Identity): Distribution {
  const distribution = ctx.distributions.find(key, identity);
  if (distribution === null) throw invalid('distribution not available');
  refuseRestricted(ctx, distribution, identity);
  return distribution;
}
