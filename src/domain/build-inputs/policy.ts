import { platformCall, type PlatformCallContext } from '../../upstream/call-context.ts';
import type { PolicyPlan } from '../compose-requests/compose-plan.ts';
import type { PolicyTailoring } from '../compose-requests/openscap.ts';
import type { AppContext } from '../../context.ts';
import { forbidden, invalid, ServiceError } from '../../lib/errors.ts';
import { customizationFailure } from './customization-failure.ts';

const refuseUnauthorized = (status: number, policyId: string): void => {
  if (status === 401 || status === 403) {
    throw forbidden(`User is not authorized to get compliance data for given policy ID (${policyId})`);
  }
};

const callCompliance = <T>(call: Promise<T>): Promise<T> =>
  call.catch((error: unknown) => {
    throw error instanceof ServiceError ? error : customizationFailure('the compliance service did not answer', error);
  });

const unusablePolicy = (detail: string): ServiceError =>
  invalid({ detail, code: 'content.not_available', pointer: '/customizations/openscap/policy_id' });

/**
 * Profile and tailoring of a compliance policy for one RHEL version.
 * @throws ServiceError `invalid` when the policy is unknown or for another version, `forbidden`, `internal` or
 * `unavailable`
 */
export async function readPolicy(
  { compliance }: Pick<AppContext, 'compliance'>,
  { policyId, version }: PolicyPlan,
  caller: PlatformCallContext,
): Promise<PolicyTailoring> {
  const path = { policy_id: policyId };
  const response = await callCompliance(compliance.getPolicy({ path }, platformCall(caller)));
  refuseUnauthorized(response.status, policyId);
  if (response.status === 404) throw unusablePolicy(`Compliance policy (${policyId}) does not exist`);
  if (response.status !== 200) throw customizationFailure(`the compliance service answered ${response.status}`);
  const policy = response.json(200) as
    { data?: { ref_id?: unknown; os_major_version?: unknown } | null } | null | undefined;
  if (policy === undefined) throw customizationFailure('the compliance service answered with what is not JSON');
  if (policy?.data?.os_major_version !== version.major) {
    throw unusablePolicy(`Compliance policy (${policyId}) does not support requested major version ${version.major}`);
  }
  const profileId = policy.data.ref_id;
  if (typeof profileId !== 'string')
    throw customizationFailure('the compliance service did not tell the profile of the policy');

  const file = await callCompliance(
    compliance.getTailoringFileJson({ path: { ...path, os_minor_version: version.minor } }, platformCall(caller)),
  );
  refuseUnauthorized(file.status, policyId);
  if (file.status === 404) {
    throw unusablePolicy(
      `Compliance policy (${policyId}) does not have tailoring for RHEL ${version.major}, minor version ${version.minor}`,
    );
  }
  if (file.status !== 200 && file.status !== 204)
    throw customizationFailure(`the compliance service answered ${file.status}`);
  return { policyId, profileId, tailoring: file.status === 204 ? null : file.text };
}
