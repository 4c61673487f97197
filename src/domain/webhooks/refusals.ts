import { notFound, unprocessable, type ServiceError } from '../../lib/errors.ts';

export const webhookNotFound = (): ServiceError => notFound('webhook not found');

export const webhookRefused = (field: string, problem: string): ServiceError =>
  unprocessable([{ title: 'webhook rule violation', detail: `${field}: ${problem}`, pointer: `/${field}` }]);

export const tooManyWebhooks = (most: number): ServiceError =>
  unprocessable([{ title: 'Too many webhooks', detail: `An organization has ${most} webhooks at most.` }]);

/** Where the operator has not set a key, secrets cannot be kept: waiting does not help. */
export const webhooksOff = (): ServiceError =>
  unprocessable([
    {
      title: 'Webhooks not available',
      detail: 'Webhooks are not set up here: the operator has to set WEBHOOK_SECRET_KEY.',
    },
  ]);
