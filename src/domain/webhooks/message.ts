import { randomBytes } from 'node:crypto';
import { Webhook } from 'standardwebhooks';
import { PING } from './retry-delay.ts';

const SECRET_BYTES = 32;

/** Secret scanners recognize this prefix. */
const SECRET_PREFIX = 'whsec_';

export function newSigningSecret(): string {
  return `${SECRET_PREFIX}${randomBytes(SECRET_BYTES).toString('base64')}`;
}

export interface WebhookMessage {
  readonly webhook_id: string;
  readonly event_id: number | null;
  readonly event_type: string;
  readonly subject: string | null;
  readonly data: Readonly<Record<string, unknown>>;
  readonly occurred_at: string;
}

/** The same members as in event streams. */
const dataOf = ({ event_type, subject, data }: WebhookMessage): Readonly<Record<string, unknown>> => {
  const { version, ...known } = data;
  return {
    ...(event_type.startsWith('compose.') ? { compose_id: subject } : { blueprint_id: subject }),
    ...known,
    ...(version === undefined ? {} : { blueprint_version: version }),
  };
};

/** The body of a message, identical in every attempt. */
export function messageBody(message: WebhookMessage): string {
  const { webhook_id, event_id, event_type, occurred_at } = message;
  return JSON.stringify({
    ...{ type: event_type, timestamp: occurred_at },
    ...(event_id === null ? {} : { event_id }),
    data: event_type === PING ? { webhook_id } : dataOf(message),
  });
}

/**
 * Headers with a signature of Standard Webhooks for each secret: receivers accept a message that one of them verifies.
 * @throws Error for a malformed secret
 */
export function messageHeaders(
  secrets: readonly string[],
  id: string,
  body: string,
  now: Date,
): Readonly<Record<string, string>> {
  return {
    'content-type': 'application/json',
    'webhook-id': id,
    'webhook-timestamp': String(Math.floor(now.getTime() / 1000)),
    'webhook-signature': secrets.map((secret) => new Webhook(secret).sign(id, now, body)).join(' '),
  };
}
