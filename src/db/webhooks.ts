import { sql } from 'slonik';
import { followCloselyWhere } from './compose-polls.ts';
import type { CommonQueryMethods } from './database.ts';
import { insertAuditEntry, type AuditEntry } from './recording.ts';
import type { Page } from './page.ts';
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

/** The request that creates a webhook. */
export interface WebhookRequest {
  /** `null` where it has no idempotency key. */
  readonly idempotencyId: string | null;
  readonly audit: AuditEntry | null;
}

/**
 * Stores a webhook, and has unfinished composes of its organization followed closely from now on. Of several webhooks that are created
 * at the same time each counts those before it.
 * @param most webhooks that the organization may have
 * @returns `false` when it has as many
 */
export function insertWebhook(
  db: CommonQueryMethods,
  webhook: NewWebhook,
  most: number,
  { idempotencyId, audit }: WebhookRequest,
): Promise<boolean> {
  return db.transaction(async (tx) => {
    const { id, orgId, url, description, eventTypes, secret } = webhook;
    await tx.query(sql.type(row<Record<never, never>>())`
      SELECT pg_advisory_xact_lock(hashtextextended('image-builder webhooks ' || ${orgId}::text, 0))`);
    const types = eventTypes === null ? sql.fragment`NULL` : sql.array([...eventTypes], 'varchar');
    const { rowCount } = await tx.query(sql.type(row<{ id: string }>())`
      WITH created AS (
        INSERT INTO webhooks (id, org_id, url, description, event_types, secret)
        SELECT ${id}::uuid, ${orgId}, ${url}, ${description}, ${types}, ${secret}
        WHERE (SELECT count(*) FROM webhooks WHERE org_id = ${orgId}) < ${most}::int
        RETURNING id, org_id
      ), answered AS (
        UPDATE idempotency_keys SET created = idempotency_keys.created || created.id
        FROM created WHERE idempotency_keys.id = ${idempotencyId}::uuid
      ), followed AS (
        ${followCloselyWhere(sql.fragment`org_id = (SELECT org_id FROM created)`)}
      ), audited AS (
        ${insertAuditEntry(audit, sql.fragment`created`, [id])}
      )
      SELECT id FROM created`);
    return rowCount > 0;
  });
}

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

/** Deletes a webhook of the organization with its deliveries. @returns `false` where there is none */
export async function deleteWebhook(
  db: CommonQueryMethods,
  orgId: string,
  id: string,
  audit: AuditEntry | null,
): Promise<boolean> {
  const { rowCount } = await db.query(sql.type(row<{ id: string }>())`
    WITH deleted AS (
      DELETE FROM webhooks WHERE id = ${id} AND org_id = ${orgId} RETURNING id
    ), audited AS (
      ${insertAuditEntry(audit, sql.fragment`deleted`)}
    )
    SELECT id FROM deleted`);
  return rowCount > 0;
}
