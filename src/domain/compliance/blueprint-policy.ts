import { internal } from '../../lib/errors.ts';
import { ComplianceError } from './compliance.ts';
import type { Customizations } from './customizations.ts';
import { lint, NO_LINT_ISSUES, MISSING_TAILORING, type BlueprintLint } from './lint.ts';
import { policyIdOf, readRequirements, type PolicyCaller, type PolicyContext } from './policy.ts';
import { recordedCustomizations, takeSnapshot, type ServiceSnapshots } from './snapshot.ts';

/** The part of a blueprint that a policy applies to. */
export interface PolicySubject {
  readonly customizations: Customizations;
  readonly distribution?: string;
}

/** The policy of a blueprint, with the distribution that selects its tailoring; `null` for none. */
export function policyOf({
  customizations,
  distribution,
}: PolicySubject): { readonly policyId: string; readonly distribution: string } | null {
  const policyId = policyIdOf(customizations);
  return policyId === null || distribution === undefined ? null : { policyId, distribution };
}

/**
 * Reads the policy snapshot of a new version; `null` without a policy.
 * @throws ServiceError `invalid` or `forbidden` when the caller may not use the policy, `internal` when the compliance
 *   service fails, `unavailable` while its circuit breaker is open
 */
export async function recordPolicy(
  ctx: PolicyContext,
  caller: PolicyCaller,
  blueprint: PolicySubject,
): Promise<ServiceSnapshots | null> {
  const policy = policyOf(blueprint);
  if (policy === null) return null;
  const failed = (cause: Error) => internal('Failed to build compliance snapshots', cause);
  const requirements = await readRequirements(ctx, caller, policy.policyId, policy.distribution).catch(
    (error: unknown) => {
      throw error instanceof ComplianceError ? failed(error) : error;
    },
  );
  if (requirements === null) throw failed(new Error('the policy has no tailoring for the distribution'));
  return takeSnapshot(policy.policyId, blueprint.customizations, requirements);
}

/** Compares a stored version with its policy. @param recorded snapshots of the version @throws as `readRequirements` */
export async function lintBlueprint(
  ctx: PolicyContext,
  caller: PolicyCaller,
  blueprint: PolicySubject,
  recorded: object | null,
): Promise<BlueprintLint> {
  const policy = policyOf(blueprint);
  if (policy === null) return NO_LINT_ISSUES;
  const requirements = await readRequirements(ctx, caller, policy.policyId, policy.distribution);
  if (requirements === null) return MISSING_TAILORING;
  return lint(blueprint.customizations, requirements, recordedCustomizations(recorded));
}
