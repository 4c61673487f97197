import { randomUUID } from 'node:crypto';
import { FIRST_CLOSE_POLL } from '../domain/events/compose-followers.ts';
import type { OperationHandler } from '../http/operation.ts';
import { newSigningSecret } from '../domain/webhooks/message.ts';
import { tooManyWebhooks, invalidWebhook, webhooksNotAvailable } from '../domain/webhooks/errors.ts';
import { urlProblem } from '../lib/webhook-url.ts';

/** Webhooks per organization. */
const MAX_WEBHOOKS = 20;

export const createWebhook: OperationHandler<'createWebhook'> = async (ctx, request) => {
  const { body, identity, idempotencyId, audit } = request;
  if (!ctx.db.secrets.canEncrypt) throw webhooksNotAvailable();
  const problem = urlProblem(body.url, ctx.receiverRules);
  if (problem !== null) throw invalidWebhook('url', problem);

  const id = randomUUID();
  const secret = newSigningSecret();
  const webhook = {
    id,
    orgId: identity.orgId,
    url: body.url,
    description: body.description ?? '',
    eventTypes: body.event_types ? [...new Set(body.event_types)] : null,
    secret: await ctx.db.secrets.encrypt(identity.orgId, id, secret),
  };
  if (!(await ctx.db.webhooks.insert(webhook, MAX_WEBHOOKS, { idempotencyId, audit })))
    throw tooManyWebhooks(MAX_WEBHOOKS);
  ctx.background.wake('poll-composes', FIRST_CLOSE_POLL);
  return { status: 201, body: { id, secret } };
};
