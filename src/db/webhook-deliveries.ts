import { sql } from 'slonik';
import type { CommonQueryMethods } from './database.ts';
import { insertAuditEntry, type AuditEntry } from './recording.ts';
import type { Page } from './page.ts';
import { row } from './row.ts';

export type DeliveryStatus = 'pending' | 'delivered' | 'failed';

/** A message to a webhook, with what became of it. */
export interface WebhookDeliveryRow {
  readonly id: string;
  readonly event_id: number | null;
  readonly event_type: string;
  readonly subject: string | null;
  readonly status: DeliveryStatus;
  readonly attempts: number;
  readonly created_at: string;
  readonly attempted_at: string | null;
  readonly next_attempt_at: string | null;
  readonly ended_at: string | null;
  readonly last_status: number | null;
  readonly last_error: string | null;
}

/** A delivery that a process has taken. */
export interface TakenDelivery {
  readonly id: string;
  readonly webhook_id: string;
  readonly org_id: string;
  readonly event_id: number | null;
  readonly event_type: string;
  readonly subject: string | null;
  readonly data: Readonly<Record<string, unknown>>;
  readonly occurred_at: string;
  /** Counts this one. A process that takes it later counts on: only the last one can record an outcome. */
  readonly attempts: number;
  readonly url: string;
  /** Encrypted. */
  readonly secret: string;
  /** Whether the webhook counted as failing when the message was taken. */
  readonly failing: boolean;
}

const COLUMNS = sql.fragment`
  id, event_id, event_type, subject, status, attempts, created_at, attempted_at, next_attempt_at, ended_at, last_status,
  last_error`;

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
  return db.maybeOne(sql.type(row<WebhookDeliveryRow>())`
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
export const listWebhookDeliveries = async (
  db: CommonQueryMethods,
  orgId: string,
  webhookId: string,
  { limit, offset }: Page,
): Promise<{ readonly total: number; readonly rows: readonly WebhookDeliveryRow[] }> => {
  const { total } = await db.one(sql.type(row<{ total: number }>())`
    SELECT count(*)::int AS total FROM webhook_deliveries WHERE webhook_id = ${webhookId} AND org_id = ${orgId}`);
  const rows = await db.any(sql.type(row<WebhookDeliveryRow>())`
    SELECT ${COLUMNS} FROM webhook_deliveries WHERE webhook_id = ${webhookId} AND org_id = ${orgId}
    ORDER BY created_at DESC, event_id DESC, id DESC LIMIT ${limit} OFFSET ${offset}`);
  return { total, rows };
};

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
export const takeDueDeliveries = (
  db: CommonQueryMethods,
  { failing, most, perWebhook, running, lease }: TakeOptions,
): Promise<readonly TakenDelivery[]> =>
  db.any(sql.type(row<TakenDelivery>())`
    WITH RECURSIVE running AS (
      SELECT * FROM unnest(${sql.array([...running.keys()], 'uuid')}, ${sql.array([...running.values()], 'int4')})
        AS running (webhook_id, total)
    ), waiting AS (
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
      LEFT JOIN running ON running.webhook_id = webhooks.id
      CROSS JOIN LATERAL (
        SELECT id, due_at FROM webhook_deliveries AS own
        WHERE own.webhook_id = webhooks.id AND own.org_id = webhooks.org_id
          AND own.status = 'pending' AND own.due_at <= now()
          AND (webhooks.disabled_at IS NULL OR own.event_type = ${PING})
        ORDER BY own.due_at, own.event_id
        LIMIT greatest(0, ${perWebhook}::int - coalesce(running.total, 0))
      ) AS found
      ORDER BY found.due_at
      -- More than are taken: others may be taking the first ones right now.
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

/** Milliseconds until a delivery is due, or the lease of one ends, 0 or less for now; `null` when none is pending. */
export async function findNextDueDelivery(db: CommonQueryMethods): Promise<number | null> {
  const { next } = await db.one(sql.type(row<{ next: number | null }>())`
    SELECT (extract(epoch FROM min(due_at) - clock_timestamp()) * 1000)::float8 AS next
    FROM webhook_deliveries WHERE status = 'pending'`);
  return next;
}

/** How many messages are on their way. */
export const countPendingDeliveries = async (db: CommonQueryMethods): Promise<number> => {
  const { total } = await db.one(sql.type(row<{ total: number }>())`
    SELECT count(*)::int AS total FROM webhook_deliveries WHERE status = 'pending'`);
  return total;
};

/** Days for which it is known what became of a message. */
const KEPT_DAYS = 7;

/** Forgets messages that ended long ago, at most that many. */
export const deleteEndedDeliveries = async (db: CommonQueryMethods, limit: number): Promise<number> => {
  const { rowCount } = await db.query(sql.type(row<Record<never, never>>())`
    DELETE FROM webhook_deliveries WHERE id IN (
      SELECT id FROM webhook_deliveries
      WHERE status <> 'pending' AND ended_at < now() - make_interval(days => ${KEPT_DAYS}::int)
      LIMIT ${limit} FOR UPDATE SKIP LOCKED
    )`);
  return rowCount;
};
