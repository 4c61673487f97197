import { sql } from 'slonik';
import { z } from 'zod';
import { followCloselyWhere } from './compose-polls.ts';
import type { CommonQueryMethods } from '../database.ts';
import { readCountedPage, type CountedPage, type Page } from '../page.ts';
import { changeAudited, withAuditEntry, withCreatedId, type AuditEntry } from './recording.ts';
import { noColumns } from '../row-check.ts';

const webhook = z.strictObject({
  id: z.string(),
  url: z.string(),
  description: z.string(),
  /** `null` for all types. */
  event_types: z.array(z.string()).nullable(),
  /** The labels that a compose or blueprint has to have, `null` for none. */
  labels: z.record(z.string(), z.string()).nullable(),
  /** Encrypted. */
  secret: z.string(),
  /** Until when the previous secret signs as well, `null` when it does not. */
  previous_secret_expires_at: z.string().nullable(),
  created_at: z.string(),
  failing_since: z.string().nullable(),
  disabled_at: z.string().nullable(),
  disabled_reason: z.string().nullable(),
});

export type WebhookRow = z.infer<typeof webhook>;

const COLUMNS = sql.fragment`
  id, url, description, event_types, labels, secret,
  CASE WHEN previous_secret_until > now() THEN previous_secret_until END AS previous_secret_expires_at,
  created_at, failing_since, disabled_at, disabled_reason`;

/** What a caller decides about a webhook. */
export interface WebhookSettings extends Pick<WebhookRow, 'url' | 'description' | 'labels'> {
  readonly eventTypes: readonly string[] | null;
}

export interface NewWebhook extends WebhookSettings, Pick<WebhookRow, 'id' | 'secret'> {
  readonly orgId: string;
}

export interface WebhookRequest {
  /** `null` without an idempotency key. */
  readonly idempotencyId: string | null;
  readonly audit: AuditEntry | null;
}

const typesOf = (types: readonly string[] | null) =>
  types === null ? sql.fragment`NULL::varchar[]` : sql.fragment`${sql.array(types, 'varchar')}`;

const labelsOf = (labels: WebhookRow['labels']) =>
  sql.fragment`${labels === null ? null : JSON.stringify(labels)}::jsonb`;

/**
 * Stores a webhook, and makes the background poll closely for unfinished composes of the organization.
 * @param most limit of webhooks of the organization, exact under concurrency
 * @returns `false` when the limit is reached
 */
export function insertWebhook(
  db: CommonQueryMethods,
  { id, orgId, url, description, eventTypes, labels, secret }: NewWebhook,
  most: number,
  { idempotencyId, audit }: WebhookRequest,
): Promise<boolean> {
  const created = sql.fragment`created`;
  return db.transaction(async (tx) => {
    await tx.query(sql.type(noColumns)`
      SELECT FROM pg_advisory_xact_lock(hashtextextended('image-builder webhooks ' || ${orgId}::text, 0))`);
    const { rowCount } = await tx.query(sql.type(noColumns)`
      WITH created AS (
        INSERT INTO webhooks (id, org_id, url, description, event_types, labels, secret)
        SELECT ${id}::uuid, ${orgId}, ${url}, ${description}, ${typesOf(eventTypes)}, ${labelsOf(labels)}, ${secret}
        WHERE (SELECT count(*) FROM webhooks WHERE org_id = ${orgId}) < ${most}::int
        RETURNING id, org_id
      ), followed AS (
        ${followCloselyWhere(sql.fragment`org_id = (SELECT org_id FROM created)`)}
      ) ${withCreatedId(idempotencyId, id, created)} ${withAuditEntry(audit, created, [id])}
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

/** Changes the given settings of a webhook. @returns the webhook, `null` where the organization has none */
export function updateWebhook(
  db: CommonQueryMethods,
  orgId: string,
  id: string,
  { url, description, eventTypes, labels }: Partial<WebhookSettings>,
  audit: AuditEntry | null,
): Promise<WebhookRow | null> {
  return db.maybeOne(sql.type(webhook)`
    WITH changed AS (
      UPDATE webhooks SET url = coalesce(${url ?? null}::varchar, url),
        description = coalesce(${description ?? null}::varchar, description),
        event_types = ${eventTypes === undefined ? sql.fragment`event_types` : typesOf(eventTypes)},
        labels = ${labels === undefined ? sql.fragment`labels` : labelsOf(labels)}
      WHERE id = ${id} AND org_id = ${orgId}
      RETURNING ${COLUMNS}
    ) ${withAuditEntry(audit, sql.fragment`changed`)}
    SELECT * FROM changed`);
}

/**
 * Replaces the signing secret of a webhook. For some time the previous one signs as well.
 * @param secret encrypted
 * @param overlap in seconds; 0 to end the previous secret at once
 * @returns the webhook, `null` where the organization has none
 */
export function rotateWebhookSecret(
  db: CommonQueryMethods,
  orgId: string,
  id: string,
  { secret, overlap }: { readonly secret: string; readonly overlap: number },
  { idempotencyId, audit }: WebhookRequest,
): Promise<WebhookRow | null> {
  const rotated = sql.fragment`rotated`;
  return db.maybeOne(sql.type(webhook)`
    WITH rotated AS (
      UPDATE webhooks SET secret = ${secret},
        previous_secret = CASE WHEN ${overlap}::int > 0 THEN secret END,
        previous_secret_until = CASE WHEN ${overlap}::int > 0 THEN now() + make_interval(secs => ${overlap}::int) END
      WHERE id = ${id} AND org_id = ${orgId}
      RETURNING ${COLUMNS}
    ) ${withCreatedId(idempotencyId, id, rotated)} ${withAuditEntry(audit, rotated)}
    SELECT * FROM rotated`);
}

/** Deletes a webhook of the organization with its deliveries. @returns whether it existed */
export function deleteWebhook(
  db: CommonQueryMethods,
  orgId: string,
  id: string,
  audit: AuditEntry | null,
): Promise<boolean> {
  const change = sql.fragment`DELETE FROM webhooks WHERE id = ${id} AND org_id = ${orgId} RETURNING id`;
  return changeAudited(db, change, audit);
}
