import { randomUUID } from 'node:crypto';
import { contentOf, toBody, toContent } from '../domain/blueprints/content.ts';
import { refuseMalformedMetadata } from '../domain/blueprints/metadata.ts';
import { blueprintVersionMismatch, blueprintNotFound, nameNotUnique } from '../domain/blueprints/errors.ts';
import { refuseRuleViolations } from '../domain/blueprints/rules.ts';
import { hashRequestedUsers } from '../domain/blueprints/users.ts';
import { revisionCondition } from '../lib/response/etag.ts';
import { refuseMalformedLabels } from '../domain/labels.ts';
import type { OperationHandler } from '../http/operation.ts';
import { warningsMember } from '../domain/composes/build-warnings.ts';
import { authorOf } from '../domain/identity.ts';
import { recordPolicy } from '../domain/compliance/blueprint-policy.ts';
import { refuseMalformedPolicy } from '../domain/compliance/policy.ts';

export const updateBlueprint: OperationHandler<'updateBlueprint'> = async (ctx, request) => {
  const { params, query, body, headers, identity, ignored, audit } = request;
  const { users } = body.customizations;
  refuseMalformedMetadata(body.metadata);
  refuseMalformedLabels(body.labels);
  refuseMalformedPolicy(body.customizations);
  const condition = revisionCondition(headers['if-match']);
  // Checks existence and version before the slow steps: reading the policy and hashing passwords.
  const findLatest = async () => {
    const found = await ctx.db.blueprints.find(identity.orgId, params.id);
    if (found === null) throw blueprintNotFound();
    if (condition?.(String(found.version)) === false) throw blueprintVersionMismatch();
    return found;
  };
  const current = users || condition ? await findLatest() : null;
  refuseRuleViolations(body);
  const serviceSnapshots = await recordPolicy(ctx, request, body);
  const requestedUsers = users && (await hashRequestedUsers(ctx.passwords, identity.orgId, users));

  const known = current ?? (await findLatest());
  await ctx.storage.refuseAboveLimit(identity.orgId, { version: known.version + 1, bytes: request.bodyLength });
  const { name, description = '', labels = null } = body;
  const change = { versionId: randomUUID(), author: authorOf(identity), named: { name, description }, labels, audit };
  const outcome = await ctx.db.blueprints.addVersion(identity.orgId, known, change, (latest) =>
    condition?.(String(latest.version)) === false
      ? null
      : { body: toBody(toContent(body, requestedUsers, contentOf(latest))), serviceSnapshots },
  );
  if (outcome === 'notFound') throw blueprintNotFound();
  if (outcome === 'unexpected') throw blueprintVersionMismatch();
  if (outcome === 'nameTaken') throw nameNotUnique();
  // No entity tag: the tag of a version covers the lint, which only a read computes.
  return { status: 200, body: { id: params.id, ...warningsMember(ignored, query.hints) } };
};
