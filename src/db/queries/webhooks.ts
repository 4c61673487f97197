import { sql } from 'slonik';
import { z } from 'zod';
import { followCloselyWhere } from './compose-polls.ts';
import type { CommonQueryMethods } from '../database.ts';
import { readCountedPage, type CountedPage, type Page } from '../page.ts';
import { insertAuditEntry, type AuditEntry } from './recording.ts';
import { noColumns } from '../row-check.ts';

const webhook = z.strictObject({
  id: z.string(),
  url: z.string(),
  description: z.string(),
  /** `null` for all types. */
  event_types: z.array(z.string()).nullable(),
  /** Encrypted. */
  secret: z.string(),
  created_at: z.string(),
  failing_since: z.string().nullable(),
  disabled_at: z.string().nullable(),
  disabled_reason: z.string().nullable(),
});

export type WebhookRow = z.infer<typeof webhook>;

const COLUMNS = sql.fragment`
  id, url, description, event_types, secret, created_at, failing_since, disabled_at, disabled_reason`;

export interface NewWebhook extends Pick<WebhookRow, 'id' | 'url' | 'description' | 'secret'> {
  readonly orgId: string;
  readonly eventTypes: readonly string[] | null;
}

export interface WebhookRequest {
  /** `null` without an idempotency key. */
  readonly idempotencyId: string | null;
  readonly audit: AuditEntry | null;
}

/**
 * Stores a webhook, and makes the background poll closely for unfinished composes of the organization.
 * @param most limit of webhooks of the organization, exact under concurrency
 * @returns `false` when the limit is reached
 */
export function insertWebhook(
  db: CommonQueryMethods,
  { id, orgId, url, description, eventTypes, secret }: NewWebhook,
  most: number,
  { idempotencyId, audit }: WebhookRequest,
): Promise<boolean> {
  return db.transaction(async (tx) => {
    await tx.query(sql.type(noColumns)`
      SELECT FROM pg_advisory_xact_lock(hashtextextended('image-builder webhooks ' || ${orgId}::text, 0))`);
    const types = eventTypes === null ? sql.fragment`NULL` : sql.array(eventTypes, 'varchar');
    const { rowCount } = await tx.query(sql.type(noColumns)`
      WITH created AS (
        INSERT INTO webhooks (id, org_id, url, description, event_types, secret)
        SELECT ${id}::uuid, ${orgId}, ${url}, ${description}, ${types}, ${secret}
        WHERE (SELECT count(*) FROM webhooks WHERE org_id = ${orgId}) < ${most}::int
        RETURNING id, org_id
      ), recorded AS (
        UPDATE idempotency_keys SET created = idempotency_keys.created || created.id
        FROM created WHERE idempotency_keys.id = ${idempotencyId}::uuid
      ), followed AS (
        ${followCloselyWhere(sql.fragment`org_id = (SELECT org_id FROM created)`)}
      ), audited AS (
        ${insertAuditEntry(audit, sql.fragment`created`, [id])}
      )
      SELECT FROM created`);
    return rowCount > 0;
  });
}

/** Finds a webhook of the organization. */
export function findWebhook(db: CommonQueryMethods, orgId: string, id: string): Promise<WebhookRow | null> {
  return db.maybeOne(sql.type(webhook)`SELECT ${COLUMNS} FROM webhooks WHERE id = ${id} AND org_id = ${orgId}`);
}

/** Lists a page of the organization's webhooks, oldest first. */
export function listWebhooks(db: CommonQueryMethods, orgId: string, page: Page): Promise<CountedPage<WebhookRow>> {
  const source = sql.fragment`webhooks WHERE org_id = ${orgId}`;
  return readCountedPage(db, webhook, { columns: COLUMNS, source, order: sql.fragment`created_at, id` }, page);
}

/** Deletes a webhook of the organization with its deliveries. @returns whether it existed */
export async function deleteWebhook(
  db: CommonQueryMethods,
  orgId: string,
  id: string,
  audit: AuditEntry | null,
): Promise<boolean> {
  const { rowCount } = await db.query(sql.type(noColumns)`
    WITH deleted AS (
      DELETE FROM webhooks WHERE id = ${id} AND org_id = ${orgId} RETURNING id
    ), audited AS (
      ${insertAuditEntry(audit, sql.fragment`deleted`)}
    )
    SELECT FROM deleted`);
  return rowCount > 0;
}
