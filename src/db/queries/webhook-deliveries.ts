import { sql } from 'slonik';
import { z } from 'zod';
import type { CommonQueryMethods } from '../database.ts';
import { countRows, readCountedPage, type CountedPage, type Page } from '../page.ts';
import { withAuditEntry, type AuditEntry } from './recording.ts';
import { noColumns } from '../row-check.ts';
import { findMillisecondsUntil } from '../timestamp.ts';

const delivery = z.strictObject({
  id: z.string(),
  event_id: z.int().nullable(),
  event_type: z.string(),
  subject: z.string().nullable(),
  status: z.enum(['pending', 'delivered', 'failed', 'expired']),
  attempts: z.int(),
  created_at: z.string(),
  attempted_at: z.string().nullable(),
  next_attempt_at: z.string().nullable(),
  ended_at: z.string().nullable(),
  last_status: z.int().nullable(),
  last_error: z.string().nullable(),
});

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
  /** Includes this attempt. Each process that takes the delivery increments it, and only the last one can record an outcome. */
  attempts: z.int(),
  url: z.string(),
  /** Encrypted. */
  secret: z.string(),
  /** Encrypted; `null` unless it signs as well. */
  previous_secret: z.string().nullable(),
  /** Whether the webhook was failing when the delivery was taken. */
  failing: z.boolean(),
});

export type TakenDelivery = z.infer<typeof takenDelivery>;

/** Event type of the message that tests a webhook. */
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
    ) ${withAuditEntry(audit, sql.fragment`ping`)}
    SELECT * FROM ping`);
}

/** Finds a delivery to a webhook of the organization. */
export function findWebhookDelivery(
  db: CommonQueryMethods,
  orgId: string,
  webhookId: string,
  id: string,
): Promise<WebhookDeliveryRow | null> {
  return db.maybeOne(sql.type(delivery)`
    SELECT ${COLUMNS} FROM webhook_deliveries WHERE id = ${id} AND webhook_id = ${webhookId} AND org_id = ${orgId}`);
}

/**
 * Makes a delivery due. One that has ended starts anew, with all of its attempts; a pending one is due earlier, unless an attempt may
 * be running. Pings are left as they are.
 * @param lease seconds for which an attempt may run
 * @returns `null` where the webhook is disabled, or has no such delivery
 */
export function redeliver(
  db: CommonQueryMethods,
  orgId: string,
  { webhookId, id, lease }: { readonly webhookId: string; readonly id: string; readonly lease: number },
  audit: AuditEntry | null,
): Promise<WebhookDeliveryRow | null> {
  return db.maybeOne(sql.type(delivery)`
    WITH enabled AS (
      -- Locked: no delivery becomes pending while the webhook is being disabled.
      SELECT id FROM webhooks WHERE id = ${webhookId} AND org_id = ${orgId} AND disabled_at IS NULL FOR SHARE
    ), due AS (
      UPDATE webhook_deliveries AS ended SET status = 'pending', ended_at = NULL,
        attempts = CASE WHEN status = 'pending' THEN attempts ELSE 0 END,
        due_at = CASE WHEN status = 'pending' AND attempted_at > now() - make_interval(secs => ${lease}::int) THEN due_at ELSE now() END
      FROM enabled
      WHERE ended.id = ${id} AND ended.webhook_id = enabled.id AND ended.org_id = ${orgId} AND ended.event_type <> ${PING}
      RETURNING ended.*
    ) ${withAuditEntry(audit, sql.fragment`due`)}
    SELECT ${COLUMNS} FROM due`);
}

/** Lists a page of the deliveries to a webhook of the organization, newest first. */
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

/** Candidates for each delivery that is taken: other processes may be taking the first candidates. */
const CANDIDATES = 3;

export interface TakeOptions {
  /** Takes deliveries to failing webhooks, or to all other webhooks. */
  readonly failing: boolean;
  /** Deliveries at most, in total and (including running deliveries) for one webhook. */
  readonly most: number;
  readonly perWebhook: number;
  /** Number of running deliveries of this process, by webhook. */
  readonly running: ReadonlyMap<string, number>;
  /** Seconds after which another process can take them. */
  readonly lease: number;
  /** Seconds that a delivery may be overdue; older ones are left to `expireDeliveries`. */
  readonly age: number;
}

/** Takes due deliveries, exclusively among all processes, longest waiting first and within the limit of each webhook. */
export function takeDueDeliveries(
  db: CommonQueryMethods,
  { failing, most, perWebhook, running, lease, age }: TakeOptions,
): Promise<readonly TakenDelivery[]> {
  return db.any(sql.type(takenDelivery)`
    WITH RECURSIVE waiting AS (
      -- Loose index scan of webhooks with pending deliveries: it reads one row for each webhook. Skipped while nothing is due.
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
      SELECT found.id, webhooks.url, webhooks.secret,
        CASE WHEN webhooks.previous_secret_until > now() THEN webhooks.previous_secret END AS previous_secret
      FROM waiting
      JOIN webhooks ON webhooks.id = waiting.webhook_id AND (webhooks.failing_since IS NOT NULL) = ${failing}::boolean
      CROSS JOIN LATERAL (
        SELECT id, due_at FROM webhook_deliveries AS own
        WHERE own.webhook_id = webhooks.id AND own.org_id = webhooks.org_id
          AND own.status = 'pending' AND own.due_at <= now() AND own.due_at >= now() - make_interval(secs => ${age})
          AND (webhooks.disabled_at IS NULL OR own.event_type = ${PING})
        ORDER BY own.due_at, own.event_id
        LIMIT greatest(0, ${perWebhook}::int - coalesce(
          (${JSON.stringify(Object.fromEntries(running))}::jsonb ->> webhooks.id::text)::int, 0
        ))
      ) AS found
      ORDER BY found.due_at
      LIMIT ${most * CANDIDATES}
    ), due AS (
      SELECT deliveries.id, candidates.url, candidates.secret, candidates.previous_secret
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
      taken.occurred_at, taken.attempts, due.url, due.secret, due.previous_secret, ${failing}::boolean AS failing`);
}

/** Deliveries that expire in one statement. */
const MOST_EXPIRED = 5_000;

/**
 * Ends deliveries that are overdue for more than some seconds, some thousand at once: those that waited while no process sent any.
 * @returns how many
 */
export async function expireDeliveries(db: CommonQueryMethods, age: number): Promise<number> {
  const { rowCount } = await db.query(sql.type(noColumns)`
    UPDATE webhook_deliveries SET status = 'expired', ended_at = now(), last_error = 'the message was overdue for too long'
    WHERE id = ANY (ARRAY(
      SELECT id FROM webhook_deliveries WHERE status = 'pending' AND due_at < now() - make_interval(secs => ${age})
      ORDER BY due_at LIMIT ${MOST_EXPIRED} FOR UPDATE SKIP LOCKED
    ))`);
  return rowCount;
}

/** Finds the milliseconds until a delivery is due or a lease expires, 0 or less for now; `null` when none is pending. */
export function findNextDueDelivery(db: CommonQueryMethods): Promise<number | null> {
  return findMillisecondsUntil(db, sql.fragment`(SELECT min(due_at) FROM webhook_deliveries WHERE status = 'pending')`);
}

export function countPendingDeliveries(db: CommonQueryMethods): Promise<number> {
  return countRows(db, sql.fragment`webhook_deliveries WHERE status = 'pending'`);
}
