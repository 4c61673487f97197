import { sql } from 'slonik';
import { z } from 'zod';
import type { CommonQueryMethods } from '../database.ts';
import { readCountedPage, type CountedPage, type Page } from '../page.ts';
import { insertAuditEntry, type AuditEntry } from './recording.ts';
import { noColumns } from '../row-check.ts';

const delivery = z.strictObject({
  id: z.string(),
  event_id: z.int().nullable(),
  event_type: z.string(),
  subject: z.string().nullable(),
  status: z.enum(['pending', 'delivered', 'failed']),
  attempts: z.int(),
  created_at: z.string(),
  attempted_at: z.string().nullable(),
  next_attempt_at: z.string().nullable(),
  ended_at: z.string().nullable(),
  last_status: z.int().nullable(),
  last_error: z.string().nullable(),
});

/** A message to a webhook and its outcome. */
export type WebhookDeliveryRow = z.infer<typeof delivery>;

const COLUMNS = sql.fragment`
  id, event_id, event_type, subject, status, attempts, created_at, attempted_at,
  CASE WHEN status = 'pending' THEN due_at END AS next_attempt_at, ended_at, last_status, last_error`;

const takenDelivery = z.strictObject({
  id: z.string(),
  webhook_id: z.string(),
  org_id: z.string(),
  event_id: z.int().nullable(),
  event_type: z.string(),
  subject: z.string().nullable(),
  data: z.record(z.string(), z.unknown()),
  occurred_at: z.string(),
  /** Counts this one. A process that takes it later counts on: only the last one can record an outcome. */
  attempts: z.int(),
  url: z.string(),
  /** Encrypted. */
  secret: z.string(),
  /** Whether the webhook counted as failing when the message was taken. */
  failing: z.boolean(),
});

/** A delivery that a process has taken. */
export type TakenDelivery = z.infer<typeof takenDelivery>;

/** Type of the message that tries a webhook. */
export const PING = 'webhook.ping';

/**
 * Adds a ping to a webhook of the organization, unless one is pending.
 * @returns the pending ping, `null` where there is no such webhook
 */
export function insertPing(
  db: CommonQueryMethods,
  orgId: string,
  webhookId: string,
  id: string,
  audit: AuditEntry | null,
): Promise<WebhookDeliveryRow | null> {
  return db.maybeOne(sql.type(delivery)`
    WITH ping AS (
      INSERT INTO webhook_deliveries (id, webhook_id, org_id, event_type, data, occurred_at)
      SELECT ${id}::uuid, id, org_id, ${PING}, '{}', now() FROM webhooks WHERE id = ${webhookId} AND org_id = ${orgId}
      FOR KEY SHARE
      ON CONFLICT (webhook_id) WHERE status = 'pending' AND event_type = 'webhook.ping'
      DO UPDATE SET webhook_id = excluded.webhook_id
      RETURNING ${COLUMNS}
    ), audited AS (
      ${insertAuditEntry(audit, sql.fragment`ping`)}
    )
    SELECT * FROM ping`);
}

/** A page of the messages to a webhook of the organization, newest first, with how many there are. */
export function listWebhookDeliveries(
  db: CommonQueryMethods,
  orgId: string,
  webhookId: string,
  page: Page,
): Promise<CountedPage<WebhookDeliveryRow>> {
  const source = sql.fragment`webhook_deliveries WHERE webhook_id = ${webhookId} AND org_id = ${orgId}`;
  const order = sql.fragment`created_at DESC, event_id DESC, id DESC`;
  return readCountedPage(db, delivery, { columns: COLUMNS, source, order }, page);
}

/** Messages that are considered for every one that is taken. */
const CANDIDATES = 3;

/** Which messages are taken. */
export interface TakeOptions {
  /** Those to webhooks that fail, or those to all others. */
  readonly failing: boolean;
  /** How many at most, and how many to one webhook, those that run included. */
  readonly most: number;
  readonly perWebhook: number;
  /** How many this process is delivering already, by webhook. */
  readonly running: ReadonlyMap<string, number>;
  /** Seconds after which another process may take them. */
  readonly lease: number;
}

/**
 * Takes messages that are due, once for all processes: those that wait longest, and of every webhook no more than it may have at the
 * same time, however many wait.
 */
