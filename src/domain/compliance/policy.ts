import { platformContext, type CallContext } from '../../upstream/call-context.ts';
import type { AppContext } from '../../context.ts';
import { accessDistribution } from '../distributions/access.ts';
import { invalid, type ErrorEntry } from '../../lib/errors.ts';
import type { Identity } from '../identity.ts';
import { isUuid, NIL_UUID } from '../../lib/ids.ts';
import { fetchRequirements } from './compliance.ts';
import type { Customizations } from './customizations.ts';
import type { Requirements } from './requirements.ts';

export type PolicyContext = Pick<AppContext, 'distributions' | 'allowList' | 'compliance'>;

/** The caller on whose behalf the service reads a policy. */
export interface PolicyCaller extends CallContext {
  readonly identity: Identity;
}

const namedPolicy = (openscap: Customizations['openscap']): string | null => {
  const { policy_id: policyId } = (openscap ?? {}) as { policy_id?: unknown };
  // Profiles may carry an unrelated member of that name that is no text.
  return typeof policyId === 'string' ? policyId : null;
};

const POLICY = '/customizations/openscap/policy_id';

/** Characters of a malformed id in an error. */
const MAX_ID = 100;

const NEEDS_PLATFORM: ErrorEntry = {
  detail: 'compliance policies need an identity of the platform',
  code: 'request.invalid',
  pointer: POLICY,
};

/** Lower-case id of the policy; `null` for none, the nil id and malformed ids. */
export function policyIdOf({ openscap }: Customizations): string | null {
  const policyId = namedPolicy(openscap);
  return policyId !== null && isUuid(policyId) && policyId !== NIL_UUID ? policyId.toLowerCase() : null;
}

/** @throws ServiceError `invalid` for a malformed policy id */
export function refuseMalformedPolicy({ openscap }: Customizations): void {
  const policyId = namedPolicy(openscap);
  if (policyId !== null && !isUuid(policyId)) {
    throw invalid({
      detail: 'customizations.openscap.policy_id must be a UUID of 36 characters',
      code: 'body.invalid',
      ...{ pointer: POLICY, value: policyId.slice(0, MAX_ID), takes: 'a UUID of 36 characters' },
    });
  }
}

/**
 * Reads the requirements of a policy for a distribution, given by its key.
 * @returns `null` without a tailoring for the minor version of the distribution
 * @throws ServiceError `invalid` for an unavailable or unsupported distribution, `forbidden` when the caller may not use
 *   the distribution or read the policy; ComplianceError, UpstreamUnavailableError
 */
export async function readRequirements(
  ctx: PolicyContext,
  caller: PolicyCaller,
  policyId: string,
  distribution: string,
): Promise<Requirements | null> {
  const { rhelVersion } = accessDistribution(ctx, distribution, caller.identity);
  if (rhelVersion === null)
    throw invalid({
      detail: 'unable to get major and minor version for distribution',
      code: 'request.invalid',
      ...{ pointer: '/distribution', value: distribution, takes: 'a minor version of RHEL' },
    });
  const platform = platformContext(caller);
  if (platform === null) throw invalid(NEEDS_PLATFORM);
  return fetchRequirements(ctx.compliance, platform, { policyId, minor: rhelVersion.minor });
}
