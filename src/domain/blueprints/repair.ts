import type { NewVersion } from '../../db/queries/blueprints.ts';
import { policyOf } from '../compliance/blueprint-policy.ts';
import { applyRequirements } from '../compliance/lint.ts';
import type { Requirements } from '../compliance/requirements.ts';
import { takeSnapshot } from '../compliance/snapshot.ts';
import { toBody, type BlueprintContent } from './content.ts';

/** A policy with its requirements for a distribution. */
export interface PolicyWithRequirements {
  readonly policyId: string;
  readonly distribution: string;
  readonly requirements: Requirements;
}

/**
 * The version of a blueprint that satisfies its policy; the same content without a policy.
 * @param policy the policy read before, `null` for none
 * @returns `null` when policy or distribution of the content differ from the policy read before
 */
export function repairedVersion(content: BlueprintContent, policy: PolicyWithRequirements | null): NewVersion | null {
  const followed = policyOf(content);
  if (followed?.policyId !== policy?.policyId || followed?.distribution !== policy?.distribution) return null;
  if (policy === null) return { body: toBody(content), serviceSnapshots: null };
  const { customizations } = content;
  return {
    body: toBody({ ...content, customizations: applyRequirements(customizations, policy.requirements) }),
    serviceSnapshots: takeSnapshot(policy.policyId, customizations, policy.requirements),
  };
}