export function takeDueDeliveries(
  db: CommonQueryMethods,
  { failing, most, perWebhook, running, lease }: TakeOptions,
): Promise<readonly TakenDelivery[]> {
  return db.any(sql.type(takenDelivery)`
    WITH RECURSIVE waiting AS (
      -- Webhooks with messages, found by their index: however many messages wait, each webhook is examined once. Most of the
      -- time nothing is due, which is known without that.
      (
        SELECT webhook_id FROM webhook_deliveries
        WHERE status = 'pending' AND EXISTS (SELECT FROM webhook_deliveries WHERE status = 'pending' AND due_at <= now())
        ORDER BY webhook_id LIMIT 1
      )
      UNION ALL
      SELECT next.webhook_id FROM waiting CROSS JOIN LATERAL (
        SELECT webhook_id FROM webhook_deliveries
        WHERE status = 'pending' AND webhook_id > waiting.webhook_id
        ORDER BY webhook_id LIMIT 1
      ) AS next
    ), candidates AS (
      SELECT found.id, webhooks.url, webhooks.secret
      FROM waiting
      JOIN webhooks ON webhooks.id = waiting.webhook_id AND (webhooks.failing_since IS NOT NULL) = ${failing}::boolean
      CROSS JOIN LATERAL (
        SELECT id, due_at FROM webhook_deliveries AS own
        WHERE own.webhook_id = webhooks.id AND own.org_id = webhooks.org_id
          AND own.status = 'pending' AND own.due_at <= now()
          AND (webhooks.disabled_at IS NULL OR own.event_type = ${PING})
        ORDER BY own.due_at, own.event_id
        LIMIT greatest(0, ${perWebhook}::int - coalesce(
          (${JSON.stringify(Object.fromEntries(running))}::jsonb ->> webhooks.id::text)::int, 0
        ))
      ) AS found
      ORDER BY found.due_at
      -- More than are taken: another process may be taking the first ones right now.
      LIMIT ${most * CANDIDATES}
    ), due AS (
      SELECT deliveries.id, candidates.url, candidates.secret
      FROM webhook_deliveries AS deliveries
      JOIN candidates ON candidates.id = deliveries.id
      WHERE deliveries.status = 'pending' AND deliveries.due_at <= now()
      ORDER BY deliveries.due_at
      LIMIT ${most}
      FOR UPDATE OF deliveries SKIP LOCKED
    )
    UPDATE webhook_deliveries AS taken
    SET attempts = taken.attempts + 1, attempted_at = now(), due_at = now() + make_interval(secs => ${lease})
    FROM due
    WHERE taken.id = due.id
    RETURNING taken.id, taken.webhook_id, taken.org_id, taken.event_id, taken.event_type, taken.subject, taken.data,
      taken.occurred_at, taken.attempts, due.url, due.secret, ${failing}::boolean AS failing`);
}

const nextDue = z.strictObject({ next: z.number().nullable() });

/** Milliseconds until a delivery is due, or the lease of one ends, 0 or less for now; `null` when none is pending. */
export async function findNextDueDelivery(db: CommonQueryMethods): Promise<number | null> {
  const { next } = await db.one(sql.type(nextDue)`
    SELECT (extract(epoch FROM min(due_at) - clock_timestamp()) * 1000)::float8 AS next
    FROM webhook_deliveries WHERE status = 'pending'`);
  return next;
}

const pendingCount = z.strictObject({ total: z.int() });

/** How many messages are pending. */
export function countPendingDeliveries(db: CommonQueryMethods): Promise<number> {
  return db.oneFirst(sql.type(pendingCount)`
    SELECT count(*) AS total FROM webhook_deliveries WHERE status = 'pending'`);
}

/** How an attempt to deliver a message ended. */
export interface AttemptEnd {
  /** HTTP status of the receiver's response, `null` without one. */
  readonly status: number | null;
  /** Why the attempt failed, `null` for a delivery. */
  readonly error: string | null;
  /** Seconds until the next attempt, `null` when this was the last one. */
  readonly pause: number | null;
  /** Why the webhook is disabled, which fails all other messages to it; `null` when it is not. */
  readonly disabledReason: string | null;
}

const changedWebhooks = z.strictObject({ webhooks: z.int() });

/**
 * Changes the webhook and the delivery as an attempt ended, as long as the delivery belongs to the attempt. The webhook is locked first, as
 * by all statements.
 * @returns whether the attempt has disabled the webhook
 */
async function recordEnd(
  db: CommonQueryMethods,
  { id, webhook_id: webhookId, org_id: orgId, event_type: type, attempts }: TakenDelivery,
  { status, error, pause, disabledReason }: AttemptEnd,
): Promise<boolean> {
  const isDelivered = error === null;
  const isPinged = isDelivered && type === PING;
  // Deliveries of a disabled webhook have failed; one that arrives all the same is delivered.
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
 * Records the end of an attempt. A failure marks the webhook as failing or disables it, a delivery ends that, and a ping that is delivered
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

/** Releases deliveries that were taken and not attempted: other processes may take them at once. */
export async function releaseDeliveries(db: CommonQueryMethods, taken: readonly TakenDelivery[]): Promise<void> {
  const attempts = JSON.stringify(taken.map(({ id, attempts: attempt }) => ({ id, attempt })));
  await db.query(sql.type(noColumns)`
    UPDATE webhook_deliveries SET due_at = now()
    FROM jsonb_to_recordset(${attempts}::jsonb) AS taken (id uuid, attempt integer)
    WHERE webhook_deliveries.id = taken.id AND attempts = taken.attempt AND status = 'pending'`);
}
