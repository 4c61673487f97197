import { randomUUID } from 'node:crypto';
import { contentOf, toBody } from '../domain/blueprints/content.ts';
import { blueprintVersionMismatch, blueprintNotFound } from '../domain/blueprints/errors.ts';
import { refuseRuleViolations } from '../domain/blueprints/rules.ts';
import { revisionCondition } from '../lib/response/etag.ts';
import type { OperationHandler } from '../http/operation.ts';
import { authorOf } from '../domain/identity.ts';
import { recordPolicy } from '../domain/compliance/blueprint-policy.ts';
import { refuseMalformedPolicy } from '../domain/compliance/policy.ts';

export const restoreBlueprint: OperationHandler<'restoreBlueprint'> = async (ctx, request) => {
  const { params, body, headers, identity, idempotencyId, audit } = request;
  const condition = revisionCondition(headers['if-match']);
  const { find, addVersion } = ctx.db.blueprints;
  const [newest, wanted] = await Promise.all([
    find(identity.orgId, params.id),
    find(identity.orgId, params.id, body.version),
  ]);
  if (newest === null) throw blueprintNotFound();
  if (condition?.(String(newest.version)) === false) throw blueprintVersionMismatch();
  if (wanted === null) throw blueprintNotFound();

  // The restored version may predate the current rules.
  const content = contentOf(wanted);
  refuseMalformedPolicy(content.customizations);
  refuseRuleViolations({ ...content, name: wanted.name, image_requests: [...content.image_requests] });
  await ctx.storage.refuseAboveLimit(identity.orgId, { version: newest.version + 1 });
  const serviceSnapshots = await recordPolicy(ctx, request, content);

  let version = 0;
  const change = {
    ...{ versionId: randomUUID(), author: authorOf(identity), restoredFrom: body.version },
    ...{ idempotencyId, audit },
  };
  const outcome = await addVersion(identity.orgId, newest, change, (latest) => {
    if (condition?.(String(latest.version)) === false) return null;
    version = latest.version + 1;
    return { body: toBody(content), serviceSnapshots };
  });
  if (outcome === 'notFound') throw blueprintNotFound();
  if (outcome === 'unexpected') throw blueprintVersionMismatch();
  return { status: 200, body: { id: params.id, version } };
};
