import { sql } from 'slonik';
import type { Page } from './page.ts';
import type { CommonQueryMethods } from './database.ts';
import { row } from './row.ts';

export interface WebhookRow {
  readonly id: string;
  readonly url: string;
  readonly description: string;
  /** `null` for all types. */
  readonly event_types: readonly string[] | null;
  /** Encrypted. */
  readonly secret: string;
  readonly created_at: string;
  readonly failing_since: string | null;
  readonly disabled_at: string | null;
  readonly disabled_reason: string | null;
}

export interface NewWebhook {
  readonly id: string;
  readonly orgId: string;
  readonly url: string;
  readonly description: string;
  readonly eventTypes: readonly string[] | null;
  /** Encrypted. */
  readonly secret: string;
}

const COLUMNS = sql.fragment`
  id, url, description, event_types, secret, created_at, failing_since, disabled_at, disabled_reason`;

/**
 * Stores a webhook, and records it under the key of the request, if it has one; gives `false` when the organization has as many as
 * it may have. Of several that are created at once each counts those before it.
 */
export const insertWebhook = (
  db: CommonQueryMethods,
  webhook: NewWebhook,
  most: number,
  idempotencyId: string | null = null,
): Promise<boolean> =>
  db.transaction(async (tx) => {
    const { id, orgId, url, description, eventTypes, secret } = webhook;
    await tx.query(sql.type(row<Record<never, never>>())`
      SELECT pg_advisory_xact_lock(hashtextextended('image-builder webhooks ' || ${orgId}::text, 0))`);
    const types = eventTypes === null ? sql.fragment`NULL` : sql.array([...eventTypes], 'varchar');
    const { rowCount } = await tx.query(sql.type(row<{ id: string }>())`
      WITH created AS (
        INSERT INTO webhooks (id, org_id, url, description, event_types, secret)
        SELECT ${id}::uuid, ${orgId}, ${url}, ${description}, ${types}, ${secret}
        WHERE (SELECT count(*) FROM webhooks WHERE org_id = ${orgId}) < ${most}::int
        RETURNING id
      ), answered AS (
        UPDATE idempotency_keys SET created = idempotency_keys.created || created.id
        FROM created WHERE idempotency_keys.id = ${idempotencyId}::uuid
      )
      SELECT id FROM created`);
    return rowCount > 0;
  });

/** A webhook of the organization, `null` where there is none. */
export const findWebhook = (db: CommonQueryMethods, orgId: string, id: string): Promise<WebhookRow | null> =>
  db.maybeOne(sql.type(row<WebhookRow>())`
    SELECT ${COLUMNS} FROM webhooks WHERE id = ${id} AND org_id = ${orgId}`);

/** A page of the organization's webhooks, oldest first, with how many there are. */
export const listWebhooks = async (
  db: CommonQueryMethods,
  orgId: string,
  { limit, offset }: Page,
): Promise<{ readonly total: number; readonly rows: readonly WebhookRow[] }> => {
  const { total } = await db.one(sql.type(row<{ total: number }>())`
    SELECT count(*)::int AS total FROM webhooks WHERE org_id = ${orgId}`);
  const rows = await db.any(sql.type(row<WebhookRow>())`
    SELECT ${COLUMNS} FROM webhooks WHERE org_id = ${orgId}
    ORDER BY created_at, id LIMIT ${limit} OFFSET ${offset}`);
  return { total, rows };
};

/** Deletes a webhook of the organization with its deliveries; gives `false` where there is none. */
export const deleteWebhook = async (db: CommonQueryMethods, orgId: string, id: string): Promise<boolean> => {
  const { rowCount } = await db.query(sql.type(row<Record<never, never>>())`
    DELETE FROM webhooks WHERE id = ${id} AND org_id = ${orgId}`);
  return rowCount > 0;
};
