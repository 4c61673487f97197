// Receivers of messages, and organizations that something happens to.
import { Webhook } from 'standardwebhooks';
import { startLoopback, type Answer, type Loopback, type ReceivedRequest } from '../../upstream/loopback.ts';
import { createWebhookWorker } from '../../../src/domain/webhooks/worker.ts';
import { recordEvent } from '../../support/events.ts';
import { SIGNING_SECRET } from '../../support/given.ts';
import { startService, type ServiceOptions, type TestService } from '../../support/service.ts';

/** A body of a message. */
export interface Message {
  readonly type: string;
  readonly timestamp: string;
  readonly event_id?: number;
  readonly data: Readonly<Record<string, unknown>>;
}

export const LOOPBACK = { WEBHOOK_ALLOWED_RANGES: '127.0.0.0/8' } as const;

/** The service, which may send messages to this machine. */
export function startWithLoopback(options: ServiceOptions = {}): Promise<TestService> {
  return startService({ ...options, env: { ...LOOPBACK, ...options.env } });
}

/** A receiver that takes everything, unless it is told what to answer. */
export function startReceiver(
  answer: Answer = (_request, response) => void response.writeHead(204).end(),
): Promise<Loopback> {
  return startLoopback(answer);
}

/** The message in a request, whose signature is right. @throws WebhookVerificationError */
export function verified({ headers, body }: ReceivedRequest, secret = SIGNING_SECRET): Message {
  return new Webhook(secret).verify(body, headers as Record<string, string>) as Message;
}

/** Records that a compose of an organization was queued, with its deliveries. @returns the compose */
export function queueCompose(service: TestService, orgId?: string): Promise<string> {
  return recordEvent(service.ctx.config.database, orgId === undefined ? {} : { orgId });
}

/** Delivers what is due, with a worker of its own. */
export async function deliver({ ctx }: TestService): Promise<void> {
  const worker = createWebhookWorker(ctx);
  await worker.deliver();
  await worker.idle();
}

/** Lets all pauses pass. */
export async function letTimePass({ sql }: TestService): Promise<void> {
  await sql.query("UPDATE webhook_deliveries SET due_at = now() WHERE status = 'pending'");
}
