import { randomUUID } from 'node:crypto';
import { contentOf, toBody, toContent } from '../blueprints/content.ts';
import { refuseMalformedMetadata } from '../blueprints/metadata.ts';
import { blueprintNotFound, nameNotUnique } from '../blueprints/refusals.ts';
import { refuseBrokenRules } from '../blueprints/rules.ts';
import { hashRequestedUsers } from '../blueprints/users.ts';
import type { OperationHandler } from '../http/operation.ts';
import { recordPolicy } from '../oscap/blueprint-policy.ts';
import { refuseMalformedPolicy } from '../oscap/policy.ts';

export const updateBlueprint: OperationHandler<'updateBlueprint'> = async (ctx, request) => {
  const { params, body, identity } = request;
  const { users } = body.customizations;
  refuseMalformedMetadata(body.metadata);
  refuseMalformedPolicy(body.customizations);
  // Hashing takes time: not for a blueprint that is not there.
  if (users && (await ctx.db.findLatestVersion(identity.orgId, params.id)) === null) throw blueprintNotFound();
  refuseBrokenRules(body);
  const serviceSnapshots = await recordPolicy(ctx, request, body);
  const requestedUsers = users && (await hashRequestedUsers(users));

  const { name, description = '' } = body;
  const change = { name, description, versionId: randomUUID() };
  const outcome = await ctx.db.updateBlueprint(identity.orgId, params.id, change, (latest) => ({
    body: toBody(toContent(body, requestedUsers, contentOf(latest))),
    serviceSnapshots,
  }));
  if (outcome === 'notFound') throw blueprintNotFound();
  if (outcome === 'nameTaken') throw nameNotUnique();
  return { status: 200, body: { id: params.id } };
};
