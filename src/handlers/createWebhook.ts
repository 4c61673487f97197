import { randomUUID } from 'node:crypto';
import { FIRST_CLOSE_POLL } from '../domain/events/compose-followers.ts';
import type { OperationHandler } from '../http/operation.ts';
import { newSigningSecret } from '../domain/webhooks/message.ts';
import { labelsToStore, refuseMalformedLabels } from '../domain/labels.ts';
import { refuseInvalidUrl, tooManyWebhooks, webhooksNotAvailable } from '../domain/webhooks/errors.ts';

/** Webhooks per organization. */
const MAX_WEBHOOKS = 20;

export const createWebhook: OperationHandler<'createWebhook'> = async (ctx, request) => {
  const { body, identity, idempotencyId, audit } = request;
  if (!ctx.db.secrets.canEncrypt) throw webhooksNotAvailable();
  refuseMalformedLabels(body.labels);
  refuseInvalidUrl(ctx, body.url);

  const id = randomUUID();
  const secret = newSigningSecret();
  const webhook = {
    id,
    orgId: identity.orgId,
    url: body.url,
    description: body.description ?? '',
    eventTypes: body.event_types ? [...new Set(body.event_types)] : null,
    labels: labelsToStore(body.labels),
    secret: await ctx.db.secrets.encrypt(identity.orgId, id, secret),
  };
  if (!(await ctx.db.webhooks.insert(webhook, MAX_WEBHOOKS, { idempotencyId, audit })))
    throw tooManyWebhooks(MAX_WEBHOOKS);
  ctx.background.wake('poll-composes', FIRST_CLOSE_POLL);
  return { status: 201, body: { id, secret } };
};
