import type { NewVersion } from '../../db/queries/blueprints.ts';
import { policyOf } from '../compliance/blueprint-policy.ts';
import { applyRequirements } from '../compliance/lint.ts';
import type { Requirements } from '../compliance/requirements.ts';
import { takeSnapshot } from '../compliance/snapshot.ts';
import { toBody, type BlueprintContent } from './content.ts';

/** A policy with what it asks of images of a distribution. */
export interface PolicyWithRequirements {
  readonly policyId: string;
  readonly distribution: string;
  readonly requirements: Requirements;
}

/**
 * The version that makes a blueprint meet its policy. Without a policy it is the same content once more.
 * @param policy the policy as it was read, `null` for none
 * @returns `null` when the content follows another policy than the one that was read, or has another distribution
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
