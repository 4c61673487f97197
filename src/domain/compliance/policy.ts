import type { CallContext } from '../../upstream/call-context.ts';
import type { AppContext } from '../../context.ts';
import { accessDistribution } from '../distributions/access.ts';
import { invalid } from '../../lib/errors.ts';
import type { Identity } from '../identity.ts';
import { isUuid, NIL_UUID } from '../../lib/uuid.ts';
import { fetchRequirements } from './compliance.ts';
import type { Customizations } from './customizations.ts';
import type { Requirements } from './requirements.ts';

/** What reading a policy needs of the service. */
export type PolicyContext = Pick<AppContext, 'distributions' | 'allowList' | 'compliance'>;

/** In whose name a policy is read. */
export interface PolicyCaller extends CallContext {
  readonly identity: Identity;
}

const namedPolicy = (openscap: Customizations['openscap']): string | null => {
  const { policy_id: policyId } = (openscap ?? {}) as { policy_id?: unknown };
  // Beside a profile there may be a member of that name which is no text, and means nothing.
  return typeof policyId === 'string' ? policyId : null;
};

/**
 * Id of the policy that customizations follow, in lower case; `null` for none, for the nil id, and for what is no id.
 */
export function policyIdOf({ openscap }: Customizations): string | null {
  const policyId = namedPolicy(openscap);
  return policyId !== null && isUuid(policyId) && policyId !== NIL_UUID ? policyId.toLowerCase() : null;
}

/** @throws ServiceError `invalid` when the customizations name a policy by what cannot be its id */
export function refuseMalformedPolicy({ openscap }: Customizations): void {
  const policyId = namedPolicy(openscap);
  if (policyId !== null && !isUuid(policyId)) {
    throw invalid('customizations.openscap.policy_id must be a UUID of 36 characters');
  }
}

/**
 * What a policy asks of an image of a distribution.
 * @param distribution key of the distribution
 * @returns `null` when the policy has no tailoring for the distribution's minor version
 * @throws ServiceError `invalid` when the distribution is not available or no policy can apply to it, `forbidden` when
 *   the caller may not use the distribution or read the policy; ComplianceFailure, UpstreamUnavailable
 */
export async function readRequirements(
  ctx: PolicyContext,
  { identity, traceId, log }: PolicyCaller,
  policyId: string,
  distribution: string,
): Promise<Requirements | null> {
  const { rhelVersion } = accessDistribution(ctx, distribution, identity);
  if (rhelVersion === null) throw invalid('unable to get major and minor version for distribution');
  const { platformHeader } = identity;
  if (platformHeader === null) throw invalid('compliance policies need an identity of the platform');
  return fetchRequirements(ctx.compliance, { traceId, log, platformHeader }, { policyId, minor: rhelVersion.minor });
}
