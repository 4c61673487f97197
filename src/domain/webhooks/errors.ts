import { notFound, unprocessable, type ServiceError } from '../../lib/errors.ts';

export function webhookNotFound(): ServiceError {
  return notFound('webhook not found');
}

export function invalidWebhook(field: string, problem: string): ServiceError {
  return unprocessable([{ title: 'webhook rule violation', detail: `${field}: ${problem}`, pointer: `/${field}` }]);
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
