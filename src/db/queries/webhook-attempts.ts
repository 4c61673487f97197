// The outcomes of attempts to deliver messages.
import { sql } from 'slonik';
import { z } from 'zod';
import type { CommonQueryMethods } from '../database.ts';
import { noColumns } from '../row-check.ts';
import { PING, type TakenDelivery } from './webhook-deliveries.ts';

/** The outcome of an attempt to deliver a message. */
export interface AttemptEnd {
  /** HTTP status of the receiver's response, `null` without one. */
  readonly status: number | null;
  /** Why the attempt failed, `null` for a success. */
  readonly error: string | null;
  /** Seconds until the next attempt, `null` when this was the last one. */
  readonly pause: number | null;
  /** Why the attempt disables the webhook, which fails its other deliveries; `null` if it does not. */
  readonly disabledReason: string | null;
}

const changedWebhooks = z.strictObject({ webhooks: z.int() });

/**
 * Updates webhook and delivery, unless another process has taken the delivery since. Locks the webhook first, as all statements do.
 * @returns whether the attempt has disabled the webhook
 */
async function recordEnd(
  db: CommonQueryMethods,
  { id, webhook_id: webhookId, org_id: orgId, event_type: type, attempts }: TakenDelivery,
  { status, error, pause, disabledReason }: AttemptEnd,
): Promise<boolean> {
  const isDelivered = error === null;
  const isPinged = isDelivered && type === PING;
  // A delivery that succeeds counts as delivered although the webhook was disabled meanwhile.
  const isTaken = sql.fragment`
    id = ${id} AND org_id = ${orgId} AND attempts = ${attempts} AND (status = 'pending' OR ${isDelivered})`;
  const { rows } = await db.query(sql.type(changedWebhooks)`
    WITH changed AS (
      UPDATE webhooks
      SET failing_since = CASE WHEN NOT ${isDelivered} THEN coalesce(failing_since, now()) END,
        disabled_at = CASE WHEN ${disabledReason}::text IS NOT NULL THEN now() WHEN NOT ${isPinged} THEN disabled_at END,
        disabled_reason = CASE WHEN NOT ${isPinged} THEN coalesce(${disabledReason}::text, disabled_reason) END
      WHERE id = ${webhookId} AND org_id = ${orgId} AND EXISTS (SELECT FROM webhook_deliveries WHERE ${isTaken})
        AND ((failing_since IS NULL) <> ${isDelivered} OR ${disabledReason}::text IS NOT NULL AND disabled_at IS NULL)
      RETURNING id
    )
    UPDATE webhook_deliveries
    SET status = ${isDelivered ? 'delivered' : pause === null ? 'failed' : 'pending'}, last_status = ${status},
      last_error = ${error}, ended_at = CASE WHEN ${pause}::float8 IS NULL THEN now() END,
      due_at = coalesce(now() + make_interval(secs => ${pause}), due_at)
    FROM (SELECT count(*) AS webhooks FROM changed) AS counted
    WHERE ${isTaken}
    RETURNING counted.webhooks`);
  return disabledReason !== null && rows[0]?.webhooks === 1;
}

/**
 * Records the outcome of an attempt. A failure marks the webhook as failing or disables it, a success resets that, and a successful ping
 * enables a disabled webhook.
 * @returns whether the attempt has disabled the webhook
 */
export function recordAttempt(db: CommonQueryMethods, taken: TakenDelivery, end: AttemptEnd): Promise<boolean> {
  if (end.disabledReason === null) return recordEnd(db, taken, end);
  return db.transaction(async (tx) => {
    if (!(await recordEnd(tx, taken, end))) return false;
    await tx.query(sql.type(noColumns)`
      UPDATE webhook_deliveries
      SET status = 'failed', ended_at = now(), last_error = 'the webhook was disabled'
      WHERE webhook_id = ${taken.webhook_id} AND org_id = ${taken.org_id} AND status = 'pending' AND event_type <> ${PING}`);
    return true;
  });
}

/** Releases deliveries that were not attempted: other processes can take them at once. */
export async function releaseDeliveries(db: CommonQueryMethods, taken: readonly TakenDelivery[]): Promise<void> {
  const attempts = JSON.stringify(taken.map(({ id, attempts: attempt }) => ({ id, attempt })));
  await db.query(sql.type(noColumns)`
    UPDATE webhook_deliveries SET due_at = now()
    FROM jsonb_to_recordset(${attempts}::jsonb) AS taken (id uuid, attempt integer)
    WHERE webhook_deliveries.id = taken.id AND attempts = taken.attempt AND status = 'pending'`);
}
