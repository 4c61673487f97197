import { ReceiverError, type ReceiverResponse } from '../../upstream/webhook-receiver.ts';
import type { AppContext } from '../../context.ts';
import type { AttemptEnd } from '../../db/queries/webhook-attempts.ts';
import type { TakenDelivery } from '../../db/queries/webhook-deliveries.ts';
import { redactUpstreamText } from '../redaction/upstream-text.ts';
import { ServiceError } from '../../lib/errors.ts';
import { messageBody, messageHeaders } from './message.ts';
import { retryDelay, PING } from './retry-delay.ts';

/** Label value of metrics. */
export type AttemptOutcome = 'delivered' | 'retried' | 'failed';

/** The response status of a receiver, or the error. */
type Result = Pick<AttemptEnd, 'status' | 'error'>;

/** Seconds until another process takes over a delivery; longer than an attempt and recording its outcome. */
export const LEASE = 20;

/** Stored characters of a response body. */
const EXCERPT = 200;

const GONE = 410;

/** A short, single-line excerpt of a response body, without secrets. */
const excerptOf = (text: string, url: string): string =>
  redactUpstreamText(text.toWellFormed().replaceAll(/[\p{C}\p{Z}]+/gu, ' '), url)
    .trim()
    .slice(0, EXCERPT);

const resultOf = ({ status, excerpt }: ReceiverResponse, url: string): Result => {
  if (status >= 200 && status < 300) return { status, error: null };
  const stored = excerptOf(excerpt, url);
  const redirect = status >= 300 && status < 400 ? ', and redirects are not followed' : '';
  return { status, error: `HTTP ${status}${redirect}${stored === '' ? '' : `: ${stored}`}` };
};

/** The secrets that sign a message. @throws ServiceError when the present one cannot be decrypted */
const secretsOf = async ({ secrets }: AppContext['db'], taken: TakenDelivery): Promise<readonly string[]> => {
  const { org_id: orgId, webhook_id: id, secret, previous_secret: previous } = taken;
  const present = await secrets.decrypt(orgId, id, secret);
  if (previous === null) return [present];
  const earlier = await secrets.decrypt(orgId, id, previous).catch((error: unknown) => {
    // It may have been replaced because its key is lost.
    if (error instanceof ServiceError) return null;
    throw error;
  });
  return earlier === null ? [present] : [present, earlier];
};

/** @throws errors other than those of the receiver or the webhook */
const send = async ({ db, sendToReceiver }: AppContext, taken: TakenDelivery, signal: AbortSignal): Promise<Result> => {
  try {
    const secrets = await secretsOf(db, taken);
    const body = messageBody(taken);
    const headers = messageHeaders(secrets, taken.id, body, new Date());
    return resultOf(await sendToReceiver(taken.url, { headers, body }, signal), taken.url);
  } catch (error) {
    if (error instanceof ReceiverError) return { status: null, error: error.message };
    if (error instanceof ServiceError)
      return {
        status: null,
        error: 'the signing secret cannot be read any more: POST /webhooks/{id}/rotate-secret makes another one',
      };
    throw error;
  }
};

/** Why a failed delivery disables the webhook; `null` if it does not. */
const disabledReasonOf = (taken: TakenDelivery, { status, error }: Result): string | null => {
  if (status === GONE) return 'the receiver answered HTTP 410: it is gone';
  return taken.event_type === PING ? null : `a delivery failed ${taken.attempts} times, at last with: ${error}`;
};

const outcomeOf = ({ error, pause }: AttemptEnd): AttemptOutcome =>
  error === null ? 'delivered' : pause === null ? 'failed' : 'retried';

/** Only the host is logged: path and query may contain secrets. */
const hostOf = (url: string): string => URL.parse(url)?.host ?? '';

/**
 * Makes one attempt at a delivery and records the outcome.
 * @param signal aborted when the process stops: an attempt without a response is then not recorded
 * @returns `null` for an aborted attempt
 */
export async function attemptDelivery(
  ctx: AppContext,
  taken: TakenDelivery,
  signal: AbortSignal,
): Promise<AttemptOutcome | null> {
  const { db, metrics, log } = ctx;
  const observe = metrics.webhooks.duration.startTimer();
  const result = await send(ctx, taken, signal);
  const { status, error } = result;
  if (error !== null && signal.aborted) return null;
  const isLast = error === null || status === GONE;
  const pause = isLast ? null : retryDelay(taken.event_type, taken.attempts, Math.random());
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
}
