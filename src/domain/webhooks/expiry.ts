import type { AppContext } from '../../context.ts';

/**
 * Ends messages that are overdue for more than `WEBHOOK_MESSAGE_HOURS`: a service that was away, or was rolled back and started again,
 * does not send what happened long ago.
 * @returns how many, some thousand at most
 */
export async function expireMessages({ db, config, log, metrics }: AppContext): Promise<number> {
  const expired = await db.deliveries.expire(config.webhooks.messageAge);
  if (expired === 0) return 0;
  metrics.webhooks.expired.inc(expired);
  log.warn(
    { event: 'webhook.messages_expired', messages: expired },
    'messages to webhooks expired before they were sent',
  );
  return expired;
}
