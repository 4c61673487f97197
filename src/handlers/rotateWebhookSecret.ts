import type { OperationHandler } from '../http/operation.ts';
import { webhookNotFound, webhooksNotAvailable } from '../domain/webhooks/errors.ts';
import { newSigningSecret } from '../domain/webhooks/message.ts';
import { toRotatedSecret } from '../domain/webhooks/presenter.ts';

/** In seconds. */
const USUAL_OVERLAP = 86_400;

export const rotateWebhookSecret: OperationHandler<'rotateWebhookSecret'> = async (ctx, request) => {
  const { params, body, identity, idempotencyId, audit } = request;
  const { orgId } = identity;
  if (!ctx.db.secrets.canEncrypt) throw webhooksNotAvailable();
  const secret = newSigningSecret();
  const overlap = body?.overlap_seconds ?? USUAL_OVERLAP;
  // The id of the webhook is part of what is encrypted, in its stored form.
  const rotation = { secret: await ctx.db.secrets.encrypt(orgId, params.id.toLowerCase(), secret), overlap };
  const webhook = await ctx.db.webhooks.rotateSecret(orgId, params.id, rotation, { idempotencyId, audit });
  if (webhook === null) throw webhookNotFound();
  return { status: 200, body: toRotatedSecret(webhook, secret) };
};
