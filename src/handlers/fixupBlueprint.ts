import { randomUUID } from 'node:crypto';
import { contentOf, type BlueprintContent } from '../domain/blueprints/content.ts';
import { blueprintNotFound } from '../domain/blueprints/errors.ts';
import { repairedVersion, type PolicyWithRequirements } from '../domain/blueprints/repair.ts';
import type { AppContext } from '../context.ts';
import { invalid, notFound, unavailable } from '../lib/errors.ts';
import type { OperationHandler } from '../http/operation.ts';
import { authorOf } from '../domain/identity.ts';
import { policyOf } from '../domain/compliance/blueprint-policy.ts';
import { readRequirements, type PolicyCaller } from '../domain/compliance/policy.ts';

/** Attempts when concurrent requests change the policy of the blueprint. */
const MAX_ATTEMPTS = 3;

const readPolicy = async (
  ctx: AppContext,
  caller: PolicyCaller,
  content: BlueprintContent,
): Promise<PolicyWithRequirements | null> => {
  if (content.distribution === undefined) {
    throw invalid({
      detail: 'fixing up blueprints is only available for package mode blueprints',
      code: 'request.invalid',
      pointer: 'path.id',
    });
  }
  const policy = policyOf(content);
  if (policy === null) return null;
  const requirements = await readRequirements(ctx, caller, policy.policyId, policy.distribution);
  if (requirements === null) throw notFound('tailorings for a policy not found');
  return { ...policy, requirements };
};

export const fixupBlueprint: OperationHandler<'fixupBlueprint'> = async (ctx, request) => {
  const { params, identity, audit } = request;
  for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt += 1) {
    const blueprint = await ctx.db.blueprints.find(identity.orgId, params.id);
    if (blueprint === null) throw blueprintNotFound();
    await ctx.storage.refuseAboveLimit(identity.orgId, { version: blueprint.version + 1 });
    const policy = await readPolicy(ctx, request, contentOf(blueprint));
    const change = { versionId: randomUUID(), author: authorOf(identity), audit };
    const outcome = await ctx.db.blueprints.addVersion(identity.orgId, blueprint, change, (latest) =>
      repairedVersion(contentOf(latest), policy),
    );
    if (outcome === 'notFound') throw blueprintNotFound();
    if (outcome === 'stored') return { status: 200, body: undefined };
  }
  throw unavailable('the policy of the blueprint is being changed by another request, please try again');
};
