import { notFound } from '../lib/errors.ts';
import type { OperationHandler } from '../http/operation.ts';
import { applyRequirements } from '../domain/compliance/lint.ts';
import { policyIdOf, readRequirements } from '../domain/compliance/policy.ts';

export const getOscapCustomizationsForPolicy: OperationHandler<'getOscapCustomizationsForPolicy'> = async (
  ctx,
  request,
) => {
  const { policy, distribution } = request.params;
  const policyId = policyIdOf({ openscap: { policy_id: policy } });
  // The nil id stands for no policy.
  if (policyId === null) return { status: 200, body: {} };
  const requirements = await readRequirements(ctx, request, policyId, distribution);
  if (requirements === null) throw notFound('tailorings for a policy not found');
  return { status: 200, body: applyRequirements({}, requirements) };
};
