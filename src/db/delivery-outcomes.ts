// How attempts to deliver a message to a webhook ended.
import { sql } from 'slonik';
import type { CommonQueryMethods } from './database.ts';
import { row } from './row.ts';
import { PING, type TakenDelivery } from './webhook-deliveries.ts';

type Taken = Pick<TakenDelivery, 'id' | 'webhook_id' | 'org_id' | 'event_type' | 'attempts' | 'failing'>;

/**
 * Records that a message was delivered. That is so whatever was recorded of this attempt meanwhile: the webhook may have been
 * disabled. It ends the failures of the webhook, and a ping enables one that was disabled.
 */
export const recordDelivered = async (db: CommonQueryMethods, taken: Taken, status: number): Promise<void> => {
  const delivered = (on: CommonQueryMethods) =>
    on.query(sql.type(row<Record<never, never>>())`
      UPDATE webhook_deliveries
      SET status = 'delivered', ended_at = now(), next_attempt_at = NULL, last_status = ${status}, last_error = NULL
      WHERE id = ${taken.id} AND org_id = ${taken.org_id} AND attempts = ${taken.attempts}`);
  const isPing = taken.event_type === PING;
  if (!taken.failing && !isPing) {
    await delivered(db);
    return;
  }
  await db.transaction(async (tx) => {
    await tx.query(sql.type(row<Record<never, never>>())`
      UPDATE webhooks
      SET failing_since = NULL, disabled_at = CASE WHEN ${isPing}::boolean THEN NULL ELSE disabled_at END,
        disabled_reason = CASE WHEN ${isPing}::boolean THEN NULL ELSE disabled_reason END
      WHERE id = ${taken.webhook_id} AND org_id = ${taken.org_id}`);
    await delivered(tx);
  });
};

/** Why an attempt failed. */
export interface AttemptFailure {
  /** What the receiver answered, `null` for nothing. */
  readonly status: number | null;
  readonly error: string;
}

/**
 * Locks the webhook of a delivery, and then the delivery, in the order in which all statements do.
 * @returns whether the delivery still belongs to this attempt
 */
const lockTaken = async (tx: CommonQueryMethods, taken: Taken): Promise<boolean> => {
  await tx.query(sql.type(row<Record<never, never>>())`
    SELECT FROM webhooks WHERE id = ${taken.webhook_id} AND org_id = ${taken.org_id} FOR NO KEY UPDATE`);
  const { rowCount } = await tx.query(sql.type(row<Record<never, never>>())`
    SELECT FROM webhook_deliveries
    WHERE id = ${taken.id} AND org_id = ${taken.org_id} AND attempts = ${taken.attempts} AND status = 'pending'
    FOR UPDATE`);
  return rowCount > 0;
};

/** Records that an attempt failed, and that there is another one after that many seconds. */
export const recordRetry = (
  db: CommonQueryMethods,
  taken: Taken,
  { status, error }: AttemptFailure,
  pause: number,
): Promise<void> =>
  db.transaction(async (tx) => {
    if (!(await lockTaken(tx, taken))) return;
    await tx.query(sql.type(row<Record<never, never>>())`
      UPDATE webhooks SET failing_since = now()
      WHERE id = ${taken.webhook_id} AND org_id = ${taken.org_id} AND failing_since IS NULL`);
    await tx.query(sql.type(row<Record<never, never>>())`
      UPDATE webhook_deliveries
      SET last_status = ${status}, last_error = ${error}, next_attempt_at = now() + make_interval(secs => ${pause}),
        due_at = now() + make_interval(secs => ${pause})
      WHERE id = ${taken.id} AND org_id = ${taken.org_id}`);
  });

/**
 * Records that a delivery has failed for good.
 * @param disabledReason why the webhook is disabled by that, which ends all other messages to it; `null` when it is not
 * @returns whether the webhook was disabled
 */
export const recordFailed = (
  db: CommonQueryMethods,
  taken: Taken,
  { status, error }: AttemptFailure,
  disabledReason: string | null,
): Promise<boolean> =>
  db.transaction(async (tx) => {
    if (!(await lockTaken(tx, taken))) return false;
    await tx.query(sql.type(row<Record<never, never>>())`
      UPDATE webhook_deliveries
      SET status = 'failed', ended_at = now(), next_attempt_at = NULL, last_status = ${status}, last_error = ${error}
      WHERE id = ${taken.id} AND org_id = ${taken.org_id}`);
    const { rowCount } = await tx.query(sql.type(row<Record<never, never>>())`
      UPDATE webhooks
      SET failing_since = coalesce(failing_since, now()),
        disabled_at = CASE WHEN ${disabledReason}::text IS NULL THEN disabled_at ELSE now() END,
        disabled_reason = coalesce(${disabledReason}::text, disabled_reason)
      WHERE id = ${taken.webhook_id} AND org_id = ${taken.org_id} AND disabled_at IS NULL`);
    if (disabledReason === null || rowCount === 0) return false;
    await tx.query(sql.type(row<Record<never, never>>())`
      UPDATE webhook_deliveries
      SET status = 'failed', ended_at = now(), next_attempt_at = NULL, last_error = 'the webhook was disabled'
      WHERE webhook_id = ${taken.webhook_id} AND org_id = ${taken.org_id} AND status = 'pending' AND event_type <> ${PING}`);
    return true;
  });

/** Releases deliveries that were taken and not attempted: other processes may take them at once. */
export const releaseDeliveries = async (db: CommonQueryMethods, taken: readonly Taken[]): Promise<void> => {
  await db.query(sql.type(row<Record<never, never>>())`
    UPDATE webhook_deliveries AS released SET due_at = now()
    FROM unnest(
      ${sql.array(
        taken.map(({ id }) => id),
        'uuid',
      )},
      ${sql.array(
        taken.map(({ attempts }) => attempts),
        'int4',
      )}
    ) AS taken (id, attempts)
    WHERE released.id = taken.id AND released.attempts = taken.attempts AND released.status = 'pending'`);
};
