import type { AppContext } from '../../context.ts';
import { conflict, notFound, unprocessable, type ServiceError } from '../../lib/errors.ts';
import { urlProblem } from '../../lib/webhook-url.ts';

export function webhookNotFound(): ServiceError {
  return notFound('webhook not found');
}

export function deliveryNotFound(): ServiceError {
  return notFound('delivery not found: GET /webhooks/{id}/deliveries lists those of the last seven days');
}

export function pingNotRedelivered(): ServiceError {
  return conflict('a ping is not delivered again: POST /webhooks/{id}/ping sends another one');
}

export function webhookDisabled(): ServiceError {
  return conflict('the webhook is disabled: a delivered ping enables it, POST /webhooks/{id}/ping sends one');
}

function invalidWebhook(field: string, problem: string): ServiceError {
  return unprocessable([{ title: 'webhook rule violation', detail: `${field}: ${problem}`, pointer: `/${field}` }]);
}

/** @throws ServiceError `unprocessable` for an address that messages cannot have */
export function refuseInvalidUrl({ receiverRules }: Pick<AppContext, 'receiverRules'>, url: string): void {
  const problem = urlProblem(url, receiverRules);
  if (problem !== null) throw invalidWebhook('url', problem);
}

export function tooManyWebhooks(limit: number): ServiceError {
  return unprocessable([{ title: 'Too many webhooks', detail: `An organization has ${limit} webhooks at most.` }]);
}

/** Without an encryption key the service cannot store signing secrets. */
export function webhooksNotAvailable(): ServiceError {
  return unprocessable([
    {
      title: 'Webhooks not available',
      detail: 'Webhooks are not set up here: the operator has to set WEBHOOK_SECRET_KEY.',
    },
  ]);
}
