// What statements record beside a change: its events with their webhook deliveries, and its audit entry. They are parts of the
// statement that makes the change, so none of them is lost and none is written for nothing.
import { sql, type FragmentSqlToken } from 'slonik';
import type { AuditEntry } from '../audit/new-entry.ts';

export type { AuditEntry };

/**
 * An INSERT of the audit entry of a change.
 * @param entry `null` for a change that no request makes
 * @param changed a table expression with at least one row if the change happens
 * @param createdIds ids that the request creates
 */
export function insertAuditEntry(
  entry: AuditEntry | null,
  changed: FragmentSqlToken,
  createdIds: readonly string[] = [],
): FragmentSqlToken {
  return sql.fragment`
    INSERT INTO audit_log
      (id, org_id, occurred_at, operation, object_type, object_id, created_ids, username, user_type, status, request_id)
    SELECT ${entry?.id ?? null}::uuid, ${entry?.orgId ?? null}::text, to_timestamp(${entry?.time ?? null}::float8 / 1000),
      ${entry?.operation ?? null}::text, ${entry?.objectType ?? null}::text, ${entry?.objectId ?? null}::uuid,
      ${sql.array(createdIds, 'uuid')}, ${entry?.username ?? null}::text, ${entry?.userType ?? null}::text,
      ${entry?.status ?? null}::int, ${entry?.requestId ?? null}::text
    WHERE ${entry !== null} AND EXISTS (SELECT FROM ${changed})`;
}

/**
 * Two parts of a WITH clause that record events and address them to the webhooks of their organizations. A query that has them is
 * bound with `bindRecording`, which wakes the readers of events.
 * @param happened a table expression with `org_id`, `type`, `subject` and `data` (jsonb) of each event
 */
export function recordEvents(happened: FragmentSqlToken): FragmentSqlToken {
  return sql.fragment`
    recorded_events AS (
      INSERT INTO events (org_id, type, subject, data)
      SELECT org_id, type, subject, data FROM ${happened} AS happened
      RETURNING id, org_id, type, subject, data, occurred_at
    ), recorded_deliveries AS (
      INSERT INTO webhook_deliveries (id, webhook_id, org_id, event_id, event_type, subject, data, occurred_at)
      SELECT md5(webhooks.id || ' ' || recorded.id)::uuid, webhooks.id, recorded.org_id, recorded.id, recorded.type,
        recorded.subject, recorded.data, recorded.occurred_at
      FROM recorded_events AS recorded
      JOIN webhooks ON webhooks.org_id = recorded.org_id
      WHERE webhooks.disabled_at IS NULL AND (webhooks.event_types IS NULL OR recorded.type = ANY (webhooks.event_types))
      -- A webhook that is deleted at this moment gets no delivery, instead of failing the statement.
      FOR SHARE OF webhooks
    )`;
}
