import { forbidden, invalid, type ServiceError } from '../../lib/errors.ts';
import type { Identity } from '../identity.ts';
import type { AllowList } from './allow-list.ts';
import type { Distribution, DistributionRegistry } from './registry.ts';

/** Characters of an unknown key in an error. */
const MAX_KEY = 100;

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

const notAvailable = (ctx: AccessContext, key: string, identity: Identity, pointer: string): ServiceError => {
  const keys = ctx.distributions.available(identity).map((distribution) => distribution.key);
  return invalid({
    detail: 'distribution not available',
    code: 'distribution.not_available',
    ...{ pointer, value: key.slice(0, MAX_KEY).toWellFormed(), takes: keys.join(', ') },
  });
};

/**
 * A distribution by key.
 * @param pointer the place of the key in the request
 * @throws ServiceError `invalid` when it is unknown or needs an entitlement, `forbidden` when it is restricted
 */
export function accessDistribution(
  ctx: AccessContext,
  key: string,
  identity: Identity,
  pointer = '/distribution',
): Distribution {
  const distribution = ctx.distributions.find(key, identity);
  if (distribution === null) throw notAvailable(ctx, key, identity, pointer);
  refuseRestricted(ctx, distribution, identity);
  return distribution;
}
