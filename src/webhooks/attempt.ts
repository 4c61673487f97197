import { ReceiverFailure, type ReceiverAnswer } from '../clients/webhook-receiver.ts';
import type { AppContext } from '../context.ts';
import type { AttemptFailure } from '../db/delivery-outcomes.ts';
import type { TakenDelivery } from '../db/webhook-deliveries.ts';
import { redactForeignText } from '../redaction/foreign.ts';
import { SealBroken } from '../secret-box.ts';
import { messageBody, messageHeaders } from './message.ts';
import { pauseAfter, PING } from './schedule.ts';

/** What came of an attempt, as metrics name it. */
export type AttemptOutcome = 'delivered' | 'retried' | 'failed';

/** Characters of what a receiver says that are kept. */
const EXCERPT = 200;

/** A receiver that is gone says so. */
const GONE = 410;

/** Of what a receiver said, what may be kept and shown: short, in one line, and without secrets. */
const excerptOf = (text: string, url: string): string =>
  redactForeignText(text.toWellFormed().replaceAll(/[\p{C}\p{Z}]+/gu, ' '), url)
    .trim()
    .slice(0, EXCERPT);

const failureOf = ({ status, excerpt }: ReceiverAnswer, url: string): AttemptFailure => {
  const said = excerptOf(excerpt, url);
  const redirect = status >= 300 && status < 400 ? ', and redirects are not followed' : '';
  return { status, error: `HTTP ${status}${redirect}${said === '' ? '' : `: ${said}`}` };
};

/** Sends a message; gives the status of a success, or why it failed. */
const send = async (
  { secretBox, sendToReceiver }: AppContext,
  taken: TakenDelivery,
  signal: AbortSignal,
): Promise<number | AttemptFailure> => {
  try {
    const secret = secretBox?.open(taken.secret, taken.webhook_id) ?? '';
    const body = messageBody(taken);
    const headers = messageHeaders(secret, taken.id, body, new Date());
    const answer = await sendToReceiver(taken.url, { headers, body }, signal);
    return answer.status >= 200 && answer.status < 300 ? answer.status : failureOf(answer, taken.url);
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

/** Why a failure disables the webhook, `null` when it does not. */
const disabledReasonOf = (taken: TakenDelivery, { status, error }: AttemptFailure): string | null => {
  if (status === GONE) return 'the receiver answered HTTP 410: it is gone';
  return taken.event_type === PING ? null : `a delivery failed ${taken.attempts} times, at last with: ${error}`;
};

/** Host of an address: the rest of it may be a secret. */
const hostOf = (url: string): string => URL.parse(url)?.host ?? '';

/**
 * Makes one attempt to deliver a message that was taken, and records what came of it.
 * @param signal the process is about to end: what has not been answered is not recorded
 * @returns `null` when the attempt was broken off
 */
export const attemptDelivery = async (
  ctx: AppContext,
  taken: TakenDelivery,
  signal: AbortSignal,
): Promise<AttemptOutcome | null> => {
  const { db, metrics, log } = ctx;
  const fields = { webhook_id: taken.webhook_id, org_id: taken.org_id, delivery_id: taken.id, host: hostOf(taken.url) };
  const observe = metrics.webhooks.duration.startTimer();
  const result = await send(ctx, taken, signal);
  const outcomeIs = (outcome: AttemptOutcome): AttemptOutcome => {
    observe({ outcome });
    return outcome;
  };
  if (typeof result === 'number') {
    await db.deliveries.recordDelivered(taken, result);
    log.debug({ ...fields, status: result, attempt: taken.attempts }, 'a message was delivered');
    return outcomeIs('delivered');
  }
  if (signal.aborted) return null;
  const pause = result.status === GONE ? null : pauseAfter(taken.event_type, taken.attempts, Math.random());
  if (pause !== null) {
    await db.deliveries.recordRetry(taken, result, pause);
    log.debug({ ...fields, status: result.status, attempt: taken.attempts }, 'a message was not delivered yet');
    return outcomeIs('retried');
  }
  if (await db.deliveries.recordFailed(taken, result, disabledReasonOf(taken, result))) {
    metrics.webhooks.disabled.inc({ reason: result.status === GONE ? 'gone' : 'failing' });
    log.info({ ...fields, status: result.status }, 'a webhook was disabled');
  }
  return outcomeIs('failed');
};
