import { Webhook } from 'standardwebhooks';

/** A message of a webhook. `data` has the id of the object: read the object for more. */
export interface WebhookMessage {
  /** Type of the event, or `webhook.ping`. Respond with 2xx to types that the program does not know. */
  readonly type: string;
  /** When it happened. */
  readonly timestamp: string;
  /** Grows: the order of the events. */
  readonly event_id?: number;
  readonly data: {
    readonly compose_id?: string;
    readonly blueprint_id?: string;
    readonly blueprint_version?: number;
    readonly webhook_id?: string;
    readonly status?: string;
    readonly image_name?: string;
    readonly name?: string;
    readonly reason?: string;
  };
}

/** The message is not one of the service, is too old, or was changed. */
export class WebhookVerificationError extends Error {
  override readonly name = 'WebhookVerificationError';
}

type HeaderFields = Headers | Readonly<Record<string, string | readonly string[] | undefined>>;

const FIELDS = ['webhook-id', 'webhook-timestamp', 'webhook-signature'];

const textsOf = (headers: HeaderFields): Record<string, string> => {
  const valueOf = (name: string): string =>
    headers instanceof Headers ? (headers.get(name) ?? '') : [headers[name] ?? []].flat().join(' ');
  return Object.fromEntries(FIELDS.map((name) => [name, valueOf(name)]));
};

/**
 * Verifies a message of a webhook by its signature, and parses it.
 * @param body the text as it was received, not parsed and written again
 * @param headers of the request: `Headers`, or those of Node
 * @param secrets `secret` of the created webhook; while a secret is being replaced, the old and the new one
 * @throws WebhookVerificationError for a wrong signature, and for a timestamp that is more than five minutes off
 */
export function verifyWebhook(
  body: string,
  headers: HeaderFields,
  secrets: string | readonly string[],
): WebhookMessage {
  const fields = textsOf(headers);
  let failure: unknown;
  for (const secret of [secrets].flat()) {
    try {
      return new Webhook(secret).verify(body, fields) as WebhookMessage;
    } catch (error) {
      failure = error;
    }
  }
  const reason = failure instanceof Error ? failure.message : 'there is no secret';
  throw new WebhookVerificationError(reason, { cause: failure });
}
