import { randomUUID } from 'node:crypto';
import type { OperationHandler } from '../http/operation.ts';
import { newSigningSecret } from '../webhooks/message.ts';
import { tooManyWebhooks, webhookRefused, webhooksOff } from '../webhooks/refusals.ts';
import { urlProblem } from '../webhooks/url-rules.ts';

/** Webhooks of an organization. */
const MOST = 20;

export const createWebhook: OperationHandler<'createWebhook'> = async (ctx, { body, identity, idempotencyId }) => {
  if (ctx.secretBox === null) throw webhooksOff();
  const problem = urlProblem(body.url, ctx.config.webhooks.allowedRanges);
  if (problem !== null) throw webhookRefused('url', problem);

  const id = randomUUID();
  const secret = newSigningSecret();
  const webhook = {
    id,
    orgId: identity.orgId,
    url: body.url,
    description: body.description ?? '',
    eventTypes: body.event_types ? [...new Set(body.event_types)] : null,
    secret: ctx.secretBox.seal(secret, id),
  };
  if (!(await ctx.db.webhooks.insert(webhook, MOST, idempotencyId))) throw tooManyWebhooks(MOST);
  return { status: 201, body: { id, secret } };
};
