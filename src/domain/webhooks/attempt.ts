import { ReceiverFailure, type ReceiverAnswer } from '../../upstream/webhook-receiver.ts';
import type { AppContext } from '../../context.ts';
import type { AttemptEnd, TakenDelivery } from '../../db/queries/webhook-deliveries.ts';
import { redactForeignText } from '../redaction/foreign-text.ts';
import { SealBroken } from '../../lib/secret-box.ts';
import { messageBody, messageHeaders } from './message.ts';
import { pauseAfter, PING } from './schedule.ts';

/** The outcome of an attempt, as metrics name it. */
export type AttemptOutcome = 'delivered' | 'retried' | 'failed';

/** The response of a receiver, or why there is none. */
type Result = Pick<AttemptEnd, 'status' | 'error'>;

/** Characters of a receiver's response that are stored. */
const EXCERPT = 200;

/** Status of a receiver that is gone. */
const GONE = 410;

/** The part of a receiver's response that is stored and shown: short, in one line, and without secrets. */
const excerptOf = (text: string, url: string): string =>
  redactForeignText(text.toWellFormed().replaceAll(/[\p{C}\p{Z}]+/gu, ' '), url)
    .trim()
    .slice(0, EXCERPT);

const resultOf = ({ status, excerpt }: ReceiverAnswer, url: string): Result => {
  if (status >= 200 && status < 300) return { status, error: null };
  const said = excerptOf(excerpt, url);
  const redirect = status >= 300 && status < 400 ? ', and redirects are not followed' : '';
  return { status, error: `HTTP ${status}${redirect}${said === '' ? '' : `: ${said}`}` };
};

/** Sends a message. @throws what is no failure of the receiver or the webhook */
const send = async (
  { secretBox, sendToReceiver }: AppContext,
  taken: TakenDelivery,
  signal: AbortSignal,
): Promise<Result> => {
  try {
    const secret = secretBox?.open(taken.secret, taken.webhook_id) ?? '';
    const body = messageBody(taken);
    const headers = messageHeaders(secret, taken.id, body, new Date());
    return resultOf(await sendToReceiver(taken.url, { headers, body }, signal), taken.url);
  } catch (error) {
    if (error instanceof ReceiverFailure) return { status: null, error: error.message };
    if (error instanceof SealBroken)
      return {
        status: null,
        error: 'the signing secret cannot be read any more: delete the webhook and create it anew',
      };
    throw error;
  }
};

/** Why the last failure disables the webhook, `null` when it does not. */
const disabledReasonOf = (taken: TakenDelivery, { status, error }: Result): string | null => {
  if (status === GONE) return 'the receiver answered HTTP 410: it is gone';
  return taken.event_type === PING ? null : `a delivery failed ${taken.attempts} times, at last with: ${error}`;
};

const outcomeOf = ({ error, pause }: AttemptEnd): AttemptOutcome =>
  error === null ? 'delivered' : pause === null ? 'failed' : 'retried';

/** Host of an address: the rest of it may be a secret. */
const hostOf = (url: string): string => URL.parse(url)?.host ?? '';

/**
 * Makes one attempt to deliver a message that was taken, and records its end.
 * @param signal the process is about to end: an attempt without a response is not recorded
 * @returns `null` when the attempt was broken off
 */
export const attemptDelivery = async (
  ctx: AppContext,
  taken: TakenDelivery,
  signal: AbortSignal,
): Promise<AttemptOutcome | null> => {
  const { db, metrics, log } = ctx;
  const observe = metrics.webhooks.duration.startTimer();
  const result = await send(ctx, taken, signal);
  const { status, error } = result;
  if (error !== null && signal.aborted) return null;
  const isLast = error === null || status === GONE;
  const pause = isLast ? null : pauseAfter(taken.event_type, taken.attempts, Math.random());
  const disabledReason = error === null || pause !== null ? null : disabledReasonOf(taken, result);
  const end: AttemptEnd = { status, error, pause, disabledReason };
  const isDisabled = await db.deliveries.recordAttempt(taken, end);
  const outcome = outcomeOf(end);
  observe({ outcome });
  const fields = { webhook_id: taken.webhook_id, org_id: taken.org_id, delivery_id: taken.id, host: hostOf(taken.url) };
  if (outcome === 'delivered')
    log.debug({ event: 'webhook.delivered', ...fields, status, attempt: taken.attempts }, 'a message was delivered');
  if (outcome === 'retried')
    log.debug(
      { event: 'webhook.delivery_failed', ...fields, status, attempt: taken.attempts },
      'a message was not delivered: the service retries',
    );
  if (isDisabled) {
    metrics.webhooks.disabled.inc({ reason: status === GONE ? 'gone' : 'failing' });
    log.info({ event: 'webhook.disabled', ...fields, status }, 'a webhook was disabled');
  }
  return outcome;
};
