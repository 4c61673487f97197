// Events, webhook deliveries and audit entries of changes. The statement that makes a change inserts them: none is lost, and none is
// written without the change.
import { sql, type FragmentSqlToken } from 'slonik';
import { z } from 'zod';
import type { AuditEntry } from '../../domain/audit/new-entry.ts';
import { addJob } from './background-jobs.ts';
import type { CommonQueryMethods } from '../database.ts';
import { noColumns } from '../row-check.ts';

export type { AuditEntry };

/** An audit entry that a statement reads from JSON: `record` declares it, `values` are what it stores in `columns`. */
export const AUDIT = {
  columns: sql.fragment`
    id, org_id, occurred_at, operation, object_type, object_id, username, user_type, status, request_id`,
  record: sql.fragment`
    entry (id uuid, "orgId" varchar, time float8, operation varchar, "objectType" varchar, "objectId" uuid,
      username varchar, "userType" varchar, status integer, "requestId" varchar)`,
  values: sql.fragment`
    entry.id, entry."orgId", to_timestamp(entry.time / 1000), entry.operation, entry."objectType", entry."objectId",
      entry.username, entry."userType", entry.status, entry."requestId"`,
} as const;

/**
 * Composes a part of a WITH clause, after a comma, that inserts the audit entry of a change.
 * @param entry `null` for a change without a request, which has no entry
 * @param changed a table expression, without rows if nothing changed
 * @param createdIds ids that the request creates
 */
export function withAuditEntry(
  entry: AuditEntry | null,
  changed: FragmentSqlToken,
  createdIds: readonly string[] = [],
): FragmentSqlToken {
  if (entry === null) return sql.fragment``;
  return sql.fragment`, audited AS (
    INSERT INTO audit_log (created_ids, ${AUDIT.columns})
    SELECT ${sql.array(createdIds, 'uuid')}, ${AUDIT.values}
    FROM json_to_record(${JSON.stringify(entry)}::json) AS ${AUDIT.record}
    WHERE EXISTS (SELECT FROM ${changed})
  )`;
}

/**
 * Makes a change with its audit entry.
 * @param change a statement that returns the changed rows
 * @returns whether a row was changed
 */
export async function changeAudited(
  db: CommonQueryMethods,
  change: FragmentSqlToken,
  entry: AuditEntry | null,
): Promise<boolean> {
  const { rowCount } = await db.query(sql.type(noColumns)`
    WITH changed AS (${change}) ${withAuditEntry(entry, sql.fragment`changed`)} SELECT FROM changed`);
  return rowCount > 0;
}

/**
 * Composes a part of a WITH clause, after a comma, that records an id at the idempotency key of the request that creates it.
 * @param keyId `null` without a key
 * @param changed as for `withAuditEntry`
 */
export function withCreatedId(keyId: string | null, id: string, changed: FragmentSqlToken): FragmentSqlToken {
  if (keyId === null) return sql.fragment``;
  return sql.fragment`, recorded AS (
    UPDATE idempotency_keys SET created = created || ${id}::uuid WHERE id = ${keyId} AND EXISTS (SELECT FROM ${changed})
  )`;
}

/**
 * Composes two parts of a WITH clause that insert events and their deliveries to webhooks. Queries with them must be bound with
 * `recording`, which notifies readers of events.
 * @param happened a table expression with `org_id`, `type`, `subject` and `data` (jsonb) of each event. `data` has
 *   the labels of the compose or blueprint, if any
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
        AND (webhooks.labels IS NULL OR recorded.data -> 'labels' @> webhooks.labels)
      -- Skips a webhook that is being deleted, whose foreign key would fail the statement.
      FOR SHARE OF webhooks
    )`;
}

/** Channel of the notifications for readers of events. */
export const EVENTS_CHANNEL = 'image_builder_events';

/** Milliseconds for which events are collected before a notification. */
const PAUSE = 50;

export interface Announcements {
  /** Schedules a notification of new events. */
  readonly announce: () => void;
  /** Sends a scheduled notification at once. Does not reject. */
  readonly close: () => Promise<void>;
}

/**
 * Notifies readers of events. In the statement that records events, NOTIFY would serialize all commits.
 * @returns whether deliveries to webhooks are due
 */
function notify(db: CommonQueryMethods): Promise<boolean> {
  return db.oneFirst(sql.type(z.strictObject({ due: z.boolean() }))`
    SELECT EXISTS (SELECT FROM webhook_deliveries WHERE status = 'pending' AND due_at <= now()) AS due
    FROM pg_notify(${EVENTS_CHANNEL}, '')`);
}

/** @param use runs a query; failures are ignored, since readers also poll */
export function createAnnouncements(
  use: <T>(work: (db: CommonQueryMethods) => Promise<T>) => Promise<T>,
): Announcements {
  let timer: NodeJS.Timeout | null = null;

  const wake = async (): Promise<void> => {
    if (timer) clearTimeout(timer);
    timer = null;
    try {
      if (await use(notify)) await use((db) => addJob(db, 'deliver-webhooks'));
    } catch {
      // Readers of events and deliveries poll as well.
    }
  };

  return {
    announce: () => {
      timer ??= setTimeout(() => void wake(), PAUSE).unref();
    },
    close: async () => {
      if (timer) await wake();
    },
  };
}
