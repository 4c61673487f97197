import type { components } from '../../../generated/image-builder.ts';
import { given } from '../../lib/members.ts';
import type { WebhookDeliveryRow } from '../../db/queries/webhook-deliveries.ts';
import type { WebhookRow } from '../../db/queries/webhooks.ts';
import { labelsMember } from '../labels.ts';

type Schemas = components['schemas'];

/** The rotated secret of a response. @param secret as text */
export function toRotatedSecret(row: WebhookRow, secret: string): Schemas['RotatedSecret'] {
  return { id: row.id, secret, ...given({ previous_secret_expires_at: row.previous_secret_expires_at }) };
}

/** The webhook of a response, without its secret. */
export function toWebhook(row: WebhookRow): Schemas['Webhook'] {
  return {
    id: row.id,
    url: row.url,
    description: row.description,
    ...given({ event_types: row.event_types as Schemas['WebhookEventType'][] | null }),
    ...labelsMember(row.labels),
    created_at: row.created_at,
    ...given({
      previous_secret_expires_at: row.previous_secret_expires_at,
      failing_since: row.failing_since,
      disabled_at: row.disabled_at,
      disabled_reason: row.disabled_reason,
    }),
  };
}

/** The delivery of a response. */
export function toWebhookDelivery(row: WebhookDeliveryRow): Schemas['WebhookDelivery'] {
  return {
    id: row.id,
    ...given({ event_id: row.event_id }),
    event_type: row.event_type,
    ...given({ subject: row.subject }),
    status: row.status,
    attempts: row.attempts,
    ...given({ last_status: row.last_status, last_error: row.last_error }),
    created_at: row.created_at,
    ...given({ attempted_at: row.attempted_at, next_attempt_at: row.next_attempt_at, ended_at: row.ended_at }),
  };
}
