import { randomUUID } from 'node:crypto';
import { toBody, toContent } from '../domain/blueprints/content.ts';
import { refuseMalformedMetadata } from '../domain/blueprints/metadata.ts';
import { nameNotUnique } from '../domain/blueprints/errors.ts';
import { refuseRuleViolations } from '../domain/blueprints/rules.ts';
import { hashRequestedUsers } from '../domain/blueprints/users.ts';
import { labelsToStore, refuseMalformedLabels } from '../domain/labels.ts';
import type { OperationHandler } from '../http/operation.ts';
import { findMissing } from '../domain/redaction/omissions.ts';
import { warningsMember } from '../domain/composes/build-warnings.ts';
import { authorOf } from '../domain/identity.ts';
import { recordPolicy } from '../domain/compliance/blueprint-policy.ts';
import { refuseMalformedPolicy } from '../domain/compliance/policy.ts';

export const createBlueprint: OperationHandler<'createBlueprint'> = async (ctx, request) => {
  const { body, query, identity, ignored } = request;
  refuseMalformedMetadata(body.metadata);
  refuseMalformedLabels(body.labels);
  refuseMalformedPolicy(body.customizations);
  refuseRuleViolations(body);
  await ctx.storage.refuseAboveLimit(identity.orgId, { blueprints: 1, bytes: request.bodyLength });
  const serviceSnapshots = await recordPolicy(ctx, request, body);
  const { users } = body.customizations;
  const hashedUsers = users && (await hashRequestedUsers(ctx.passwords, identity.orgId, users));

  const id = randomUUID();
  const blueprint = {
    id,
    versionId: randomUUID(),
    author: authorOf(identity),
    orgId: identity.orgId,
    accountNumber: identity.accountNumber,
    name: body.name,
    description: body.description ?? '',
    metadata: body.metadata ?? null,
    labels: labelsToStore(body.labels),
    body: toBody(toContent(body, hashedUsers, null)),
    serviceSnapshots,
  };
  const stored = await ctx.db.blueprints.insert(blueprint, request);
  if (!stored) throw nameNotUnique();
  const missing = findMissing(body, body.omitted ?? []);
  return {
    status: 201,
    body: { id, ...(missing.length > 0 ? { missing: [...missing] } : {}), ...warningsMember(ignored, query.hints) },
  };
};
